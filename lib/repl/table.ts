/**
 * Tables that fit the terminal.
 *
 * @module
 */
import type { Canvas, Ink } from "./ink.ts";
import { type Cut, fit, oneLine, pad, textWidth } from "./width.ts";

/** A column of a table. */
export interface Column<T> {
  /** Its head. */
  readonly title: string;
  /** A cell's text. */
  value(item: T): string;
  /** Numbers stand on the right; the default is left. */
  readonly align?: "left" | "right";
  /** How a cell is coloured; not at all by default. */
  paint?(text: string, item: T, ink: Ink): string;
  /** Which columns go first where there is no room: the highest number. 0 always stays. */
  readonly drop: number;
  /** Down to which width it may be cut; by default it is never cut. */
  readonly min?: number;
  /** Where its cells are cut; at their end by default. */
  readonly cut?: Cut;
}

const GAP = 2;

interface Laid<T> {
  readonly column: Column<T>;
  readonly cells: readonly string[];
  width: number;
  readonly min: number;
}

/**
 * Draws a table. What does not fit is cut, and then left out column by column; a column that is
 * empty in every row is left out as well.
 */
export function renderTable<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  { width, ink }: Canvas,
): string {
  const laid = squeeze(columns.flatMap((column) => layOut(column, items) ?? []), width);
  const head = laid.map(({ column, width }) => pad(column.title, width, column.align));
  const lines = [ink.dim(head.join("  ").trimEnd())];
  items.forEach((item, row) => {
    const cells = laid.map(({ column, cells, width }, at) => {
      const text = fit(cells[row] ?? "", width, column.cut);
      const painted = column.paint ? column.paint(text, item, ink) : text;
      const space = " ".repeat(Math.max(0, width - textWidth(text)));
      if (column.align === "right") return space + painted;
      return at === laid.length - 1 ? painted : painted + space;
    });
    lines.push(cells.join("  ").trimEnd());
  });
  return lines.join("\n");
}

function layOut<T>(column: Column<T>, items: readonly T[]): Laid<T> | undefined {
  const cells = items.map((item) => oneLine(column.value(item)));
  const widest = cells.reduce((most, cell) => Math.max(most, textWidth(cell)), 0);
  if (widest === 0 && column.drop > 0) return undefined;
  const width = Math.max(widest, textWidth(column.title));
  return { column, cells, width, min: Math.min(width, column.min ?? width) };
}

/** Leaves out and narrows columns until the rest fits. */
function squeeze<T>(all: readonly Laid<T>[], room: number): Laid<T>[] {
  let laid = [...all];
  const sum = (of: (one: Laid<T>) => number) =>
    laid.reduce((total, one) => total + of(one), GAP * (laid.length - 1));
  while (sum(({ min }) => min) > room) {
    const last = Math.max(...laid.map(({ column }) => column.drop));
    if (last === 0) break;
    laid = laid.filter(({ column }) => column.drop !== last);
  }
  // The widest gives first, so that short texts stay whole.
  for (let over = sum(({ width }) => width) - room; over > 0; over--) {
    const give = laid.filter(({ width, min }) => width > min);
    const widest = give.reduce<Laid<T> | undefined>(
      (most, one) => most && most.width >= one.width ? most : one,
      undefined,
    );
    if (!widest) break;
    widest.width--;
  }
  return laid;
}
