/**
 * Starts the daemon's process and waits until it serves.
 *
 * @module
 */
import { FailedPreconditionError, TimeoutError } from "../errors/errors.ts";
import type { Layout } from "./layout.ts";
import { pause } from "./lock.ts";
import { probeVersion } from "./probe.ts";
import {
  endProcesses,
  listProcesses,
  type ProcessInfo,
  type ProcessRef,
  processRef,
} from "./processes.ts";

/** The shell gives its process to containerd; Deno cannot write a child's output to a file. */
const EXEC = 'exec "$0" --config "$1" >"$2" 2>&1';

/** A daemon that serves. */
export interface Serving {
  readonly process: ProcessRef;
  /** As the daemon says it. */
  readonly version: string;
}

/**
 * Starts containerd in a session of its own, so that Ctrl-C at the terminal reaches the script
 * alone, and returns once it answers. The script may end before it.
 *
 * @param program The containerd to run.
 * @param layout Its paths; the configuration is written already.
 * @param path PATH for the daemon, its shims and runtimes.
 * @param signal Ends the wait, and the daemon with it.
 */
export async function spawnDaemon(
  program: string,
  layout: Layout,
  path: string,
  signal: AbortSignal,
): Promise<Serving> {
  signal.throwIfAborted();
  const env: Record<string, string> = { ...Deno.env.toObject(), PATH: path };
  // Meant for the script, if a service manager started it.
  delete env.NOTIFY_SOCKET;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", EXEC, program, layout.config, layout.log],
    cwd: "/",
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  let ended: Deno.CommandStatus | undefined;
  const end = child.status.then((status) => void (ended = status));
  const process = processRef(child.pid);
  try {
    for (let pauseMs = 2;; pauseMs = Math.min(pauseMs * 2, 25)) {
      if (!process) await end;
      if (ended || !process) throw endedEarly(program, layout, ended);
      const version = await tryProbe(layout.address, signal);
      if (version !== undefined) return { process, version };
      const over = new AbortController();
      const paused = pause(pauseMs, AbortSignal.any([signal, over.signal]));
      await Promise.race([paused, end]).finally(() => {
        over.abort();
        paused.catch(() => {});
      });
    }
  } catch (error) {
    if (process) await endProcesses([process], 0);
    throw error;
  }
}

/** The daemon that runs in a folder, whoever started it; its program is `argv[0]`. */
export function findDaemon(layout: Layout): ProcessInfo | undefined {
  return listProcesses().find(({ argv }) =>
    (argv[1] === "--config" && argv[2] === layout.config) ||
    // It has not become containerd yet.
    (argv[2] === EXEC && argv[4] === layout.config)
  );
}

async function tryProbe(address: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await probeVersion(address, AbortSignal.any([signal, AbortSignal.timeout(2000)]));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function endedEarly(
  program: string,
  layout: Layout,
  status: Deno.CommandStatus | undefined,
): FailedPreconditionError {
  const how = status?.signal ? `killed by ${status.signal}` : `exit code ${status?.code ?? "?"}`;
  return new FailedPreconditionError(
    `Cannot start "${program}" in "${layout.dir}": it ended at once (${how})${logTail(layout)}`,
  );
}

/** The error for a daemon that does not answer in time. */
export function tooSlow(layout: Layout, timeoutMs: number, cause: unknown): TimeoutError {
  return new TimeoutError(
    `Cannot start containerd in "${layout.dir}": it does not answer at "${layout.address}" ` +
      `after ${timeoutMs} ms${logTail(layout)}`,
    { cause },
  );
}

/** The end of the daemon's log, for an error message. */
function logTail(layout: Layout): string {
  let text: string;
  try {
    text = Deno.readTextFileSync(layout.log);
  } catch {
    return "";
  }
  const lines = text.trim().split("\n").slice(-8).map((line) => `\n  ${line.slice(0, 400)}`);
  return text.trim() === "" ? "" : `; the end of "${layout.log}":${lines.join("")}`;
}
