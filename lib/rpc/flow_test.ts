import { assertEquals } from "@std/assert";
import { ReceiveWindow, SendWindow } from "./flow.ts";
import { MAX_WINDOW } from "./frames.ts";

Deno.test("SendWindow.grow() tells an overflow", () => {
  const window = new SendWindow(10);
  assertEquals(window.grow(-20), true);
  assertEquals(window.available, -10);
  assertEquals(window.grow(MAX_WINDOW), true);
  assertEquals(window.grow(11), false);
});

Deno.test("ReceiveWindow.release() grants in halves of the window", () => {
  const window = new ReceiveWindow(100);
  assertEquals(window.receive(100), true);
  assertEquals(window.release(49), 0);
  assertEquals(window.release(1), 50);
  assertEquals(window.receive(50), true);
  assertEquals(window.receive(1), false);
});
