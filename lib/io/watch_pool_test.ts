import { assertEquals } from "@std/assert";
import type { HostFileEvent, HostWatch } from "../host/host.ts";
import { LocalHost } from "../host/local.ts";
import { WatchPool } from "./watch_pool.ts";

/** A host whose watches are driven by the test. */
class FakeHost extends LocalHost {
  readonly watches: { folders: string[]; tell: (path: string) => void }[] = [];

  override watch(...folders: string[]): HostWatch {
    if (folders.some((folder) => folder.includes("gone"))) throw new Error("no such folder");
    const { readable, writable } = new TransformStream<HostFileEvent, HostFileEvent>();
    const writer = writable.getWriter();
    const entry = {
      folders,
      tell: (path: string) => void writer.write({ path, kind: "modified" as const }),
    };
    this.watches.push(entry);
    return {
      [Symbol.asyncIterator]: () => readable[Symbol.asyncIterator](),
      close: () => void this.watches.splice(this.watches.indexOf(entry), 1),
    };
  }
}

/** Lets what is under way in memory go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

Deno.test("WatchPool.watch() wakes the listeners of one folder only", async () => {
  const host = new FakeHost();
  const pool = new WatchPool(host);
  const woken: string[] = [];
  const ends = [
    pool.watch("/a", () => woken.push("a1")),
    pool.watch("/a", () => woken.push("a2")),
    pool.watch("/b", () => woken.push("b")),
  ];
  woken.length = 0;
  assertEquals(host.watches.map(({ folders }) => folders), [["/a", "/b"]]);
  host.watches[0]!.tell("/a/file");
  await settle();
  assertEquals(woken, ["a1", "a2"]);
  for (const end of ends) end();
  ends[0]!();
  assertEquals(host.watches, []);
});

Deno.test("WatchPool.watch() needs a watcher for 16 folders", () => {
  const host = new FakeHost();
  const pool = new WatchPool(host);
  const ends = Array.from({ length: 500 }, (_, i) => pool.watch(`/f${i}`, () => {}));
  assertEquals(host.watches.length, 32);
  assertEquals(host.watches.flatMap(({ folders }) => folders).length, 500);
  for (const end of ends) end();
  assertEquals(host.watches, []);
});

Deno.test("WatchPool.watch() wakes the others when it changes their watcher", () => {
  const pool = new WatchPool(new FakeHost());
  let woken = 0;
  pool.watch("/a", () => woken++);
  woken = 0;
  pool.watch("/b", () => {});
  assertEquals(woken, 1);
});

Deno.test("WatchPool.watch() of a folder that is gone leaves the others alone", async () => {
  const host = new FakeHost();
  const pool = new WatchPool(host);
  let woken = 0;
  pool.watch("/a", () => woken++);
  try {
    pool.watch("/gone", () => {});
  } catch { /* as expected */ }
  woken = 0;
  host.watches[0]!.tell("/a/file");
  await settle();
  assertEquals([woken, host.watches.length], [1, 1]);
});
