import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { layoutOf } from "./layout.ts";

Deno.test("layoutOf() keeps everything in a folder that was given", () => {
  const layout = layoutOf("/tmp/x/");
  for (const [name, path] of Object.entries(layout)) {
    assertEquals(path === "/tmp/x" || path.startsWith("/tmp/x/"), true, `${name}: ${path}`);
  }
});

Deno.test("layoutOf() resolves a relative folder", () => {
  assertEquals(layoutOf("x").dir, `${Deno.cwd()}/x`);
});

Deno.test("layoutOf() separates what is volatile by default", () => {
  const layout = layoutOf();
  assertEquals(layout.root, "/var/lib/davit/root");
  assertEquals(layout.state, "/run/davit/state");
  assertEquals(layout.address, "/run/davit/containerd.sock");
});

Deno.test("layoutOf() takes a socket path of 107 bytes and refuses one of 108", () => {
  const fits = `/${"a".repeat(107 - "/containerd.sock.ttrpc".length - 1)}`;
  assertEquals(`${layoutOf(fits).address}.ttrpc`.length, 107);
  const error = assertThrows(() => layoutOf(`${fits}b`), InvalidArgumentError);
  assertEquals(error.message.includes("has 108 bytes"), true, error.message);
  // Bytes count, not characters.
  assertThrows(() => layoutOf(fits.slice(0, -1) + "é"), InvalidArgumentError);
});
