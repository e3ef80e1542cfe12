import { assertEquals, assertRejects } from "@std/assert";
import { atOnce } from "./parallel.ts";

Deno.test("atOnce() does all, on so many at once and no more", async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await atOnce(3, [1, 2, 3, 4, 5, 6, 7], new AbortController(), async (item) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    done.push(item);
  });
  assertEquals(done.sort(), [1, 2, 3, 4, 5, 6, 7]);
  assertEquals(most, 3);
});

Deno.test("atOnce() throws the first failure, when what went on has ended", async () => {
  const stop = new AbortController();
  const begun: number[] = [];
  let ended = false;
  const error = await assertRejects(() =>
    atOnce(2, [1, 2, 3], stop, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error("one");
      const { promise, resolve } = Promise.withResolvers<void>();
      stop.signal.addEventListener("abort", () => resolve());
      await promise;
      ended = true;
      throw new Error("only because of it");
    }), Error);
  assertEquals(error.message, "one");
  assertEquals(begun, [1, 2]);
  assertEquals(ended, true);
});
