/**
 * Cards: what there is to know of one thing, a line for each part.
 *
 * @module
 */
import type { Canvas } from "./ink.ts";
import { fit, oneLine, pad, textWidth, wrap } from "./width.ts";

/** A part of a card: its name and what it is; a list is one line each, nothing is left out. */
export type Fact = readonly [label: string, value: string | readonly string[] | Grid | undefined];

/** Lines of several words, one below the other. Each is one line: the last word of it is cut. */
export interface Grid {
  /** The words of each line, the same number in all. */
  readonly rows: readonly (readonly string[])[];
}

/** Whether a part of a card is such lines. */
export function isGrid(value: Fact[1]): value is Grid {
  return typeof value === "object" && "rows" in value;
}

/** A card. */
export interface Card {
  /** What it is: `image`, `container`. */
  readonly kind: string;
  /** Its name. */
  readonly title: string;
  /** Its parts; those without a value are left out. */
  readonly facts: readonly Fact[];
  /** What can be done with it. */
  readonly hint?: string;
}

/** Draws a card; inside of another value, its name alone. */
export function drawnCard(card: Card, on: Canvas & { readonly nested?: boolean }): string {
  return on.nested ? `${on.ink.dim(card.kind)} ${card.title}` : renderCard(card, on);
}

/** Draws a card. Long values go on in the next line. */
export function renderCard(card: Card, { width, ink }: Canvas): string {
  const facts = card.facts.flatMap(
    ([label, value]): { label: string; value: string[] | Grid }[] => {
      if (isGrid(value)) return value.rows.length === 0 ? [] : [{ label, value }];
      const lines = (typeof value === "string" ? [value] : value ?? []).filter((line) =>
        line !== ""
      );
      return lines.length === 0 ? [] : [{ label, value: lines }];
    },
  );
  const column = facts.reduce((most, { label }) => Math.max(most, textWidth(label)), 0);
  const room = Math.max(10, width - column - 4);
  const title = fit(oneLine(card.title), Math.max(10, width - card.kind.length - 1), "middle");
  const lines = [`${ink.dim(card.kind)} ${ink.bold(title)}`];
  for (const { label, value } of facts) {
    const drawn = isGrid(value)
      ? gridLines(value, room)
      : value.flatMap((line) => wrap(oneLine(line), room));
    drawn.forEach((line, at) => {
      lines.push(`  ${ink.dim(pad(at === 0 ? label : "", column))}  ${line}`);
    });
  }
  if (card.hint) {
    lines.push(...wrap(card.hint, width - 2).map((line) => `  ${ink.dim(line)}`));
  }
  return lines.join("\n");
}

function gridLines({ rows }: Grid, room: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((word, at) => widths[at] = Math.max(widths[at] ?? 0, textWidth(oneLine(word))));
  }
  return rows.map((row) => {
    const words = row.map((word, at) =>
      at === row.length - 1 ? oneLine(word) : pad(oneLine(word), widths[at]!)
    );
    return fit(words.join("  ").trimEnd(), room);
  });
}

/** Labels as lines of a card, shortened where there are many. */
export function labelLines(labels: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1).map(([key, value]) =>
    `${key}=${fit(oneLine(value), 80)}`
  );
  return lines.length <= 8 ? lines : [...lines.slice(0, 7), `… ${lines.length - 7} more`];
}
