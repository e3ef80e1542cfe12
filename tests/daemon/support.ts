/** What the tests of private daemons share. @module */

import { assertEquals } from "@std/assert";
import {
  CACHE,
  CONTAINERD_VERSIONS,
  containerdBin,
  containerdDir,
  type ContainerdVersion,
  ctrBin,
  HELLO_BIN,
  toolPath,
} from "../../.ci/setup/paths.ts";
import { cleanUp } from "../../lib/daemon/cleanup.ts";
import { layoutOf } from "../../lib/daemon/layout.ts";
import { endProcesses, listProcesses } from "../../lib/daemon/processes.ts";
import type { StartDaemonOptions } from "../../lib/daemon/private_daemon.ts";

/** A place for one daemon, for one test. */
export interface Place extends AsyncDisposable {
  readonly version: ContainerdVersion;
  readonly dir: string;
  /** The namespace for its containers. Unique: runc's state is one for all daemons. */
  readonly namespace: string;
  /** For `startDaemon()`. */
  readonly options: StartDaemonOptions;
}

/** Makes a place. Its folder is removed at the end, when nothing is mounted there any more. */
export async function makePlace(version: ContainerdVersion): Promise<Place> {
  const dir = await Deno.makeTempDir({ prefix: "davit-daemon-" });
  return {
    version,
    dir,
    namespace: `test-${crypto.randomUUID().slice(0, 8)}`,
    options: { dir, containerd: containerdBin(version), path: [HELLO_BIN] },
    async [Symbol.asyncDispose]() {
      const left = await settledTraces(dir);
      if (left.length > 0) await sweep(dir);
      await Deno.remove(dir, { recursive: true }).catch(() => {});
      assertEquals(left, [], "something is left");
    },
  };
}

/** Removes what a failed test left, so that it disturbs no other. */
async function sweep(dir: string): Promise<void> {
  const layout = layoutOf(dir);
  await endProcesses(
    listProcesses().filter(({ argv }) => argv.includes(layout.config)),
    0,
  );
  await cleanUp(layout, `${HELLO_BIN}:${Deno.env.get("PATH")}`);
}

/** What `ctr` needs of a daemon. */
export interface Address {
  readonly address: string;
}

/** Registers a test for each version of containerd. */
export function testEach(name: string, fn: (place: Place) => Promise<void>): void {
  for (const version of CONTAINERD_VERSIONS) {
    Deno.test(`${name} (${version})`, async () => {
      await using place = await makePlace(version);
      await fn(place);
    });
  }
}

/**
 * The traces of a daemon that has been stopped: a process of many threads counts as ended while some
 * of them still hold its sockets, so that they are waited for.
 */
