/**
 * What a build, a pull or a push did when, as a chart.
 *
 * @module
 */
import { count, formatDuration, formatSize } from "../repl/human.ts";
import { displayAs, INSPECT } from "../repl/inspect.ts";
import { fit } from "../repl/width.ts";
import { bar, COLORS, picture, rule, text, WIDTH } from "./svg.ts";

/** What builds, pulls and pushes report. */
export interface ProgressLike {
  /** What is done, such as `"layer"` or `"fetch"`. */
  readonly phase: string;
  /** To what: a step, a blob, an image. */
  readonly name: string;
  /** Bytes that are done. */
  readonly current?: number | undefined;
}

/** A part of the work. */
export interface TimelineStep {
  /** What is done. */
  readonly phase: string;
  /** To what. */
  readonly name: string;
  /** When it was first heard of, in milliseconds since the timeline was made. */
  readonly startMs: number;
  /** When it was last heard of. */
  readonly endMs: number;
  /** Bytes that were done, as far as it was told. */
  readonly bytes: number;
}

const ROW = 26;
const LABEL = 270;
const TOP = 12;

/**
 * Notes when each part of some work was done. A notebook shows it as bars in time.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 * import { Timeline } from "@davit/sdk/notebook";
 *
 * const davit = await connect();
 * const timeline = new Timeline();
 * await davit.namespace().images.pull("alpine:3.20", { onProgress: timeline.onProgress });
 * timeline;
 * ```
 */
export class Timeline {
  readonly #now: () => number;
  readonly #start: number;
  readonly #steps = new Map<string, TimelineStep>();

  /** Begins now. @param now Milliseconds of a clock; the process's own by default. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  /** To be given as `onProgress`. */
  readonly onProgress = (progress: ProgressLike): void => {
    const { phase, name, current = 0 } = progress;
    const at = this.#now() - this.#start;
    const key = `${phase}\0${name}`;
    const before = this.#steps.get(key);
    const startMs = before?.startMs ?? at;
    const bytes = Math.max(before?.bytes ?? 0, current);
    this.#steps.set(key, { phase, name, startMs, endMs: at, bytes });
  };

  /** The parts, in the order in which they began. */
  get steps(): readonly TimelineStep[] {
    return [...this.#steps.values()].sort((a, b) => a.startMs - b.startMs);
  }

  /** The chart: a row for each name, with a bar for each phase that took time. */
  toSvg(): string {
    const { steps } = this;
    const end = Math.max(1, ...steps.map(({ endMs }) => endMs));
    const x = (ms: number) => LABEL + ms / end * (WIDTH - LABEL - 130);
    const rows = Map.groupBy(steps, ({ name }) => name);
    const long = steps.filter(({ startMs, endMs }) => endMs > startMs);
    const phases = [...new Set((long.length > 0 ? long : steps).map(({ phase }) => phase))];
    const colorOf = (phase: string) => COLORS[phases.indexOf(phase) % COLORS.length]!;
    const top = TOP + 22;
    const bottom = top + rows.size * ROW;
    const legend = phases.map((phase, at) =>
      bar(LABEL + at * 96, TOP - 4, 10, 10, colorOf(phase)) +
      text(LABEL + at * 96 + 16, TOP + 5, phase)
    );
    const drawn = [...rows].flatMap(([name, parts], at) => {
      const y = top + at * ROW;
      const shown = parts.filter(({ phase }) => phases.includes(phase));
      const from = Math.min(...parts.map(({ startMs }) => startMs));
      const to = Math.max(...parts.map(({ endMs }) => endMs));
      const drawnTo = Math.max(from, ...shown.map(({ endMs }) => endMs));
      const longest = shown.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
      const label = name.replace(/\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");
      const bytes = longest?.bytes ?? 0;
      const told = [formatDuration(to - from), bytes > 0 ? formatSize(bytes) : ""];
      return [
        text(LABEL - 10, y + 16, fit(label, 40, "middle"), { anchor: "end" }),
        ...shown.map(({ phase, startMs, endMs }) =>
          bar(x(startMs), y + 4, x(endMs) - x(startMs), ROW - 10, colorOf(phase))
        ),
        text(x(drawnTo) + 8, y + 16, told.filter((part) => part !== "").join(", ")),
      ];
    });
    const axis = [0, 0.5, 1].flatMap((share) => [
      rule(x(end * share), top, x(end * share), bottom),
      text(x(end * share), bottom + 15, formatDuration(end * share), { anchor: "middle" }),
    ]);
    return picture(bottom + 22, String(this), [...legend, ...axis, ...drawn]);
  }

  /** In few words. */
  toString(): string {
    const end = Math.max(0, ...this.steps.map(({ endMs }) => endMs));
    return `${count(new Set(this.steps.map(({ name }) => name)).size, "step")} in ${
      formatDuration(end)
    }`;
  }

  static {
    Object.defineProperty(this.prototype, INSPECT, {
      value(this: Timeline): string {
        return String(this);
      },
    });
    displayAs(this.prototype, (timeline) => ({
      "image/svg+xml": timeline.toSvg(),
      "text/plain": String(timeline),
    }));
  }
}
