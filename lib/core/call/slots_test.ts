import { assertEquals } from "@std/assert";
import { Slots } from "./slots.ts";

/** Enters, and notes when that has happened. */
function entering(slots: Slots, name: string, into: string[], signal: AbortSignal, limit?: number) {
  return slots.enter(signal, limit).then((leave) => {
    into.push(name);
    return leave;
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("Slots.enter() lets so many in, the others in turn", async () => {
  const slots = new Slots(2);
  const { signal } = new AbortController();
  const entered: string[] = [];
  const all = ["a", "b", "c", "d"].map((name) => entering(slots, name, entered, signal));
  await settled();
  assertEquals(entered, ["a", "b"]);
  const leave = await all[0]!;
  leave();
  leave();
  await settled();
  assertEquals(entered, ["a", "b", "c"]);
  (await all[1]!)();
  await settled();
  assertEquals(entered, ["a", "b", "c", "d"]);
});

Deno.test("Slots.enter() lets more in for one who asks for more", async () => {
  const slots = new Slots(1);
  const { signal } = new AbortController();
  const entered: string[] = [];
  const all = ["a", "b", "c", "d"].map((name) => entering(slots, name, entered, signal, 3));
  await settled();
  assertEquals(entered, ["a", "b", "c"]);
  for (const one of all.slice(0, 3)) (await one)();
  (await all[3]!)();
  const one = await entering(slots, "e", entered, signal);
  void entering(slots, "f", entered, signal);
  await settled();
  assertEquals(entered.at(-1), "e");
  one();
  await settled();
  assertEquals(entered.at(-1), "f");
});

Deno.test("Slots.enter() keeps nobody waiting whose signal aborts", async () => {
  const slots = new Slots(1);
  const controller = new AbortController();
  const { signal } = new AbortController();
  const entered: string[] = [];
  const first = await entering(slots, "a", entered, signal);
  const second = entering(slots, "b", entered, controller.signal);
  void entering(slots, "c", entered, signal);
  controller.abort();
  (await second)();
  await settled();
  // The one that gave up took nobody's place.
  assertEquals(entered, ["a", "b"]);
  first();
  await settled();
  assertEquals(entered, ["a", "b", "c"]);
  (await entering(slots, "d", entered, controller.signal))();
  assertEquals(entered.at(-1), "d");
});
