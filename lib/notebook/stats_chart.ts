/**
 * What a container uses, as a chart.
 *
 * @module
 */
import type { ContainerStats, StatsOptions } from "../core/container/stats.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { count, formatSize } from "../repl/human.ts";
import { displayAs, INSPECT } from "../repl/inspect.ts";
import { lineCharts } from "./svg.ts";

/** What has numbers: a container that runs. */
export interface StatsSource {
  /** Its id. */
  readonly id: string;
  /** Its samples. */
  stats(options?: StatsOptions): AsyncIterable<ContainerStats>;
}

/** Options of {@linkcode statsChart}. */
export interface StatsChartOptions extends StatsOptions {
  /** How many samples to take; fewer when it ends before. Default: 20. */
  readonly samples?: number;
}

/** Numbers of a container over time. A notebook shows it as a chart. */
export class StatsChart {
  /** Whose they are. */
  readonly title: string;
  /** The numbers. */
  readonly samples: readonly ContainerStats[];

  /** Makes one of samples that were taken. @param title Whose they are. */
  constructor(title: string, samples: readonly ContainerStats[]) {
    this.title = title;
    this.samples = samples;
  }

  /** The chart. */
  toSvg(): string {
    const { samples } = this;
    const start = samples[0]?.time.getTime() ?? 0;
    const seconds = samples.map(({ time }) => (time.getTime() - start) / 1000);
    return lineCharts(`CPU and memory of ${this.title}`, [
      {
        title: "CPU, percent of a core",
        values: samples.map(({ cpuPercent }) => cpuPercent),
        seconds,
        format: (value) => `${value.toFixed(value < 10 && value > 0 ? 1 : 0)} %`,
      },
      {
        title: "Memory",
        values: samples.map(({ memoryBytes }) => memoryBytes),
        seconds,
        limit: samples.at(-1)?.memoryLimitBytes,
        format: (value) => formatSize(Math.round(value)),
        base: 1024,
      },
    ]);
  }

  /** In few words. */
  toString(): string {
    return `${count(this.samples.length, "sample")} of ${this.title}`;
  }

  static {
    Object.defineProperty(this.prototype, INSPECT, {
      value(this: StatsChart): string {
        return String(this);
      },
    });
    displayAs(this.prototype, (chart) => ({
      "image/svg+xml": chart.toSvg(),
      "text/plain": String(chart),
    }));
  }
}

/**
 * Measures a container for a while, and makes a chart of it.
 *
 * @param source A container that runs.
 * @param options `samples`: how many, 20 by default. `every`: how often, `"1s"` by default.
 * @throws {InvalidArgumentError} when `samples` is no number from 1.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { statsChart } from "@davit/sdk/notebook";
 *
 * const davit = await connect();
 * const web = await davit.namespace().containers.running("web");
 * await statsChart(web, { samples: 30, every: "500ms" });
 * ```
 */
export async function statsChart(
  source: StatsSource,
  options: StatsChartOptions = {},
): Promise<StatsChart> {
  const { samples = 20, ...rest } = options;
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw new InvalidArgumentError(`Cannot take ${samples} samples: give a whole number from 1`);
  }
  const taken: ContainerStats[] = [];
  for await (const sample of source.stats(rest)) {
    taken.push(sample);
    if (taken.length === samples) break;
  }
  return new StatsChart(source.id, taken);
}
