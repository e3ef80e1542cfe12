import { assert } from "@std/assert";
import { Turns } from "./turns.ts";

Deno.test("Turns.after() lets timers run while much is read", async () => {
  const turns = new Turns();
  let fired = false;
  setTimeout(() => fired = true, 0);
  let reads = 0;
  // Without a turn no timer would ever fire: this would go on to the end.
  for (; !fired && reads < 1_000_000; reads++) await turns.after(64 * 1024);
  assert(fired, `${reads} reads`);
});

Deno.test("Turns.after() does not wait for memory that somebody keeps", async () => {
  const turns = new Turns();
  const kept: Uint8Array[] = [];
  for (let i = 0; i < 40; i++) {
    kept.push(new Uint8Array(4 * 1024 * 1024).fill(i));
    await turns.after(4 * 1024 * 1024);
  }
  assert(kept.length === 40);
});
