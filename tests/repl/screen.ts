/**
 * The part of a terminal that tests of the prompt need: what a person would see.
 *
 * @module
 */
import { textWidth } from "../../lib/repl/width.ts";

/** Deno's prompt turns bracketed paste off when it has read a line. */
const LINE_READ = "\x1b[?2004l";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A terminal's screen, with all that has scrolled off it. Colours are dropped. */
export class Screen {
  readonly #columns: number;
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = "";
  #entered = 0;

  /** @param columns How wide it is. */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Everything that was shown, without spaces at line ends. */
  get text(): string {
    return this.#rows.map((row) => Array.from(row, (cell) => cell ?? " ").join("").trimEnd())
      .join("\n").trimEnd();
  }

  /** Where in the text the output of the last line begins that was entered at a prompt. */
  get entered(): number {
    return this.#entered;
  }

  /** Takes output. */
  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = "";
    for (let at = 0; at < all.length;) {
      if (all[at] === "\x1b") {
        // deno-lint-ignore no-control-regex
        const sequence = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|[^[])/.exec(all.slice(at, at + 32));
        if (!sequence) {
          this.#rest = all.slice(at);
          return;
        }
        this.#control(sequence[0]);
        at += sequence[0].length;
      } else {
        // deno-lint-ignore no-control-regex
        const end = /[\x00-\x1f]/.exec(all.slice(at))?.index;
        if (end === 0) this.#move(all[at]!);
        else this.#print(all.slice(at, end === undefined ? undefined : at + end));
        at = end === undefined ? all.length : at + Math.max(1, end);
      }
    }
  }

  #move(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#down();
    else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
  }

  #print(text: string): void {
    for (const { segment } of graphemes.segment(text)) {
      const width = textWidth(segment);
      if (this.#column + width > this.#columns) {
        this.#column = 0;
        this.#down();
      }
      const row = this.#rows[this.#row]!;
      row[this.#column] = segment;
      if (width === 2) row[this.#column + 1] = "";
      this.#column += width;
    }
  }

  #down(): void {
    this.#row++;
    this.#rows[this.#row] ??= [];
  }

  #control(sequence: string): void {
    const number = Number(/\d+/.exec(sequence)?.[0] ?? NaN);
    const by = Number.isNaN(number) ? 1 : number;
    const row = this.#rows[this.#row]!;
    if (sequence === LINE_READ) this.#entered = this.text.length;
    switch (sequence.at(-1)) {
      case "A":
        this.#row = Math.max(0, this.#row - by);
        break;
      case "B":
        for (let i = 0; i < by; i++) this.#down();
        break;
      case "C":
        this.#column = Math.min(this.#columns - 1, this.#column + by);
        break;
      case "D":
        this.#column = Math.max(0, this.#column - by);
        break;
      case "G":
        this.#column = by - 1 < 0 ? 0 : by - 1;
        break;
      case "J":
        row.length = Math.min(row.length, this.#column);
        this.#rows.length = this.#row + 1;
        break;
      case "K":
        if (number === 2) row.length = 0;
        else row.length = Math.min(row.length, this.#column);
        break;
    }
  }
}
