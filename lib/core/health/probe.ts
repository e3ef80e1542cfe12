/**
 * Asks a container whether it is well.
 *
 * @module
 */
import { TimeoutError, UnsupportedError } from "../../errors/errors.ts";
import { StartError } from "../../errors/process_errors.ts";
import type { Host } from "../../host/host.ts";
import type { Context } from "../context.ts";
import { ExecBuilder } from "../exec/exec.ts";
import type { ExecContainer } from "../exec/target.ts";
import type { HealthProbe } from "./config.ts";

/** What a probe found. */
export interface ProbeResult {
  /** 0 for well, as of a command. */
  readonly exitCode: number;
  /** What was printed or answered, the first 4 KiB of it. */
  readonly output: string;
}

const MAX_OUTPUT = 4096;

/**
 * Makes one probe. What is wrong with the container is told in the result.
 *
 * @throws what is wrong with the daemon, or the caller's signal.
 */
export async function runProbe(
  context: Context,
  container: ExecContainer,
  probe: HealthProbe,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeResult> {
  if ("tcp" in probe) {
    const open = await listens(context.session.host, container.pid, probe.tcp);
    return open
      ? { exitCode: 0, output: "" }
      : { exitCode: 1, output: `nothing listens on port ${probe.tcp}` };
  }
  if ("http" in probe) return await probeHttp(context.session.host, container, probe.http, options);
  const words = typeof probe.exec === "string" ? ["/bin/sh", "-c", probe.exec] : probe.exec;
  try {
    const result = await ExecBuilder.of(context, container, words).noThrow()
      .timeout(options.timeoutMs).signal(options.signal);
    const output = (result.stdout + result.stderr).slice(0, MAX_OUTPUT);
    return { exitCode: result.exitCode, output };
  } catch (error) {
    if (error instanceof StartError) return { exitCode: error.exitCode, output: error.message };
    if (error instanceof TimeoutError && !options.signal.aborted) {
      return { exitCode: -1, output: error.message };
    }
    throw error;
  }
}

/** State 0A is LISTEN, and local addresses are `HEX:PORT` in hex; see proc_net_tcp.txt of Linux. */
const LISTENING = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm;

/** Ports that something listens on, of the text of `/proc/PID/net/tcp`. */
export function listeningPorts(text: string): Set<number> {
  return new Set([...text.matchAll(LISTENING)].map(([, port]) => parseInt(port!, 16)));
}

/** Whether something listens on a TCP port in the network of a process. */
export async function listens(host: Host, pid: number, port: number): Promise<boolean> {
  for (const file of ["tcp", "tcp6"]) {
    try {
      const bytes = await host.readFile(`/proc/${pid}/net/${file}`);
      if (listeningPorts(new TextDecoder().decode(bytes)).has(port)) return true;
    } catch (error) {
      // No IPv6 there, or the process has ended.
      if (!(error instanceof Deno.errors.NotFound) && !/os error (3|22)\)/.test(`${error}`)) {
        throw error;
      }
    }
  }
  return false;
}

/** Runs in another network: prints the status, or why there is none. */
const FETCH_SCRIPT = `const [url, ms] = Deno.args;
try {
  const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(Number(ms)) });
  await answer.body?.cancel();
  console.log(answer.status);
} catch (error) {
  console.log(String(error));
}
Deno.exit(0);`;

async function probeHttp(
  host: Host,
  { pid }: ExecContainer,
  http: { readonly port: number; readonly path?: string },
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeResult> {
  const url = `http://127.0.0.1:${http.port}${http.path ?? "/"}`;
  if (host.remote) {
    throw new UnsupportedError(
      `Cannot ask "${url}" on ${host.name}: requests are made by the machine that this script runs ` +
        "on; use { tcp } or { exec } there",
      { needed: "a daemon of this machine" },
    );
  }
  const own = await host.readLink("/proc/self/ns/net");
  let answer: string;
  if (await host.readLink(`/proc/${pid}/ns/net`).catch(() => own) === own) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]);
      const response = await fetch(url, { redirect: "manual", signal: limit });
      await response.body?.cancel();
      answer = `${response.status}`;
    } catch (error) {
      signal.throwIfAborted();
      answer = String(error);
    }
  } else {
    // A request inside of the container would need a tool there; so this runs beside it.
    const { stdout, stderr } = await new Deno.Command("nsenter", {
      args: [
        `--net=/proc/${pid}/ns/net`,
        Deno.execPath(),
        "eval",
        FETCH_SCRIPT,
        "--",
        url,
        `${Math.ceil(timeoutMs)}`,
      ],
      stdin: "null",
      signal,
    }).output();
    signal.throwIfAborted();
    const decoder = new TextDecoder();
    answer = decoder.decode(stdout).trim() || decoder.decode(stderr).trim();
  }
  const status = /^\d{3}$/.test(answer) ? Number(answer) : 0;
  const well = status >= 200 && status < 400;
  return {
    exitCode: well ? 0 : 1,
    output: (status ? `GET ${url} answered ${status}` : answer).slice(0, MAX_OUTPUT),
  };
}
