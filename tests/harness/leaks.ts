/**
 * What a run of the tests left on this machine: processes, mounts, network namespaces and
 * interfaces, sockets, FIFOs and temporary folders.
 *
 * Other people's containers may come and go meanwhile, so each thing is traced to the run: all of
 * its processes inherit a mark in their environment, and all of its files lie in one folder. What
 * cannot be traced counts only on a machine where nobody else runs containerd.
 *
 * @module
 */
import {
  listInterfaces,
  listMounts,
  listNamedNetworks,
  listNetworks,
  listProcesses,
  namesIn,
  type Process,
  readIfThere,
} from "./machine.ts";

/** The environment variable with the run's mark. */
export const RUN_MARK = "DAVIT_TEST_RUN";

/** A run of the tests. */
export interface TestRun {
  /** The value of {@linkcode RUN_MARK}. */
  readonly mark: string;
  /** The folder with the daemons' files. */
  readonly dir: string;
  /** The folder for temporary files, `$TMPDIR` of the run. */
  readonly temporary: string;
}

/** A kind of things that can be left behind. */
export type LeakKind =
  | "process"
  | "mount"
  | "network namespace"
  | "interface"
  | "shim socket"
  | "runtime state"
  | "FIFO"
  | "file";

/** Something that was left behind. */
export interface Leak {
  readonly kind: LeakKind;
  /** What it is, in words. */
  readonly what: string;
  /** Whether it was certainly this run that made it. */
  readonly ours: boolean;
  /** The process, where it is one. */
  readonly process?: Process;
}

