/**
 * How much room text takes on a terminal, and how it is cut to fit.
 *
 * @module
 */

/** Printable ASCII, where one character is one cell. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * Characters of two cells: East Asian Wide and Fullwidth of Unicode's annex 11 by their blocks, and
 * what terminals draw as emoji.
 */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f\u20e3)/u;

/** Characters that take no cell: marks that join the one before, and format characters. */
const NARROWEST = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]+$/u;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** How many cells text takes, of one line and without control characters. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += cells(segment);
  return width;
}

function cells(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return NARROWEST.test(grapheme) ? 0 : 1;
}

/**
 * Replaces what would move the cursor or change colours: names and labels come from elsewhere.
 *
 * @param text Any text.
 * @returns The text on one line; control characters are shown as U+FFFD, line ends as a space.
 */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ").replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    "\ufffd",
  );
}

/** Where text is cut. */
export type Cut = "start" | "middle" | "end";

/** The text, or as much of it as fits, with `…` where it was cut. */
export function fit(text: string, width: number, cut: Cut = "end"): string {
  if (textWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? "…" : "";
  const room = width - 1;
  if (cut === "end") return `${head(text, room)}…`;
  if (cut === "start") return `…${tail(text, room)}`;
  const back = room >> 1;
  return `${head(text, room - back)}…${tail(text, back)}`;
}

function head(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, width);
  let taken = "";
  for (const { segment } of graphemes.segment(text)) {
    width -= cells(segment);
    if (width < 0) break;
    taken += segment;
  }
  return taken;
}

function tail(text: string, width: number): string {
  if (PLAIN.test(text)) return width === 0 ? "" : text.slice(-width);
  let taken = "";
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    width -= cells(segment);
    if (width < 0) break;
    taken = segment + taken;
  }
  return taken;
}

/** The text, with spaces up to a width. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "left" ? text + space : space + text;
}

/**
 * Breaks text into lines between words; longer words are broken where the line ends.
 *
 * @param width How many cells a line has, at least 1.
 * @param indent What lines after the first begin with.
 */
export function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = line === "" || line === indent ? line + word : `${line} ${word}`;
    if (textWidth(rest) > width && line !== "" && line !== indent) {
      lines.push(line);
      rest = indent + word;
    }
    while (textWidth(rest) > width) {
      const part = head(rest, width);
      if (part.length <= indent.length) break;
      lines.push(part);
      rest = indent + rest.slice(part.length);
    }
    line = rest;
  }
  return [...lines, line];
}
