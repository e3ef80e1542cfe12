import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseSignal, signalName } from "./signals.ts";

Deno.test("parseSignal() takes names and numbers", () => {
  const cases: [string | number, number][] = [
    ["TERM", 15],
    ["SIGTERM", 15],
    ["sigkill", 9],
    ["HUP", 1],
    ["SYS", 31],
    ["IOT", 6],
    ["CLD", 17],
    ["POLL", 29],
    [15, 15],
    ["9", 9],
    ["SIGRTMIN", 34],
    ["RTMIN+3", 37],
    ["SIGRTMAX-1", 63],
    ["SIGRTMAX", 64],
  ];
  for (const [signal, number] of cases) assertEquals(parseSignal(signal), number, `${signal}`);
});

Deno.test("parseSignal() refuses what Linux does not have", () => {
  for (
    const bad of ["", "SIG", "FOO", 0, 65, -9, 1.5, NaN, "0", "RTMIN+31", "RTMIN-1", "RTMAX+1"]
  ) {
    assertThrows(() => parseSignal(bad), InvalidArgumentError, "Cannot use signal");
  }
});

Deno.test("signalName() is the way back", () => {
  for (let n = 1; n <= 64; n++) {
    const name = signalName(n);
    if (n === 32 || n === 33) assertEquals(name, undefined); // the C library's own
    else assertEquals(parseSignal(name ?? ""), n);
  }
  assertEquals(signalName(0), undefined);
  assertEquals(signalName(65), undefined);
  assertEquals([36, 49, 50].map(signalName), ["SIGRTMIN+2", "SIGRTMIN+15", "SIGRTMAX-14"]);
  assertEquals(signalName(63), "SIGRTMAX-1");
});

Deno.test("parseSignal() agrees with Deno on every name that both know", () => {
  // Deno refuses names that the system does not have, and so proves that ours exist.
  for (let n = 1; n <= 31; n++) {
    const name = signalName(n) as Deno.Signal;
    if (["SIGKILL", "SIGSTOP", "SIGSEGV", "SIGILL", "SIGFPE", "SIGBUS"].includes(name)) continue;
    const listener = () => {};
    Deno.addSignalListener(name, listener);
    Deno.removeSignalListener(name, listener);
  }
});