/** The machine before the run. */
export interface Baseline {
  readonly processes: ReadonlySet<string>;
  readonly mounts: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

/** Where shims listen, whatever their daemon's folders are. */
const SHIM_SOCKETS = "/run/containerd/s";

/** Where runtimes keep the state of containers unless they are told otherwise. */
const RUNTIME_STATE = ["/run/containerd/runc", "/run/runc", "/run/crun"];

/** Programs that only containers need; others of unknown origin are nobody's business. */
const PROGRAMS =
  /^(containerd-shim|containerd$|runc|crun|docker-registry|slirp4netns|rootlesskit|criu)/;

const keyOf = (process: Process) => `${process.pid} ${process.start}`;

/** Remembers what is there. */
export function takeBaseline(): Baseline {
  const processes = listProcesses();
  return {
    processes: new Set(processes.map(keyOf)),
    mounts: new Set(listMounts().map((mount) => `${mount.id} ${mount.point}`)),
    networks: new Set(listNetworks(processes).keys()),
    names: new Set([...namedThings()].map(([, name]) => name)),
  };
}

/** Things that are told apart by their name alone. */
function namedThings(): [LeakKind, string][] {
  const states = RUNTIME_STATE.flatMap((dir) =>
    namesIn(dir).flatMap((ns) => namesIn(`${dir}/${ns}`).map((id) => `${dir}/${ns}/${id}`))
  );
  return [
    ...listNamedNetworks().map((name): [LeakKind, string] => ["network namespace", name]),
    ...listInterfaces().map((name): [LeakKind, string] => ["interface", name]),
    ...namesIn(SHIM_SOCKETS).map((name): [LeakKind, string] => [
      "shim socket",
      `${SHIM_SOCKETS}/${name}`,
    ]),
    ...states.map((name): [LeakKind, string] => ["runtime state", name]),
    ...namesIn("/tmp").filter((name) => name.startsWith("davit-")).map(
      (name): [LeakKind, string] => ["file", `/tmp/${name}`],
    ),
  ];
}

/**
 * Looks for what was not there before.
 *
 * @param baseline The machine before the run.
 * @param run How to tell what belongs to the run.
 * @param ignore Processes that are meant to live, such as the daemons; not those below them.
 */
export function findLeaks(baseline: Baseline, run: TestRun, ignore: readonly number[]): Leak[] {
  const processes = listProcesses();
  const strangers = processes.filter((process) => !baseline.processes.has(keyOf(process)));
  const ours = ownProcesses(strangers, run);
  const leaks: Leak[] = [];
  for (const process of strangers) {
    const own = ours.has(process.pid);
    if (ignore.includes(process.pid)) continue;
    if (!own && !PROGRAMS.test(process.argv[0]!.split("/").at(-1)!)) continue;
    leaks.push({ kind: "process", what: describe(process), ours: own, process });
  }
  for (const mount of listMounts()) {
    if (baseline.mounts.has(`${mount.id} ${mount.point}`)) continue;
    // `ip netns` mounts that folder onto itself when it is first used, and leaves it so.
    if (mount.point === "/run/netns") continue;
    const type = /- (\S+)/.exec(mount.line)?.[1];
    leaks.push({ kind: "mount", what: `${mount.point} (${type})`, ours: isUnder(mount.line, run) });
  }
  for (const [network, process] of listNetworks(strangers)) {
    if (baseline.networks.has(network) || ignore.includes(process.pid)) continue;
    const what = `${network} of ${describe(process)}`;
    leaks.push({ kind: "network namespace", what, ours: ours.has(process.pid) });
  }
  for (const [kind, what] of namedThings()) {
    if (!baseline.names.has(what)) leaks.push({ kind, what, ours: false });
  }
  for (const path of filesBelow(run.temporary)) {
    const info = statOf(path);
    if (info) leaks.push({ kind: info.isFifo ? "FIFO" : "file", what: path, ours: true });
  }
  return leaks;
}

function describe({ pid, ppid, argv }: Process): string {
  const line = argv.join(" ");
  return `${pid} (parent ${ppid}) ${line.length > 160 ? `${line.slice(0, 160)}…` : line}`;
}

/** Whether a line names one of the run's folders, or something in them. */
function isUnder(line: string, run: TestRun): boolean {
  return [run.dir, run.temporary].some((dir) =>
    line.split(dir).slice(1).some((rest) => rest === "" || /^[/ ,:]/.test(rest))
  );
}

/**
 * Pids of the processes that belong to the run: they have its mark, or stand below one that has, or
 * name its folders, or their root file system lies in them (a container whose shim is gone).
 */
function ownProcesses(processes: readonly Process[], run: TestRun): Set<number> {
  const mark = `${RUN_MARK}=${run.mark}`;
  const found = new Set<number>();
  for (const { pid, argv } of processes) {
    const isOwn = readIfThere(`/proc/${pid}/environ`).split("\0").includes(mark) ||
      argv.some((word) => isUnder(word, run)) ||
      listMounts(pid).some((mount) => mount.point === "/" && isUnder(mount.line, run));
    if (isOwn) found.add(pid);
  }
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { pid, ppid } of processes) if (found.has(ppid)) found.add(pid);
  }
  found.delete(Deno.pid);
  return found;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}

/** What lies in a folder: FIFOs wherever they are, else only the topmost names. */
function filesBelow(dir: string): string[] {
  const fifos = (path: string): string[] =>
    namesIn(path).flatMap((name) => {
      const info = statOf(`${path}/${name}`);
      if (info?.isFifo) return [`${path}/${name}`];
      return info?.isDirectory ? fifos(`${path}/${name}`) : [];
    });
  const top = namesIn(dir).map((name) => `${dir}/${name}`);
  return [...new Set([...top, ...fifos(dir)])];
}

/** Whether somebody else runs containerd here, so that things of unknown origin may be theirs. */
export function isShared(run: TestRun): boolean {
  const processes = listProcesses();
  const ours = ownProcesses(processes, run);
  return processes.some(({ pid, argv }) =>
    !ours.has(pid) && argv[0]!.split("/").at(-1) === "containerd"
  );
}

/** Ends the processes among the leaks that certainly are the run's. */
export function endLeaked(leaks: readonly Leak[]): void {
  for (const { process, ours } of leaks) {
    if (!process || !ours) continue;
    const now = listProcesses().find(({ pid }) => pid === process.pid);
    if (now?.start !== process.start) continue;
    try {
      Deno.kill(process.pid, "SIGKILL");
    } catch { /* it ended just now */ }
  }
}
