/**
 * A part of the terminal that is drawn again and again in its place.
 *
 * @module
 */
import { withoutColors } from "../ink.ts";
import { fit, textWidth } from "../width.ts";

/** What it writes to. */
export interface AreaTerminal {
  /** Its size now, in cells. */
  size(): { readonly columns: number; readonly rows: number };
  /** Writes text. */
  write(text: string): void;
}

/** The terminal of this process; one that scrolls where it is none. */
export function ownTerminal(): AreaTerminal {
  const encoder = new TextEncoder();
  return {
    size() {
      try {
        const { columns, rows } = Deno.consoleSize();
        if (columns > 0 && rows > 0) return { columns, rows };
      } catch { /* no terminal */ }
      return { columns: 80, rows: 24 };
    },
    write(text) {
      for (let rest = encoder.encode(text); rest.length > 0;) {
        rest = rest.subarray(Deno.stdout.writeSync(rest));
      }
    },
  };
}

/** Lines that are drawn over those that were drawn before. */
export class Area {
  readonly #terminal: AreaTerminal;
  #lines: readonly string[] = [];
  #columns = 0;

  /** @param terminal Where to draw. */
  constructor(terminal: AreaTerminal = ownTerminal()) {
    this.#terminal = terminal;
  }

  /** Draws text in place of what was drawn before; what does not fit the screen is left out. */
  draw(text: string): void {
    const { columns, rows } = this.#terminal.size();
    const all = text.split("\n");
    const most = Math.max(2, rows - 1);
    const more = all.length - most + 1;
    const lines = all.length > most ? [...all.slice(0, most - 1), `… ${more} more lines`] : all;
    // A line that wraps would be two; one that is drawn in colours is fit by who draws it.
    const shown = lines.map((line) => {
      const plain = withoutColors(line);
      return textWidth(plain) > columns ? fit(plain, columns) : line;
    });
    this.#terminal.write(`${this.#back(columns)}${shown.join("\n")}\n`);
    this.#lines = shown;
    this.#columns = columns;
  }

  /** Moves to where the last drawing begins, and clears from there. */
  #back(columns: number): string {
    if (this.#lines.length === 0) return "";
    // A terminal that has become narrower has wrapped what is there.
    const height = this.#lines.reduce((sum, line) => {
      const width = textWidth(withoutColors(line));
      return sum + (columns < this.#columns ? Math.max(1, Math.ceil(width / columns)) : 1);
    }, 0);
    return `\x1b[${height}A\r\x1b[J`;
  }
}
