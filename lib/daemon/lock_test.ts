import { assertEquals, assertRejects } from "@std/assert";
import { withLock } from "./lock.ts";

const never = new AbortController().signal;

Deno.test("withLock() lets one in at a time, even when the holder removes the file", async () => {
  const dir = await Deno.makeTempDir();
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setTimeout(resolve, 1));
    inside--;
    await Deno.remove(`${dir}/lock`);
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(`${dir}/lock`, never, work)));
  assertEquals(most, 1);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("withLock() gives up when its signal is aborted, and not later", async () => {
  const dir = await Deno.makeTempDir();
  const reason = new Error("enough");
  await withLock(`${dir}/lock`, never, async () => {
    const controller = new AbortController();
    const waiting = withLock(`${dir}/lock`, controller.signal, () => Promise.resolve());
    controller.abort(reason);
    assertEquals(await assertRejects(() => waiting), reason);
  });
  assertEquals(await withLock(`${dir}/lock`, never, () => Promise.resolve(7)), 7);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("withLock() frees the lock when the work fails", async () => {
  const dir = await Deno.makeTempDir();
  await assertRejects(() => withLock(`${dir}/lock`, never, () => Promise.reject(new Error("x"))));
  assertEquals(await withLock(`${dir}/lock`, never, () => Promise.resolve(1)), 1);
  await Deno.remove(dir, { recursive: true });
});
