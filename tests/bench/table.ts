/** Shows what was measured. @module */

import type { BenchRow } from "./row.ts";

/** The rows as aligned columns, with a heading. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = [
    ["group", "what", "ratio", "bar", "", "measured"],
    ...rows.map(({ group, name, ratio, bar, better, ok, detail }) => [
      group,
      name,
      ratio.toFixed(2),
      `${better === "higher" ? "≥" : "≤"} ${bar}`,
      ok ? "ok" : "MISSED",
      detail ?? "",
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    row.map((cell, column) =>
      column === 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
    ).join("  ").trimEnd()
  ).join("\n");
}

/** The rows for programs: a JSON array of `{group, name, ratio, bar, better, ok}`. */
export function formatJson(rows: readonly BenchRow[]): string {
  const plain = rows.map(({ group, name, ratio, bar, better, ok }) => ({
    group,
    name,
    ratio,
    bar,
    better,
    ok,
  }));
  return JSON.stringify(plain, null, 2);
}
