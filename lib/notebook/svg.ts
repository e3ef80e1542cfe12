/**
 * Charts as SVG, by hand: lines over time, and bars in time. Texts and lines have colours that can
 * be read on white and on black.
 *
 * @module
 */
import { escapeHtml } from "../repl/html.ts";

/** How wide charts are. */
export const WIDTH = 760;

const SOFT = "#808a96";
/** Colours of lines and bars, which differ in brightness too. */
export const COLORS = ["#3d8fd9", "#e0913c", "#4db07a", "#b07cc6", "#d9645b"] as const;

/** A number with few digits. */
const n = (value: number): string => String(Math.round(value * 10) / 10);

/** Text. */
export function text(
  x: number,
  y: number,
  content: string,
  options: { anchor?: "start" | "middle" | "end"; color?: string; bold?: boolean } = {},
): string {
  const { anchor = "start", color = SOFT, bold = false } = options;
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" fill="${color}"${
    bold ? ' font-weight="600"' : ""
  }>${escapeHtml(content)}</text>`;
}

/** A straight line. */
export function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${n(x1)} ${n(y1)}L${n(x2)} ${n(y2)}" stroke="${SOFT}" stroke-opacity=".35"/>`;
}

/** A bar; what is shorter than a hair is one. */
export function bar(x: number, y: number, width: number, height: number, color: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(2, width))}" height="${
    n(height)
  }" rx="3" fill="${color}"/>`;
}

/** A whole picture. @param title What it shows, for those who cannot see it. */
export function picture(height: number, title: string, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${n(height)}" ` +
    `width="${WIDTH}" height="${n(height)}" role="img" font-family="system-ui,sans-serif" ` +
    `font-size="12" fill="none"><title>${escapeHtml(title)}</title>${content.join("")}</svg>`;
}

/** A round number that is not less: 1, 2 or 5 with zeros, or a power of two for bytes. */
export function niceCeiling(value: number, base: 10 | 1024 = 10): number {
  if (!(value > 0)) return 1;
  if (base === 1024) return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 5].find((factor) => value <= factor * power * 1.000001)) ?? 10) * power;
}

/** What a panel shows. */
export interface Panel {
  /** Its name. */
  readonly title: string;
  /** The values, at the times. */
  readonly values: readonly number[];
  /** Seconds since the beginning, as many. */
  readonly seconds: readonly number[];
  /** A value that is drawn as a line of its own, such as a limit. */
  readonly limit?: number | undefined;
  /** How a value is written. */
  format(value: number): string;
  /** 1024 for bytes. */
  readonly base?: 10 | 1024;
}

const PANEL_HEIGHT = 150;
const LEFT = 74;
const RIGHT = 14;
const TOP = 28;
const BOTTOM = 24;

/** Lines over time, one panel below the other, all with the same seconds. */
export function lineCharts(title: string, panels: readonly Panel[]): string {
  const content = panels.flatMap((panel, at) => linePanel(panel, at * PANEL_HEIGHT, at));
  return picture(panels.length * PANEL_HEIGHT, title, content);
}

function linePanel(panel: Panel, top: number, at: number): string[] {
  const { title, values, seconds, limit, format, base } = panel;
  const color = COLORS[at % COLORS.length]!;
  const most = Math.max(0, ...values);
  // A limit that is far away would make a flat line of what there is.
  const shown = limit !== undefined && limit <= most * 3 ? limit : undefined;
  const ceiling = niceCeiling(Math.max(most, shown ?? 0), base);
  const end = Math.max(1, ...seconds);
  const height = PANEL_HEIGHT - TOP - BOTTOM;
  const x = (second: number) => LEFT + second / end * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => top + TOP + height - value / ceiling * height;
  const points = values.map((value, i) => `${n(x(seconds[i] ?? 0))} ${n(y(value))}`);
  const last = values.at(-1);
  const line = points.length === 0 ? "" : `M${points.join("L")}`;
  return [
    text(LEFT, top + 16, title, { bold: true }),
    ...last === undefined
      ? []
      : [text(WIDTH - RIGHT, top + 16, `now ${format(last)}, at most ${format(most)}`, {
        anchor: "end",
      })],
    ...[0, 0.5, 1].flatMap((share) => [
      rule(LEFT, y(ceiling * share), WIDTH - RIGHT, y(ceiling * share)),
      text(LEFT - 8, y(ceiling * share) + 4, format(ceiling * share), { anchor: "end" }),
    ]),
    ...shown === undefined ? [] : [
      `<path d="M${LEFT} ${n(y(shown))}H${
        WIDTH - RIGHT
      }" stroke="#d9645b" stroke-dasharray="5 4"/>`,
      text(WIDTH - RIGHT, y(shown) - 4, "limit", { anchor: "end", color: "#d9645b" }),
    ],
    ...line === "" ? [] : [
      `<path d="${line}V${n(y(0))}H${n(x(seconds[0] ?? 0))}Z" fill="${color}" fill-opacity=".16"/>`,
      `<path d="${line}" stroke="${color}" stroke-width="1.8" stroke-linejoin="round"/>`,
    ],
    text(LEFT, top + PANEL_HEIGHT - 6, "0 s"),
    text(WIDTH - RIGHT, top + PANEL_HEIGHT - 6, `${n(end)} s`, { anchor: "end" }),
  ];
}
