import { assertEquals, assertRejects } from "@std/assert";
import { Cache } from "./cache.ts";

Deno.test("Cache keeps what was used last, up to its limit", async () => {
  const cache = new Cache<string>(10, (value) => value.length);
  cache.set("a", "aaaa");
  cache.set("b", "bbbb");
  assertEquals(cache.get("a"), "aaaa");
  cache.set("c", "cccc");
  assertEquals([cache.get("a"), cache.get("b"), cache.get("c")], ["aaaa", undefined, "cccc"]);
  cache.set("huge", "h".repeat(11));
  assertEquals([cache.get("huge"), cache.get("a")], [undefined, "aaaa"]);
  cache.set("a", "a");
  cache.set("d", "ddddd");
  assertEquals([cache.get("a"), cache.get("c"), cache.get("d")], ["a", "cccc", "ddddd"]);

  let calls = 0;
  const work = () => Promise.resolve(`${++calls}`);
  assertEquals(await Promise.all([cache.compute("e", work), cache.compute("e", work)]), ["1", "1"]);
  assertEquals(await cache.compute("e", work), "1");
  await assertRejects(() => cache.compute("f", () => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(await cache.compute("f", work), "2");
});
