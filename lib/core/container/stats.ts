/**
 * What a container uses, again and again.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { pause } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { ExecContainer } from "../exec/target.ts";
import type { TaskMetrics } from "../task/metrics.ts";
import { waitTask } from "../task/task.ts";
import { Tasks } from "../task/tasks.ts";
import { type NetworkMetrics, readNetwork } from "./network_metrics.ts";

/** What a container used since the sample before, and uses now. */
export interface ContainerStats {
  /** When it was measured. */
  readonly time: Date;
  /** CPU time per time since the sample before, in percent of one CPU: 150 is one and a half. */
  readonly cpuPercent: number;
  /** Memory in use, in bytes. */
  readonly memoryBytes: number;
  /** Its limit in bytes; `undefined` for none. */
  readonly memoryLimitBytes: number | undefined;
  /** Processes and threads. */
  readonly pids: number;
  /** Bytes read from block devices since the start. */
  readonly readBytes: number;
  /** Bytes written to block devices since the start. */
  readonly writeBytes: number;
  /**
   * What went through the container's network since it was made, the loopback left out; `undefined`
   * where it cannot be read, and for a container in the network of its host.
   */
  readonly network: NetworkMetrics | undefined;
  /** All that was measured. */
  readonly metrics: TaskMetrics;
}

/** How often to measure. */
export interface StatsOptions {
  /** The time between two samples, `"1s"` by default. */
  readonly every?: Duration;
  /** Ends it, without an error. */
  readonly signal?: AbortSignal;
}

/** The sample that two measurements make. */
export function statsOf(
  before: TaskMetrics,
  now: TaskMetrics,
  network?: NetworkMetrics,
): ContainerStats {
  const time = now.timestamp ?? new Date();
  const elapsedMicros = (time.getTime() - (before.timestamp ?? time).getTime()) * 1000;
  const usedMicros = (now.cpu?.usageMicros ?? 0) - (before.cpu?.usageMicros ?? 0);
  return {
    time,
    cpuPercent: elapsedMicros > 0 ? Math.max(0, usedMicros) / elapsedMicros * 100 : 0,
    memoryBytes: now.memory?.usageBytes ?? 0,
    memoryLimitBytes: now.memory?.limitBytes,
    pids: now.pids?.current ?? 0,
    readBytes: now.io?.readBytes ?? 0,
    writeBytes: now.io?.writeBytes ?? 0,
    network,
    metrics: now,
  };
}

/** Samples of a container, the first after one interval, until it has ended. */
export async function* followStats(
  context: Context,
  { id, pid }: ExecContainer,
  options: StatsOptions = {},
): AsyncGenerator<ContainerStats, void, undefined> {
  const everyMs = parseDuration(options.every ?? "1s", "interval");
  const tasks = new Tasks(context);
  const over = new AbortController();
  const signals = [over.signal, context.session.closing];
  if (options.signal) signals.push(options.signal);
  const signal = AbortSignal.any(signals);
  let before = await tasks.metrics(id);
  // A task that has ended has numbers still, until it is deleted.
  const ended = waitTask(context, id, { signal }).catch(() => {}).then(() => over.abort());
  try {
    for (;;) {
      await pause(everyMs, signal);
      if (signal.aborted) return;
      const now = await tasks.metrics(id);
      yield statsOf(before, now, await readNetwork(context.session.host, pid));
      before = now;
    }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  } finally {
    over.abort();
    await ended;
  }
}
