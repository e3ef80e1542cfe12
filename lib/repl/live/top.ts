/**
 * What all containers of a namespace use, once a second.
 *
 * @module
 */
import { pause } from "../../core/call/abort.ts";
import type { Namespace } from "../../client/namespace.ts";
import { PROCESS } from "../../core/process/leaf.ts";
import { UnavailableError } from "../../errors/errors.ts";
import { Sampler } from "../../serve/sampler.ts";
import { formatSize } from "../human.ts";
import { terminal } from "../ink.ts";
import { defineKind, type Kind } from "../kind.ts";
import { Area } from "./area.ts";
import { Watched } from "./watch.ts";

/** A row of it. */
interface TopRow {
  readonly id: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly pids: number;
}

/** How wide the bar is. */
const BAR = 12;

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  const full = "█".repeat(eighths >> 3);
  return full + (eighths & 7 ? " ▏▎▍▌▋▊▉"[eighths & 7] : "");
}

/** Containers by what they use. */
const TOP: Kind<TopRow> = defineKind<TopRow>({
  name: "container",
  columns: [
    {
      title: "CONTAINER",
      value: ({ id }) => id,
      paint: (text, _, ink) => ink.cyan(text),
      drop: 0,
      min: 12,
      cut: "middle",
    },
    {
      title: "CPU",
      value: ({ cpuPercent }) => `${cpuPercent.toFixed(1)} %`,
      paint: (text, { cpuPercent }, ink) => cpuPercent > 90 ? ink.yellow(text) : text,
      align: "right",
      drop: 0,
    },
    {
      title: "OF A CORE",
      value: ({ cpuPercent }) => bar(cpuPercent / 100),
      paint: (text, _, ink) => ink.green(text),
      drop: 3,
    },
    {
      title: "MEMORY",
      value: ({ memoryBytes }) => formatSize(memoryBytes),
      paint: (text, { memoryBytes, memoryLimitBytes }, ink) =>
        memoryLimitBytes > 0 && memoryBytes > memoryLimitBytes * 0.9 ? ink.yellow(text) : text,
      align: "right",
      drop: 0,
    },
    {
      title: "LIMIT",
      value: ({ memoryLimitBytes }) => memoryLimitBytes ? formatSize(memoryLimitBytes) : "",
      align: "right",
      drop: 2,
    },
    { title: "PROCESSES", value: ({ pids }) => `${pids}`, align: "right", drop: 1 },
  ],
  card: ({ id }) => ({ kind: "container", title: id, facts: [] }),
});

/** Draws what the containers of a namespace use, until `signal` aborts. */
export async function liveTop(
  ns: Namespace,
  everyMs: number,
  signal: AbortSignal,
): Promise<Watched> {
  const start = performance.now();
  const area = new Area();
  let changes = 0;
  const sampler = new Sampler(ns.run("scratch")[PROCESS].context);
  await sampler.sample(signal);
  area.draw(`measuring the containers of ${ns.name}`);
  for (;;) {
    await pause(everyMs, signal);
    if (signal.aborted) return new Watched(performance.now() - start, changes);
    try {
      const rows = (await sampler.sample(signal) ?? []).map((
        [id, cpuPercent, memoryBytes, memoryLimitBytes, pids],
      ): TopRow => ({ id, cpuPercent, memoryBytes, memoryLimitBytes, pids }));
      rows.sort((a, b) => b.cpuPercent - a.cpuPercent || b.memoryBytes - a.memoryBytes);
      area.draw(TOP.table(TOP.list(rows), terminal()));
      changes++;
    } catch (error) {
      if (signal.aborted) continue;
      if (!(error instanceof UnavailableError)) throw error;
      area.draw(terminal().ink.yellow("the daemon is away"));
    }
  }
}
