import { assert, assertEquals } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import {
  endLeaked,
  findLeaks,
  isShared,
  type LeakKind,
  RUN_MARK,
  takeBaseline,
  type TestRun,
} from "./leaks.ts";

async function sh(script: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script],
    env: { ip: toolPath("ip") },
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** A command that runs until it is ended, and that nothing ties to any run of the tests. */
function spawn(argv: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function end(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

/** A new process becomes what it runs a moment after its birth. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    assert(performance.now() < deadline, "it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Registers a test that makes a leak, must see it, removes it, and must not see it any more. */
function leakTest(
  name: string,
  want: { kind: LeakKind; ours: boolean; what: (run: TestRun, id: string) => string },
  make: (run: TestRun, id: string) => Promise<(() => Promise<void>) | void>,
  undo?: (run: TestRun, id: string) => Promise<void>,
): void {
  Deno.test({
    name: `findLeaks() sees ${name}`,
    sanitizeOps: true,
    sanitizeResources: true,
    fn: async () => {
      const dir = Deno.makeTempDirSync();
      const id = crypto.randomUUID().slice(0, 8);
      const run: TestRun = { mark: id, dir: `${dir}/d`, temporary: `${dir}/t` };
      Deno.mkdirSync(run.dir);
      Deno.mkdirSync(run.temporary);
      const baseline = takeBaseline();
      const look = () =>
        findLeaks(baseline, run, []).filter(({ kind, what, ours }) =>
          kind === want.kind && ours === want.ours && what.includes(want.what(run, id))
        );
      assertEquals(look(), []);
      const end = await make(run, id);
      try {
        await until(() => look().length === 1);
      } finally {
        await end?.();
        await undo?.(run, id);
      }
      await until(() => look().length === 0);
      Deno.removeSync(dir, { recursive: true });
    },
  });
}

leakTest(
  "a process with the run's mark",
  { kind: "process", ours: true, what: () => "sleep 3601" },
  (run) => {
    const child = spawn(["sleep", "3601"], { [RUN_MARK]: run.mark });
    return Promise.resolve(() => end(child));
  },
);

leakTest(
  "a process below one with the run's mark",
  { kind: "process", ours: true, what: () => ") sleep 3602" },
  (run) => {
    const child = spawn(["sh", "-c", "env -i sleep 3602 & wait"], { [RUN_MARK]: run.mark });
    return Promise.resolve(async () => {
      const baseline = { ...takeBaseline(), processes: new Set<string>() };
      endLeaked(findLeaks(baseline, run, []));
      await child.status;
    });
  },
);

leakTest(
  "a process that names the run's folder",
  { kind: "process", ours: true, what: (run) => `${run.dir}/x` },
  (run) => {
    const child = spawn(["sh", "-c", "sleep 3603; true", `${run.dir}/x`]);
    return Promise.resolve(async () => {
      await sh(`pkill -P ${child.pid}`);
      await child.status;
    });
  },
);

leakTest(
  "a process whose root file system lies in the run's folder",
  { kind: "process", ours: true, what: () => "busybox sleep 3604" },
  (run) => {
    Deno.mkdirSync(`${run.dir}/root`);
    Deno.copyFileSync(Deno.realPathSync(toolPath("busybox")), `${run.dir}/root/busybox`);
    const script = 'mount --bind "$0" "$0"; exec chroot "$0" /busybox sleep 3604';
    const child = spawn(["unshare", "--mount", "sh", "-c", script, `${run.dir}/root`]);
    return Promise.resolve(() => end(child));
  },
);

leakTest(
  "a process of a container's helper, but not whose it is",
  { kind: "process", ours: false, what: (_, id) => `${id}/slirp4netns 3605` },
  (_, id) => {
    Deno.mkdirSync(`/tmp/${id}`);
    Deno.symlinkSync("/bin/sleep", `/tmp/${id}/slirp4netns`);
    const child = spawn([`/tmp/${id}/slirp4netns`, "3605"]);
    return Promise.resolve(() => end(child));
  },
  (_, id) => sh(`rm -r /tmp/${id}`),
);

leakTest(
  "a mount below the run's folder",
  { kind: "mount", ours: true, what: (run) => `${run.dir} (tmpfs)` },
  (run) => sh(`mount -t tmpfs tmpfs '${run.dir}'`),
  (run) => sh(`umount '${run.dir}'`),
);

leakTest(
  "a mount elsewhere",
  { kind: "mount", ours: false, what: (_, id) => `/mnt-${id}` },
  (_, id) => sh(`mkdir /tmp/mnt-${id}; mount -t tmpfs tmpfs /tmp/mnt-${id}`),
  (_, id) => sh(`umount /tmp/mnt-${id}; rmdir /tmp/mnt-${id}`),
);

leakTest(
  "a network namespace with a name",
  { kind: "network namespace", ours: false, what: (_, id) => `/run/netns/leak-${id}` },
  (_, id) => sh(`"$ip" netns add leak-${id}`),
  (_, id) => sh(`"$ip" netns delete leak-${id}`),
);

leakTest(
  "a network namespace that only a process holds",
  { kind: "network namespace", ours: true, what: () => "net:[" },
  (run) => {
    const child = spawn(["unshare", "--net", "sleep", "3606"], { [RUN_MARK]: run.mark });
    return Promise.resolve(() => end(child));
  },
);

leakTest(
  "a bridge",
  { kind: "interface", ours: false, what: (_, id) => `br-${id} (` },
  (_, id) => sh(`"$ip" link add br-${id} type bridge`),
  (_, id) => sh(`"$ip" link delete br-${id}`),
);

leakTest(
  "one end of a veth",
  { kind: "interface", ours: false, what: (_, id) => `va-${id} (` },
  (_, id) => sh(`"$ip" link add va-${id} type veth peer name vb-${id}`),
  (_, id) => sh(`"$ip" link delete va-${id}`),
);

leakTest(
  "a shim's socket",
  { kind: "shim socket", ours: false, what: (_, id) => `/run/containerd/s/leak-${id}` },
  (_, id) => sh(`mkdir -p /run/containerd/s; touch /run/containerd/s/leak-${id}`),
  (_, id) => sh(`rm /run/containerd/s/leak-${id}`),
);

leakTest(
  "a runtime's state",
  { kind: "runtime state", ours: false, what: (_, id) => `/run/containerd/runc/leak-${id}/c` },
  (_, id) => sh(`mkdir -p /run/containerd/runc/leak-${id}/c`),
  (_, id) => sh(`rm -r /run/containerd/runc/leak-${id}`),
);

leakTest(
  "a FIFO deep in the temporary folder",
  { kind: "FIFO", ours: true, what: (run) => `${run.temporary}/a/b/fifo` },
  (run) => sh(`mkdir -p '${run.temporary}/a/b'; mkfifo '${run.temporary}/a/b/fifo'`),
  (run) => sh(`rm -r '${run.temporary}/a'`),
);

leakTest(
  "a folder in the temporary folder",
  { kind: "file", ours: true, what: (run) => `${run.temporary}/davit-x` },
  (run) => sh(`mkdir '${run.temporary}/davit-x'`),
  (run) => sh(`rmdir '${run.temporary}/davit-x'`),
);

leakTest(
  "a folder of captured output in /tmp",
  { kind: "file", ours: false, what: (_, id) => `/tmp/davit-${id}` },
  (_, id) => sh(`mkdir /tmp/davit-${id}`),
  (_, id) => sh(`rmdir /tmp/davit-${id}`),
);

Deno.test("isShared() sees a containerd that is not of the run", async () => {
  const dir = Deno.makeTempDirSync();
  const run: TestRun = { mark: "none", dir: `${dir}/d`, temporary: `${dir}/t` };
  Deno.symlinkSync("/bin/sleep", `${dir}/containerd`);
  const child = spawn([`${dir}/containerd`, "3607"]);
  await until(() => isShared(run));
  await end(child);
  Deno.removeSync(dir, { recursive: true });
});
