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
    release: () =>
      released ??= (async () => {
        try {
          holder.kill("SIGKILL");
        } catch { /* it has ended */ }
        await holder.status;
      })(),
  };
}
