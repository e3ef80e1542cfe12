/**
 * Processes of this machine, as `/proc` shows them.
 *
 * @module
 */

/** One process for good: a pid alone may be given to another process later. */
export interface ProcessRef {
  /** The process id. */
  readonly pid: number;
  /** Boot and start time: together with the pid never used twice. */
  readonly key: string;
}

/** A process in the table of {@linkcode listProcesses}. */
export interface ProcessInfo extends ProcessRef {
  /** The parent's process id. */
  readonly ppid: number;
  /** The command line; empty for kernel threads. */
  readonly argv: readonly string[];
}

let boot: string | undefined;

/** Parent and start time, from `/proc/PID/stat`; `undefined` for a process that ended. */
function readStat(pid: number): { ppid: number; key: string } | undefined {
  let stat: string;
  try {
    stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  // The second field is the name in parentheses, with any bytes in it. See proc_pid_stat(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ppid] = fields;
  if (state === undefined || state === "Z" || state === "X") return undefined;
  boot ??= Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").slice(0, 8);
  return { ppid: Number(ppid), key: `${boot}-${fields[19]}` };
}

/** Names a running process. `undefined` when there is none of that pid, or only its zombie. */
export function processRef(pid: number): ProcessRef | undefined {
  const stat = readStat(pid);
  return stat && { pid, key: stat.key };
}

/** Whether that very process still runs. */
export function isRunning(ref: ProcessRef): boolean {
  return readStat(ref.pid)?.key === ref.key;
}

/** All running processes; zombies are left out. */
export function listProcesses(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const stat = readStat(pid);
    if (!stat) continue;
    try {
      const argv = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
      found.push({ pid, ...stat, argv });
    } catch { /* it ended just now */ }
  }
  return found;
}

/** The processes below the given ones, children's children included. */
export function descendants(
  processes: readonly ProcessInfo[],
  roots: readonly ProcessRef[],
): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  let parents = new Set(roots.map((root) => root.pid));
  while (parents.size > 0) {
    const children = processes.filter((process) => parents.has(process.ppid));
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found;
}

/** Sends a signal, unless the process ended already. */
export function signalProcess(ref: ProcessRef, signal: Deno.Signal): void {
  if (!isRunning(ref)) return;
  try {
    Deno.kill(ref.pid, signal);
  } catch (error) {
    if (isRunning(ref)) throw error;
  }
}

/**
 * Waits until all of them ended.
 *
 * @param refs The processes to wait for; they need not be our children.
 * @param timeoutMs How long to wait, in milliseconds.
 * @returns Those that still run.
 */
export async function waitForEnd(
  refs: readonly ProcessRef[],
  timeoutMs: number,
): Promise<ProcessRef[]> {
  const deadline = performance.now() + timeoutMs;
  // There is no event for the end of another's child, short of a pidfd; so look, ever less often.
  for (let pauseMs = 1;; pauseMs = Math.min(pauseMs * 2, 20)) {
    const running = refs.filter(isRunning);
    if (running.length === 0 || performance.now() > deadline) return running;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/**
 * Ends processes: SIGTERM, and SIGKILL for those that are still there after `graceMs`.
 *
 * @returns Those that outlived even SIGKILL for five seconds, as a process in the kernel's
 *   uninterruptible sleep does.
 */
export async function endProcesses(
  refs: readonly ProcessRef[],
  graceMs: number,
): Promise<ProcessRef[]> {
  let running = refs;
  if (graceMs > 0) {
    for (const ref of running) signalProcess(ref, "SIGTERM");
    running = await waitForEnd(running, graceMs);
  }
  for (const ref of running) signalProcess(ref, "SIGKILL");
  return await waitForEnd(running, 5000);
}
