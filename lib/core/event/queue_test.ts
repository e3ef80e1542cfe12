import { assertEquals, assertRejects } from "@std/assert";
import { EventQueue } from "./queue.ts";
import type { ContainerdEvent } from "./types.ts";

function event(rawTopic: number): ContainerdEvent {
  return {
    topic: "unknown",
    rawTopic: `${rawTopic}`,
    namespace: "",
    event: undefined,
    timestamp: undefined,
  };
}

/** Takes everything that waits, in short form. */
async function drain(queue: EventQueue, count: number = queue.size): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < count; i++) {
    const item = await queue.next();
    if (item?.topic === "gap") seen.push(`${item.reason} ${item.missed}`);
    else if (item?.topic === "unknown") seen.push(item.rawTopic);
  }
  return seen;
}

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `${from + i}`);
}

Deno.test("EventQueue hands out in order, in one piece or many", async () => {
  const queue = new EventQueue(100_000);
  for (let i = 0; i < 10_000; i++) queue.push(event(i));
  assertEquals(await drain(queue, 5000), range(0, 5000));
  for (let i = 10_000; i < 12_000; i++) queue.push(event(i));
  assertEquals(await drain(queue), range(5000, 12_000));
  assertEquals(queue.size, 0);
});

Deno.test("EventQueue counts what has no room until half of it is taken", async () => {
  const queue = new EventQueue(4);
  for (let i = 0; i < 10; i++) queue.push(event(i));
  assertEquals(queue.size, 5);
  assertEquals(await drain(queue, 2), ["0", "1"]);
  queue.push(event(10));
  assertEquals(await drain(queue, 1), ["2"]);
  queue.push(event(11));
  assertEquals(await drain(queue), ["3", "overflow 7", "11"]);
});

Deno.test("EventQueue keeps one item for all that was lost in a row", async () => {
  const queue = new EventQueue(2);
  for (let i = 0; i < 1000; i++) {
    queue.push(event(i));
    queue.disconnected();
  }
  assertEquals(queue.size <= 4, true, `${queue.size} items wait`);
  const seen = await drain(queue);
  assertEquals(seen.slice(0, 2), ["0", "disconnected undefined"]);
});

Deno.test("EventQueue wakes everybody who waits", async () => {
  const queue = new EventQueue(4);
  const waiting = [queue.next(), queue.next()];
  queue.push(event(1));
  queue.push(event(2));
  const seen = await Promise.all(waiting);
  assertEquals(seen.map((item) => item && "rawTopic" in item && item.rawTopic).sort(), ["1", "2"]);
});

Deno.test("EventQueue ends after what waits, or at once", async () => {
  const queue = new EventQueue(4);
  queue.push(event(1));
  queue.end(new Error("over"));
  queue.push(event(2));
  assertEquals(await drain(queue), ["1"]);
  await assertRejects(() => queue.next(), Error, "over");
  const dropped = new EventQueue(4);
  dropped.push(event(1));
  dropped.drop();
  assertEquals(await dropped.next(), undefined);
  // The first reason counts.
  dropped.end(new Error("late"));
  assertEquals(await dropped.next(), undefined);
});
