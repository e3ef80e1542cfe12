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
  // The child ends when the shell, which might ask for its end, has become a program that never does.
  const parent = new Deno.Command("/bin/sh", {
    args: ["-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 100 3<&-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await reader.read()).value);
  const until = async (isThere: () => boolean) => {
    const deadline = AbortSignal.timeout(30_000);
    while (!isThere()) {
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const argv = (pid: number) => listProcesses().find((process) => process.pid === pid)?.argv;
  await until(() => argv(parent.pid)?.[0] === "sleep");
  assertEquals(processRef(pid)?.pid, pid);
  await parent.stdin.close();
  const state = () => /\) (\w)/.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))?.[1];
  await until(() => state() === "Z");
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
