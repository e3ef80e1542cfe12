/**
 * Colours, where they are wanted.
 *
 * @module
 */

/** Functions that give text a colour, or leave it as it is. */
export interface Ink {
  /** Stands out. */
  bold(text: string): string;
  /** Stays in the background. */
  dim(text: string): string;
  /** Good: runs, worked. */
  green(text: string): string;
  /** To look at: paused, expires. */
  yellow(text: string): string;
  /** Bad: failed. */
  red(text: string): string;
  /** Names. */
  cyan(text: string): string;
}

const code = (on: number, off: number) => (text: string): string =>
  text === "" ? "" : `\x1b[${on}m${text}\x1b[${off}m`;

const same = (text: string): string => text;

/** Colours of the terminal's own palette, so that they fit its background. */
export const COLORED: Ink = {
  bold: code(1, 22),
  dim: code(2, 22),
  green: code(32, 39),
  yellow: code(33, 39),
  red: code(31, 39),
  cyan: code(36, 39),
};

/** No colours. */
export const PLAIN: Ink = {
  bold: same,
  dim: same,
  green: same,
  yellow: same,
  red: same,
  cyan: same,
};

// deno-lint-ignore no-control-regex -- colours begin with one
const COLORS = /\x1b\[[\d;]*m/g;

/** Text without its colours, such as to see how wide it is. */
export function withoutColors(text: string): string {
  return text.replace(COLORS, "");
}

/** What there is to draw on. */
export interface Canvas {
  /** Its width in cells. */
  readonly width: number;
  /** Its colours. */
  readonly ink: Ink;
}

/** Narrower terminals are not drawn for: lines wrap there. */
const NARROWEST = 20;

/** The terminal that this process writes to; 80 columns when it is none. */
export function terminal(colors: boolean = !Deno.noColor && Deno.stdout.isTerminal()): Canvas {
  return { width: terminalWidth(), ink: colors ? COLORED : PLAIN };
}

function terminalWidth(): number {
  try {
    const { columns } = Deno.consoleSize();
    // Some terminals, such as serial lines, say 0.
    return columns > 0 ? Math.max(NARROWEST, columns) : 80;
  } catch {
    return 80;
  }
}
