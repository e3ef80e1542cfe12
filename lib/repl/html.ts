/**
 * Tables, cards and text as HTML, for notebooks. Looks stand at each element, since notebooks keep
 * no style sheets, and suit light and dark pages alike.
 *
 * @module
 */
import { type Card, type Grid, isGrid } from "./card.ts";
import type { Ink } from "./ink.ts";
import type { Column } from "./table.ts";

const LINE = "border-bottom:1px solid rgba(128,128,128,.3)";
const SOFT = "opacity:.65";
const MONO = "font-family:var(--jp-code-font-family,ui-monospace,monospace);font-size:.92em";

/** Text that stands for itself. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const span = (style: string) => (html: string): string => `<span style="${style}">${html}</span>`;

/** Colours that can be read on white and on black; what they are given is HTML. */
const HTML_INK: Ink = {
  bold: (html) => `<b>${html}</b>`,
  dim: span(SOFT),
  green: span("color:#2a9d5c"),
  yellow: span("color:#c08a1e"),
  red: span("color:#e0584c"),
  cyan: span("color:#3d8fd9"),
};

/** A table; columns that are empty in every row are left out. */
export function tableHtml<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  caption: string,
): string {
  const shown = columns.filter((column) =>
    column.drop === 0 || items.some((item) => column.value(item) !== "")
  );
  const cell = (name: string, { align = "left" }: Column<T>, html: string, style = LINE): string =>
    `<${name} style="text-align:${align};padding:.3em .8em;white-space:nowrap;${style}">` +
    `${html}</${name}>`;
  const head = shown.map((column) =>
    cell("th", column, escapeHtml(column.title), `${LINE};${SOFT};font-weight:600`)
  );
  const rows = items.map((item) =>
    shown.map((column) => {
      const html = escapeHtml(column.value(item));
      return cell("td", column, column.paint ? column.paint(html, item, HTML_INK) : html);
    })
  );
  return `<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:.4em 0;font-size:inherit;` +
    `font-variant-numeric:tabular-nums">` +
    `<thead><tr>${head.join("")}</tr></thead><tbody>${
      rows.map((row) => `<tr>${row.join("")}</tr>`).join("")
    }</tbody></table><div style="${SOFT};font-size:.9em">${escapeHtml(caption)}</div></div>`;
}

function linesHtml(value: string | readonly string[] | undefined): string {
  const lines = typeof value === "string" ? [value] : value ?? [];
  return lines.filter((line) => line !== "").map(escapeHtml).join("<br>");
}

function gridHtml({ rows }: Grid): string {
  const cells = rows.map((row) =>
    row.map((word) =>
      `<td style="text-align:left;padding:0 1em 0 0;${MONO}">${escapeHtml(word)}</td>`
    )
  );
  if (rows.length === 0) return "";
  return `<table style="border-collapse:collapse;margin:0">${
    cells.map((row) => `<tr>${row.join("")}</tr>`).join("")
  }</table>`;
}

/** A card. */
export function cardHtml({ kind, title, facts, hint }: Card): string {
  const rows = facts.flatMap(([label, value]) => {
    const html = isGrid(value) ? gridHtml(value) : linesHtml(value);
    if (html === "") return [];
    return [
      `<tr><th style="text-align:left;vertical-align:top;padding:.15em 1.2em .15em 0;` +
      `font-weight:400;${SOFT}">${escapeHtml(label)}</th>` +
      `<td style="text-align:left;padding:.15em 0;overflow-wrap:anywhere">${html}</td></tr>`,
    ];
  });
  return `<div style="border-left:3px solid #3d8fd9;padding:.2em 0 .2em .9em;margin:.4em 0">` +
    `<div><span style="${SOFT}">${escapeHtml(kind)}</span> <b>${escapeHtml(title)}</b></div>` +
    `<table style="border-collapse:collapse;margin:.2em 0;font-size:inherit">${
      rows.join("")
    }</table>` +
    `${hint ? `<div style="${SOFT};${MONO}">${escapeHtml(hint)}</div>` : ""}</div>`;
}

/** Text as it stands. */
export function preHtml(text: string): string {
  return `<pre style="${MONO};margin:.4em 0;white-space:pre-wrap">${escapeHtml(text)}</pre>`;
}