export async function settledTraces(dir: string): Promise<string[]> {
  const limit = Date.now() + 5_000;
  while (traces(dir).length > 0 && Date.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return traces(dir);
}

/** Processes, mounts and sockets that belong to a daemon's folder. */
export function traces(dir: string): string[] {
  const processes = listProcesses()
    .filter(({ pid, argv }) => pid !== Deno.pid && argv.some((arg) => arg.startsWith(`${dir}/`)))
    .map(({ pid, argv }) => `process ${pid}: ${argv.join(" ")}`);
  const mounts = Deno.readTextFileSync("/proc/self/mountinfo").split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((point) => point === dir || point.startsWith(`${dir}/`))
    .map((point) => `mount ${point}`);
  // Last columns of /proc/net/unix: the paths of bound sockets.
  const sockets = Deno.readTextFileSync("/proc/net/unix").split("\n")
    .map((line) => line.split(" ").at(-1) ?? "")
    .filter((path) => path.startsWith(`${dir}/`))
    .map((path) => `socket ${path}`);
  return [...processes, ...mounts, ...sockets];
}

/** A tiny image for `ctr run`, made once. */
async function busyboxImage(): Promise<string> {
  const archive = `${CACHE}/test-busybox.oci.tar`;
  if (await Deno.stat(archive).then(() => true, () => false)) return archive;
  const work = await Deno.makeTempDir({ dir: CACHE });
  try {
    const rootfs = `${work}/rootfs`;
    await Deno.mkdir(`${rootfs}/bin`, { recursive: true });
    await Deno.copyFile(toolPath("busybox"), `${rootfs}/bin/busybox`);
    for (const name of ["sh", "sleep"]) await Deno.symlink("busybox", `${rootfs}/bin/${name}`);
    await command(["tar", "-C", rootfs, "-cf", `${work}/layer.tar`, "."]);
    const image = ["--image", `${work}/oci:latest`];
    await command([toolPath("umoci"), "init", "--layout", `${work}/oci`]);
    await command([toolPath("umoci"), "new", ...image]);
    await command([toolPath("umoci"), "raw", "add-layer", ...image, `${work}/layer.tar`]);
    await command(["tar", "-C", `${work}/oci`, "-cf", `${work}/image.tar`, "."]);
    await Deno.rename(`${work}/image.tar`, archive);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return archive;
}

/** Runs a command and returns what it printed; fails the test when it fails. */
export async function command(argv: string[], env?: Record<string, string>): Promise<string> {
  const output = await new Deno.Command(argv[0]!, {
    args: argv.slice(1),
    env,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const stderr = new TextDecoder().decode(output.stderr);
  assertEquals(output.code, 0, `${argv.join(" ")}: ${stderr}`);
  return new TextDecoder().decode(output.stdout);
}

/** Runs the `ctr` of the daemon's version. */
export function ctr(place: Place, daemon: Address, ...args: string[]): Promise<string> {
  return command([ctrBin(place.version), "-a", daemon.address, "-n", place.namespace, ...args], {
    PATH: `${containerdDir(place.version)}:${HELLO_BIN}:${Deno.env.get("PATH")}`,
  });
}

/** Starts a container that sleeps, with a mounted root file system, and returns its socket. */
export async function runSleeper(place: Place, daemon: Address, id: string): Promise<string> {
  const image = "example.invalid/busybox:latest";
  const known = await ctr(place, daemon, "images", "ls", "-q");
  if (!known.includes(image)) {
    const name = ["--base-name", "example.invalid/busybox"];
    await ctr(place, daemon, "images", "import", ...name, await busyboxImage());
  }
  await ctr(place, daemon, "run", "-d", image, id, "/bin/sleep", "1000");
  const bundle = `${place.dir}/state/io.containerd.runtime.v2.task/${place.namespace}/${id}`;
  for (const name of ["address", "bootstrap.json"]) {
    const text = await Deno.readTextFile(`${bundle}/${name}`).catch(() => "");
    const socket = /unix:\/\/([^"\s]+)/.exec(text)?.[1];
    if (socket) return socket;
  }
  throw new Error(`no shim socket in ${bundle}`);
}

/** The ids of running tasks. */
export async function runningTasks(place: Place, daemon: Address): Promise<string[]> {
  const lines = (await ctr(place, daemon, "tasks", "ls")).trim().split("\n").slice(1);
  return lines.filter((line) => line.includes("RUNNING")).map((line) => line.split(/\s+/)[0]!);
}

/** A script in a process of its own that started a daemon and now waits to be killed. */
export interface Script {
  /** What its `startDaemon()` returned. */
  readonly daemon: Address & { readonly pid: number };
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Has it call `stop()`, and waits for its end. */
  stop(): Promise<void>;
}

/** Starts `script.ts`. */
export async function startScript(place: Place): Promise<Script> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      new URL("script.ts", import.meta.url).pathname,
      JSON.stringify(place.options),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the script ended before its daemon ran");
    text += value;
  }
  const over = async (): Promise<void> => {
    await reader.cancel();
    await child.status;
  };
  return {
    daemon: JSON.parse(text),
    async kill() {
      child.kill("SIGKILL");
      await child.stdin.close().catch(() => {});
      await over();
    },
    async stop() {
      await child.stdin.close();
      const { code } = await child.status;
      await reader.cancel();
      assertEquals(code, 0);
    },
  };
}
