/**
 * Explanations and sizes in words.
 *
 * @module
 */
import type { Resource } from "./explain_graph.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A number of bytes with a unit: `"12 B"`, `"1.5 MiB"`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A resource in words: `image "alpine"`, `snapshot "…" (overlayfs)`. */
export function describeResource({ kind, name, snapshotter }: Resource): string {
  return `${kind} "${name}"${snapshotter === undefined ? "" : ` (${snapshotter})`}`;
}

/** A way from a root, a line for each step, indented. */
export function describePath(
  root: string,
  steps: readonly { via: string; to: Resource }[],
): string {
  return [
    root,
    ...steps.map(({ via, to }, depth) =>
      `${"  ".repeat(depth + 1)}${via}: ${describeResource(to)}`
    ),
  ].join("\n");
}

/** Rows as a table: columns as wide as they must be; those that hold numbers are right-aligned. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const right = head.map((_, i) =>
    rows.length > 0 && rows.every((row) => /^[\d.]+( [KMGT]?i?B)?$/.test(row[i] ?? ""))
  );
  return all.map((row) =>
    row.map((cell, i) => right[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd()
  ).join("\n");
}
