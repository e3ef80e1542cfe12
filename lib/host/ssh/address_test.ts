import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { formatSshAddress, isSshAddress, parseSshAddress, socketPath } from "./address.ts";

Deno.test("parseSshAddress() reads user, host, port and socket, formatSshAddress() writes them", () => {
  const cases = {
    "ssh://box": { host: "box" },
    "ssh://me@box": { user: "me", host: "box" },
    "ssh://me@box:2222/run/c.sock": { user: "me", host: "box", port: 2222, socket: "/run/c.sock" },
    "ssh://[::1]:22/a:b": { host: "::1", port: 22, socket: "/a:b" },
    "ssh://Box_1.example": { host: "Box_1.example" },
  };
  for (const [text, address] of Object.entries(cases)) {
    assertEquals(parseSshAddress(text), address);
    assertEquals(formatSshAddress(address), text);
  }
  assertEquals(parseSshAddress("SSH://box/"), { host: "box" });
});

Deno.test("parseSshAddress() refuses what ssh would take for something else", () => {
  const wrong = [
    "ssh://",
    "ssh:box",
    "ssh:///run/c.sock",
    "ssh://-oProxyCommand=x",
    "ssh://-l@box",
    "ssh://@box",
    "ssh://me:secret@box",
    "ssh://box:0",
    "ssh://box:65536",
    "ssh://box:x",
    "ssh://a b",
    "ssh://box/\n",
    "ssh://::1",
    "tcp://box",
  ];
  for (const text of wrong) {
    assertThrows(() => parseSshAddress(text), InvalidArgumentError, "Cannot connect to", text);
  }
});

Deno.test("socketPath() is the path on the daemon's machine", () => {
  assertEquals(socketPath("ssh://me@box:2/run/c.sock"), "/run/c.sock");
  assertEquals(socketPath("unix:///run/c.sock"), "/run/c.sock");
  assertEquals(socketPath("/run/c.sock"), "/run/c.sock");
  assertEquals([isSshAddress("ssh://a"), isSshAddress("/ssh:a")], [true, false]);
});
