import { assert, assertEquals } from "@std/assert";
import { Chunks } from "./chunks.ts";

Deno.test("Chunks gives what is left on top to the oldest write first", () => {
  const [first, second, third] = [new Chunks(), new Chunks(), new Chunks()];
  const held = [first, second, third].map((chunks) => chunks.first(Infinity));
  const count = (chunks: Chunks): number => {
    let found = 0;
    while (chunks.another(Infinity)) found++;
    return found;
  };
  // The youngest asks first, and gets only what the older ones may not want.
  assertEquals(count(third), 0);
  assertEquals(count(second), 3);
  assertEquals(count(first), 3);
  first.release();
  assertEquals(held[0]!.length, 0);
  assertEquals(count(third), 3);
  second.release();
  third.release();
  third.release();
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
  let bytes = 0;
  for (const chunks of all) {
    for (let more = chunks.another(Infinity); more; more = chunks.another(Infinity)) {
      bytes += more.length;
    }
  }
  assert(bytes <= 3 * 1024 * 1024, `${bytes}`);
  assertEquals(new Chunks().first(10).length, 10);
  for (const chunks of all) chunks.release();
});
