/**
 * Stops containers.
 *
 * @module
 */
import { CanceledError, FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { parseSignal, type Signal } from "../../oci/signals.ts";
import { pause } from "../call/abort.ts";
import { type ExitStatus, formatExit } from "../process/exit_status.ts";
import { withOomKilled } from "../process/oom.ts";
import { deleteTask, killTask, waitTask } from "../task/task.ts";
import { Tasks } from "../task/tasks.ts";
import { STOP_SIGNAL_LABEL, STOP_TIMEOUT_LABEL } from "./labels.ts";
import type { ContainerHandle } from "./handle.ts";
import { StoppedContainer } from "./idle.ts";
import { keepStopped, setLabels } from "./restart_policy.ts";

/** The label that remembers how the process ended, once the daemon has forgotten it. */
export const EXIT_LABEL = "davit/exit";
/** How long a process has to end by itself when it is asked to stop: as long as Docker gives. */
const STOP_TIMEOUT_MS = 10_000;
/** The longest that a timer can wait. */
const MAX_TIMER_MS = 0x7fff_ffff;
const SIGKILL = 9;

/** How to stop a container. */
export interface StopOptions {
  /** The signal that asks it to; what the image or the container's labels say, else `SIGTERM`. */
  readonly with?: Signal;
  /** How long it has before it is killed; `"10s"` by default, or what its labels say. */
  readonly timeout?: Duration;
  /** Ends the wait: a container that was asked to stop is asked still, and not killed. */
  readonly signal?: AbortSignal;
}

/** Ends the process of a container, and notes how it ended. One that has ended is fine. */
export async function stopContainer(
  handle: ContainerHandle,
  options: StopOptions = {},
): Promise<StoppedContainer> {
  const { context, record: { id, labels } } = handle;
  const name = options.with ?? (labels[STOP_SIGNAL_LABEL] || "SIGTERM");
  const stopSignal = parseSignal(name);
  const timeoutMs = stopTimeout(options.timeout, labels);
  await keepStopped(context, id, labels);
  const over = new AbortController();
  const signals = options.signal ? [over.signal, options.signal] : [over.signal];
  const ended = waitTask(context, id, { signal: AbortSignal.any(signals) })
    .then((status) => withOomKilled(context, id, status));
  ended.catch(() => {});
  try {
    const status = await ask(handle, stopSignal, { ended, timeoutMs, over: over.signal });
    await setLabels(context, id, { [EXIT_LABEL]: formatExit(status) });
    await deleteTask(context, id);
    return new StoppedContainer(handle, status);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    throw new CanceledError(`Gave up waiting for container "${id}" to stop: it was canceled`, {
      cause: options.signal.reason,
    });
  } finally {
    over.abort();
  }
}

async function ask(
  { context, record: { id } }: ContainerHandle,
  signal: number,
  how: { ended: Promise<ExitStatus>; timeoutMs: number; over: AbortSignal },
): Promise<ExitStatus> {
  const { ended, timeoutMs, over } = how;
  try {
    await killTask(context, id, signal);
    await goOn();
    const first = await Promise.race([ended, pause(timeoutMs, over).then(() => "late" as const)]);
    if (first === "late") {
      await killTask(context, id, SIGKILL, { all: true });
      await goOn();
    }
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof NotFoundError)) throw error;
  }
  return await ended;

  /** Processes that are paused get no signal. */
  async function goOn(): Promise<void> {
    try {
      await new Tasks(context).resume(id);
    } catch (error) {
      if (!(error instanceof FailedPreconditionError || error instanceof NotFoundError)) {
        throw error;
      }
    }
  }
}

function stopTimeout(
  given: Duration | undefined,
  labels: Readonly<Record<string, string>>,
): number {
  if (given !== undefined) return Math.min(parseDuration(given, "timeout"), MAX_TIMER_MS);
  const seconds = Number(labels[STOP_TIMEOUT_LABEL] || NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, MAX_TIMER_MS) : STOP_TIMEOUT_MS;
}
