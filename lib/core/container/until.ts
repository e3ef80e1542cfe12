/**
 * Waits until a container is ready.
 *
 * @module
 */
import { CanceledError, TimeoutError } from "../../errors/errors.ts";
import { ExitError } from "../../errors/process_errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { pause } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { ExecContainer } from "../exec/target.ts";
import { followHealth } from "../health/health.ts";
import { listens } from "../health/probe.ts";
import type { LogMark } from "../logs/files.ts";
import { readLogs } from "../logs/logs.ts";
import { withOomKilled } from "../process/oom.ts";
import { waitTask } from "../task/task.ts";

/**
 * What to wait for:
 *
 * - `"healthy"`: its health check succeeds;
 * - `{ port }`: something listens on that TCP port, in the container's network;
 * - a regular expression: a line of its log matches, from when this client started it on, else from
 *   the start of the log;
 * - a function that returns `true`: called again 100 ms after it returned `false`.
 */
export type ReadyCondition<C> =
  | "healthy"
  | { readonly port: number }
  | RegExp
  | ((container: C) => boolean | Promise<boolean>);

/** How long to wait. */
export interface UntilOptions {
  /** `"60s"` by default. */
  readonly timeout?: Duration;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** The kernel tells nobody that a port was opened: how often to look, in milliseconds. */
const PORT_INTERVAL_MS = 50;
const CALL_INTERVAL_MS = 100;
/** How much of the log an error shows. */
const TAIL_LINES = 20;

/**
 * Waits until a container is ready.
 *
 * @param options How long; `mark`: where in its log to begin.
 * @throws {ExitError} when it ends before.
 * @throws {TimeoutError} when it takes too long.
 */
export async function untilReady<C extends ExecContainer>(
  context: Context,
  container: C,
  condition: ReadyCondition<C>,
  options: UntilOptions & { readonly mark?: LogMark } = {},
): Promise<void> {
  const { id } = container;
  const timeoutMs = parseDuration(options.timeout ?? "60s", "timeout");
  const over = new AbortController();
  // Not AbortSignal.timeout(), which would keep the process alive long after the wait.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), Math.min(timeoutMs, 0x7fff_ffff));
  const signals = [over.signal, limit.signal, context.session.closing];
  if (options.signal) signals.push(options.signal);
  const signal = AbortSignal.any(signals);
  const ended = waitTask(context, id, { signal })
    .then((status) => withOomKilled(context, id, status));
  try {
    const first = await Promise.race([
      conditionHolds(context, container, condition, { signal, mark: options.mark }),
      ended,
    ]);
    if (first === true) return;
    if (first) {
      const tail = await logTail(context, id);
      const how = first.signal ? `was ended by ${first.signal}` : `ended with ${first.exitCode}`;
      throw new ExitError(`Container "${id}" ${how} before it was ready${shown(tail)}`, {
        argv: [],
        exitCode: first.exitCode,
        signal: first.signal,
        oomKilled: first.oomKilled,
        stdoutTail: tail,
        stderrTail: "",
      });
    }
    throw new CanceledError("", { cause: signal.reason });
  } catch (error) {
    if (!signal.aborted || error instanceof ExitError) throw error;
    const tail = shown(await logTail(context, id));
    if (limit.signal.aborted && !options.signal?.aborted) {
      throw new TimeoutError(
        `Container "${id}" was not ready within ${timeoutMs} ms (${describe(condition)})${tail}`,
      );
    }
    throw new CanceledError(`Gave up waiting for container "${id}"`, { cause: signal.reason });
  } finally {
    clearTimeout(timer);
    over.abort();
    ended.catch(() => {});
  }
}

/** `true` when the condition holds; `undefined` when it was given up, or can hold no more. */
async function conditionHolds<C extends ExecContainer>(
  context: Context,
  container: C,
  condition: ReadyCondition<C>,
  { signal, mark }: { readonly signal: AbortSignal; readonly mark: LogMark | undefined },
): Promise<true | undefined> {
  if (condition === "healthy") {
    for await (const { status } of followHealth(context, container, { signal })) {
      if (status === "healthy") return true;
    }
  } else if (condition instanceof RegExp) {
    // Without what makes a match depend on the one before.
    const pattern = new RegExp(condition.source, condition.flags.replace(/[gy]/g, ""));
    for await (const { text } of readLogs(context, container.id, { follow: true, signal, mark })) {
      if (pattern.test(text)) return true;
    }
  } else if (typeof condition === "function") {
    for (; !signal.aborted; await pause(CALL_INTERVAL_MS, signal)) {
      if (await condition(container)) return true;
    }
  } else {
    const { host } = context.session;
    for (; !signal.aborted; await pause(PORT_INTERVAL_MS, signal)) {
      if (await listens(host, container.pid, condition.port)) return true;
    }
  }
  // The end of the container is what there is to tell then.
  return signal.aborted ? undefined : await new Promise(() => {});
}

function describe(condition: ReadyCondition<never>): string {
  if (typeof condition === "string") return condition;
  if (condition instanceof RegExp) return `no line of its log matched ${condition}`;
  if (typeof condition === "function") return "the condition did not hold";
  return `nothing listened on port ${condition.port}`;
}

async function logTail(context: Context, id: string): Promise<string> {
  try {
    const entries = await Array.fromAsync(readLogs(context, id, { tail: TAIL_LINES }));
    return entries.map(({ text }) => text).join("\n");
  } catch {
    return "";
  }
}

function shown(tail: string): string {
  return tail ? `; its last output:\n${tail}` : "";
}
