import { assert, assertEquals } from "@std/assert";
import { Chunks } from "./chunks.ts";

/** Takes all that can be had on top. @returns What it took. */
function takeMore(chunks: Chunks): Uint8Array<ArrayBuffer>[] {
  const found: Uint8Array<ArrayBuffer>[] = [];
  for (let one = chunks.another(Infinity); one; one = chunks.another(Infinity)) found.push(one);
  return found;
}

Deno.test("Chunks gives what is left on top to the oldest busy writes first", () => {
  const all = [new Chunks(), new Chunks(), new Chunks()];
  const [first, second, third] = all as [Chunks, Chunks, Chunks];
  const held = all.map((chunks) => chunks.first(Infinity));
  all.forEach((chunks, i) => chunks.send(held[i]!));
  // The youngest asks first, and gets only what the older ones may not want.
  assertEquals(takeMore(third).length, 0);
  assertEquals(takeMore(second).length, 3);
  assertEquals(takeMore(first).length, 3);
  first.release();
  assertEquals(held[0]!.length, 0);
  assertEquals(takeMore(third).length, 3);
  for (const chunks of all) chunks.release();
  third.release();
});

Deno.test("Chunks keeps nothing for writes that wait for their source, until they go on", () => {
  const all = [new Chunks(), new Chunks(), new Chunks()];
  const [idle, second, third] = all as [Chunks, Chunks, Chunks];
  const held = all.map((chunks) => chunks.first(Infinity));
  const more = [second, third].map((chunks) => [chunks, takeMore(chunks)] as const);
  assertEquals(more.map(([, taken]) => taken.length), [3, 3]);
  for (const [chunks, taken] of more) for (const one of taken) chunks.send(one);
  assertEquals(takeMore(idle).length, 0);
  idle.send(held[0]!);
  // Now the youngest gives back what it can do without.
  assertEquals([0, 1, 2].map(() => third.answered(Infinity)), [undefined, undefined, undefined]);
  assertEquals(takeMore(idle).length, 3);
  third.send(held[2]!);
  assertEquals(third.answered(Infinity), held[2]);
  for (const chunks of all) chunks.release();
});

Deno.test("Chunks makes smaller chunks where many writes go on", () => {
  const all = Array.from({ length: 60 }, () => new Chunks());
  const held = all.map((chunks) => chunks.first(Infinity));
  const [most, least] = [held[0]!.length, held.at(-1)!.length];
  assert(most > least, `${most} ${least}`);
  all[0]!.send(held[0]!);
  // It gives a larger one back when its turn comes.
  assertEquals(all[0]!.answered(Infinity)!.length, least);
  assertEquals(held[0]!.length, 0);
  const bytes = all.flatMap(takeMore).reduce((sum, { length }) => sum + length, 0);
  assert(bytes <= 3 * 1024 * 1024, `${bytes}`);
  assertEquals(new Chunks().first(10).length, 10);
  for (const chunks of all) chunks.release();
});
