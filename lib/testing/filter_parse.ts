/**
 * Reads containerd's filters: `name==web,labels."a/b"~=^x,labels.c`.
 *
 * Source: the grammar that containerd documents in pkg/filters; errors were compared with daemons.
 *
 * @module
 */

/** One condition of a filter. */
export interface Condition {
  /** The field, and the parts of its path. */
  readonly path: readonly string[];
  /** What is asked: that it is there, has a value, has another one, or matches an expression. */
  readonly operator: "present" | "==" | "!=" | "~=";
  /** The value or the expression. */
  readonly value: string;
}

/** A filter cannot be read. The message is containerd's. */
export class FilterError extends Error {}

/** The conditions of a filter, which must all hold. None for an empty filter. */
export function parseFilter(text: string): Condition[] {
  if (text === "") return [];
  const reader = new Reader(text);
  const conditions = [reader.condition()];
  while (!reader.atEnd) {
    reader.comma();
    conditions.push(reader.condition());
  }
  return conditions;
}

const QUOTES = '"/|';

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  get #next(): string {
    return this.#text[this.#at] ?? "";
  }

  comma(): void {
    if (this.#next !== ",") {
      this.#fail(this.#at, this.#at + 1, `unexpected input: ${this.#next}`);
    }
    this.#at++;
  }

  condition(): Condition {
    const path = [this.#field()];
    while (this.#next === ".") {
      this.#at++;
      path.push(this.#field());
    }
    if (this.atEnd || this.#next === ",") return { path, operator: "present", value: "" };
    const operator = this.#operator();
    return { path, operator, value: this.#value(operator === "~=") };
  }

  #field(): string {
    this.#skipSpace();
    if (QUOTES.includes(this.#next) && this.#next) return this.#quoted(false);
    const [word] = /^[A-Za-z0-9_]+/.exec(this.#rest) ?? [""];
    if (word === "") this.#fail(this.#at, this.#at + 1, "expected field or quoted");
    this.#at += word.length;
    return word;
  }

  #operator(): Condition["operator"] {
    this.#skipSpace();
    const [sign] = /^[=!~]+/.exec(this.#rest) ?? [""];
    if (sign === "==" || sign === "!=" || sign === "~=") {
      this.#at += sign.length;
      return sign;
    }
    if (sign !== "") {
      this.#fail(this.#at, this.#at + 1, `unsupported operator ${JSON.stringify(sign)}`);
    }
    this.#fail(this.#at, this.#at + 1, 'expected an operator ("=="|"!="|"~=")');
  }

  #value(expression: boolean): string {
    this.#skipSpace();
    if (QUOTES.includes(this.#next) && this.#next) return this.#quoted(expression);
    const [word] = /^[^\s,]+/.exec(this.#rest) ?? [""];
    if (word === "") this.#fail(this.#at, this.#at + 1, "expected value or quoted");
    this.#at += word.length;
    return word;
  }

  /** `"` quotes as in Go; `/` and `|` are for expressions, where only the quote is escaped. */
  #quoted(expression: boolean): string {
    const start = this.#at;
    const quote = this.#next;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== quote) {
      end += this.#text[end] === "\\" ? 2 : 1;
    }
    if (end >= this.#text.length) this.#fail(start, start + 1, "quoted literal not terminated");
    const raw = this.#text.slice(start + 1, end);
    const plain = quote === "/" || quote === "|";
    if (plain && !expression) this.#fail(start, start + 1, "invalid quote encountered");
    this.#at = end + 1;
    if (plain) return raw.replaceAll(`\\${quote}`, quote);
    try {
      return unescape(raw);
    } catch {
      this.#fail(start, start + 1, "unquoting failed: invalid syntax");
    }
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #skipSpace(): void {
    while (/\s/.test(this.#next)) this.#at++;
  }

  #fail(start: number, end: number, why: string): never {
    const shown = start >= this.#text.length
      ? this.#text
      : `${this.#text.slice(0, start)} >|${this.#text.slice(start, end)}|< ${
        this.#text.slice(end)
      }`;
    throw new FilterError(`filters: parse error: [${shown}]: ${why}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Go's escapes in a string literal. */
function unescape(raw: string): string {
  return raw.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g,
    (_, hex, short, long, octal, letter) => {
      const digits: string | undefined = hex ?? short ?? long;
      if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const plain = ESCAPES[letter] ?? (`\\"'`.includes(letter) ? letter : undefined);
      if (plain === undefined) throw new SyntaxError("invalid escape");
      return plain;
    },
  );
}
