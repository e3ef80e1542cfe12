import { assertEquals } from "@std/assert";
import {
  descendants,
  endProcesses,
  isRunning,
  listProcesses,
  type ProcessInfo,
  processRef,
} from "./processes.ts";

Deno.test("isRunning() tells a process from a later one with the same pid", () => {
  const own = processRef(Deno.pid)!;
  assertEquals(isRunning(own), true);
  assertEquals(isRunning({ pid: own.pid, key: `${own.key}0` }), false);
});

Deno.test("listProcesses() has this process, its parent and its command line", () => {
  const own = listProcesses().find(({ pid }) => pid === Deno.pid)!;
  assertEquals(own.ppid, Deno.ppid);
  assertEquals(own.key, processRef(Deno.pid)!.key);
  assertEquals(own.argv[0]?.includes("deno"), true);
});

Deno.test("processRef() counts a zombie as ended", async () => {
  // The shell becomes a program that never asks for its child's end.
  const parent = new Deno.Command("/bin/sh", {
    args: ["-c", "true & echo $!; exec sleep 100"],
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await reader.read()).value);
  const deadline = AbortSignal.timeout(20_000);
  const state = () => /\) (\w)/.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))?.[1];
  while (state() !== "Z") {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(processRef(pid), undefined);
  parent.kill("SIGKILL");
  await parent.status;
  await reader.cancel();
});

Deno.test("descendants() finds children's children, and nobody else", () => {
  const process = (pid: number, ppid: number): ProcessInfo => ({ pid, ppid, key: "", argv: [] });
  const all = [process(1, 0), process(2, 1), process(3, 2), process(4, 3), process(5, 1)];
  assertEquals(descendants(all, [process(2, 1)]).map(({ pid }) => pid), [3, 4]);
});

Deno.test("endProcesses() kills what does not heed SIGTERM", async () => {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "trap '' TERM; echo; exec sleep 100"],
    stdout: "piped",
    detached: true,
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assertEquals(await endProcesses([processRef(child.pid)!], 20), []);
  assertEquals((await child.status).signal, "SIGKILL");
  await reader.cancel();
});
