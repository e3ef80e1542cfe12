/**
 * Progress as lines of text.
 *
 * @module
 */
import { formatBytes } from "../core/garbage/explain_text.ts";

/** How far one thing is: what pulls, pushes, imports and others report. */
export interface ProgressStep {
  /** What is done: `"fetch"`, `"push"`, `"unpack"`… */
  readonly phase: string;
  /** With what: a digest, a path, a name. */
  readonly name: string;
  /** How much is done, in bytes. */
  readonly current: number;
  /** How much there is, in bytes; 0 where that is not known. */
  readonly total: number;
}

const BAR = 24;
const PHASE = 8;

/**
 * The lines that show steps: those under way, then how much is done in all.
 *
 * @param steps The last report of each thing, the oldest first.
 * @param columns How wide a line may be.
 * @param rows How many lines there may be.
 */
export function renderSteps(
  steps: readonly ProgressStep[],
  columns: number,
  rows: number,
): string[] {
  const open = steps.filter(({ current, total }) => total > 0 && current < total);
  const shown = open.slice(0, Math.max(0, rows - 1));
  const lines = shown.map((step) => line(step, columns));
  const sized = steps.filter(({ total }) => total > 0);
  const done = sized.length - open.length;
  const current = sized.reduce((sum, step) => sum + step.current, 0);
  const total = sized.reduce((sum, step) => sum + step.total, 0);
  const waiting = open.length > shown.length ? `, ${open.length - shown.length} more` : "";
  if (sized.length > 0) {
    const sums = `${formatBytes(current)} of ${formatBytes(total)}`;
    lines.push(cut(`${done} of ${sized.length} done${waiting}, ${sums}`, columns));
  } else if (steps.length > 0) {
    const { phase, name } = steps.at(-1)!;
    lines.push(cut(`${phase} ${shorten(name)}`, columns));
  }
  return lines;
}

function line({ phase, name, current, total }: ProgressStep, columns: number): string {
  const filled = Math.floor(BAR * Math.min(1, current / total));
  const bar = `[${"=".repeat(filled)}${" ".repeat(BAR - filled)}]`;
  const sizes = `${formatBytes(current)} / ${formatBytes(total)}`;
  const head = phase.padEnd(PHASE);
  const room = columns - head.length - bar.length - sizes.length - 3;
  const text = room >= 12
    ? `${head} ${cut(shorten(name), room).padEnd(Math.min(room, 40))} ${bar} ${sizes}`
    : `${head} ${bar} ${sizes}`;
  return cut(text, columns);
}

/** A digest as people know it; the end of anything else that is long tells most. */
function shorten(name: string): string {
  // deno-lint-ignore no-control-regex -- names come from registries and archives
  const clean = name.replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
  const hex = /^[a-z0-9]+:([0-9a-f]{12})[0-9a-f]+$/.exec(clean)?.[1];
  return hex ?? (clean.length > 40 ? `…${clean.slice(-39)}` : clean);
}

function cut(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, Math.max(0, columns - 1))}…` : text;
}
