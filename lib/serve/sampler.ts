/**
 * What all containers of a namespace use, by one call a second.
 *
 * @module
 */
import { statsOf } from "../core/container/stats.ts";
import type { Context } from "../core/context.ts";
import type { TaskMetrics } from "../core/task/metrics.ts";
import { Tasks } from "../core/task/tasks.ts";

/** A container's use: its id, percent of one CPU, bytes of memory, its limit or 0, processes. */
export type StatsRow = readonly [
  id: string,
  cpuPercent: number,
  memoryBytes: number,
  memoryLimitBytes: number,
  pids: number,
];

/** Measures, and remembers what was measured before. */
export class Sampler {
  readonly #tasks: Tasks;
  #before: ReadonlyMap<string, TaskMetrics> | undefined;

  /** @param context The namespace. */
  constructor(context: Context) {
    this.#tasks = new Tasks(context);
  }

  /**
   * What each container used since the last call; one that was not measured then uses no CPU.
   *
   * @returns `undefined` the first time, when there is nothing to compare with.
   */
  async sample(signal: AbortSignal): Promise<StatsRow[] | undefined> {
    const now = await this.#tasks.allMetrics({ signal });
    const before = this.#before;
    this.#before = new Map(now.map((metrics) => [metrics.id, metrics]));
    return before && now.map((metrics): StatsRow => {
      const stats = statsOf(before.get(metrics.id) ?? metrics, metrics);
      const { cpuPercent, memoryBytes, memoryLimitBytes = 0, pids } = stats;
      return [metrics.id, Math.round(cpuPercent * 10) / 10, memoryBytes, memoryLimitBytes, pids];
    });
  }

  /** Forgets what was measured: it is too old to compare with. */
  reset(): void {
    this.#before = undefined;
  }
}
