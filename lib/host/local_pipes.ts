/**
 * Pipes between this process and whoever opens the far ends by path.
 *
 * Deno makes pipes only for processes that it starts. So an idle process is started with piped
 * streams; `/proc/PID/fd/N` are paths of its ends. Once they have been opened it is ended, and what
 * is left is a pipe between the two that use it: no FIFO whose opening could block, and the end of
 * the stream comes by itself.
 *
 * @module
 */
import { PermissionError } from "../errors/errors.ts";
import type { HostPipes, PipeSelection } from "./host.ts";

/** How long the idle process stays when nobody ends it, in seconds: longer than any start takes. */
const HOLD_SECONDS = 600;

/**
 * How long the end of standard input is waited for, in milliseconds, and how often it is looked at.
 */
const OPEN_LIMIT_MS = 10_000;
const OPEN_PAUSE_MS = 2;

/** Of open(2), as Linux has them on all of containerd's architectures. */
const O_ACCMODE = 0o3;
const O_WRONLY = 0o1;
const O_PATH = 0o10000000;

/** Makes pipes with an idle process of this machine. */
export function openLocalPipes(which: PipeSelection): HostPipes {
  const mode = (wanted: boolean | undefined) => wanted ? "piped" : "null";
  let holder: Deno.ChildProcess;
  try {
    holder = new Deno.Command("sleep", {
      args: [`${HOLD_SECONDS}`],
      stdin: mode(which.stdin),
      stdout: mode(which.stdout),
      stderr: mode(which.stderr),
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    throw new PermissionError(
      "Cannot make pipes to a process: they take a helper process; grant --allow-run=sleep",
      { cause },
    );
  }
  const path = (wanted: boolean | undefined, fd: number) =>
    wanted ? `/proc/${holder.pid}/fd/${fd}` : "";
  let released: Promise<void> | undefined;
  return {
    paths: {
      stdin: path(which.stdin, 0),
      stdout: path(which.stdout, 1),
      stderr: path(which.stderr, 2),
    },
    stdin: which.stdin ? holder.stdin : undefined,
    stdout: which.stdout ? holder.stdout : undefined,
    stderr: which.stderr ? holder.stderr : undefined,
    release: (pid) =>
      released ??= (async () => {
        if (which.stdin && pid !== undefined) await untilRead(holder.pid, pid);
        try {
          holder.kill("SIGKILL");
        } catch { /* it has ended */ }
        await holder.status;
      })(),
  };
}

/**
 * Waits until the shim of a process reads the standard input that a holder has: shims open it in the
 * background, so that it may not be open yet when the process runs.
 */
async function untilRead(holder: number, pid: number): Promise<void> {
  for (const limit = Date.now() + OPEN_LIMIT_MS; Date.now() < limit;) {
    try {
      const pipe = Deno.readLinkSync(`/proc/${holder}/fd/0`);
      // The shim is its parent. A process that has ended reads no more; neither may we look then.
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      const shim = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]!;
      if (isRead(shim, pipe)) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, OPEN_PAUSE_MS));
  }
}

/** Whether a process has a pipe open for reading. */
function isRead(pid: string, pipe: string): boolean {
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    try {
      if (Deno.readLinkSync(`/proc/${pid}/fd/${name}`) !== pipe) continue;
      const flags = /^flags:\s*(\d+)$/m.exec(Deno.readTextFileSync(`/proc/${pid}/fdinfo/${name}`));
      if (flags && readsBy(parseInt(flags[1]!, 8))) return true;
    } catch { /* closed meanwhile */ }
  }
  return false;
}

/**
 * Whether a descriptor with these flags of open(2) can be read. Shims hold one with O_PATH a moment
 * before they open the pipe: what is written meanwhile finds no reader.
 */
function readsBy(flags: number): boolean {
  return (flags & O_PATH) === 0 && (flags & O_ACCMODE) !== O_WRONLY;
}
