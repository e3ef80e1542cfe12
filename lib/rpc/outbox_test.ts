import { assertEquals } from "@std/assert";
import { Outbox } from "./outbox.ts";

/** A connection that keeps what it is given, a few bytes at a time. */
function makeConn(most: number) {
  const written: number[][] = [];
  return {
    written,
    read: () => Promise.resolve(null),
    write: (bytes: Uint8Array) => {
      const taken = Math.min(most, bytes.length);
      written.push([...bytes.subarray(0, taken)]);
      return Promise.resolve(taken);
    },
    close: () => {},
  };
}

Deno.test("Outbox writes what one turn produces at once", async () => {
  const conn = makeConn(Infinity);
  let drained = 0;
  const outbox = new Outbox(conn, () => drained++, () => {});
  outbox.push(Uint8Array.of(1));
  outbox.push(Uint8Array.of(2, 3));
  assertEquals([outbox.pending, conn.written.length], [3, 0]);
  await outbox.flushed();
  assertEquals(conn.written, [[1, 2, 3]]);
  assertEquals([outbox.pending, drained], [0, 1]);
});

Deno.test("Outbox goes on after partial writes, and keeps the order of what comes meanwhile", async () => {
  const conn = makeConn(2);
  const outbox = new Outbox(conn, () => {}, () => {});
  outbox.push(Uint8Array.of(1, 2, 3));
  await null;
  outbox.push(Uint8Array.of(4, 5));
  await outbox.flushed();
  assertEquals(conn.written, [[1, 2], [3], [4, 5]]);
});

Deno.test("Outbox grows", async () => {
  const conn = makeConn(Infinity);
  const outbox = new Outbox(conn, () => {}, () => {});
  for (let i = 0; i < 3; i++) outbox.push(new Uint8Array(10_000).fill(i));
  await outbox.flushed();
  assertEquals(conn.written[0]?.length, 30_000);
  assertEquals([conn.written[0]![9_999], conn.written[0]![10_000]], [0, 1]);
});

Deno.test("Outbox reports a failure once and swallows what follows", async () => {
  for (const bad of [() => Promise.reject(new Error("pipe")), () => Promise.resolve(0)]) {
    const errors: unknown[] = [];
    const outbox = new Outbox({ ...makeConn(0), write: bad }, () => {}, (e) => errors.push(e));
    outbox.push(Uint8Array.of(1));
    await outbox.flushed();
    outbox.push(Uint8Array.of(2));
    await outbox.flushed();
    assertEquals([errors.length, outbox.pending], [1, 0]);
  }
});
