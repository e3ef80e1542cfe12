/**
 * Expands variables and takes away quotes, as a Dockerfile's instructions have it (Docker's
 * Dockerfile reference, "Environment replacement").
 *
 * @module
 */

/** The values of variables. */
export type Variables = ReadonlyMap<string, string>;

/** What a word is expanded with. */
export interface ExpandOptions {
  /** The values. */
  readonly variables: Variables;
  /** The escape character. */
  readonly escape: string;
}

/**
 * Expands one word.
 *
 * @throws {SyntaxError} When quotes or braces do not end, or `${NAME:?why}` fails.
 */
export function expandWord(word: string, options: ExpandOptions): string {
  return new Scanner(word, options).until(undefined);
}

/** Expands text whose quotes mean nothing, such as a here-document. */
export function expandText(text: string, options: ExpandOptions): string {
  return new Scanner(text, options).until(undefined, true);
}

/**
 * Splits text at blanks that are not in quotes. Quotes and escapes stay in the words.
 *
 * @throws {SyntaxError} When quotes do not end.
 */
export function splitWords(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = "";
  let inWord = false;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quote === "" && /\s/.test(char)) {
      if (inWord) words.push(word);
      word = "";
      inWord = false;
      continue;
    }
    inWord = true;
    word += char;
    if (char === escape && quote !== "'" && i + 1 < text.length) word += text[++i]!;
    else if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
  }
  if (quote !== "") throw new SyntaxError(`a ${quote} has no end`);
  if (inWord) words.push(word);
  return words;
}

class Scanner {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #escape: string;
  #at = 0;

  constructor(text: string, { variables, escape }: ExpandOptions) {
    this.#text = text;
    this.#variables = variables;
    this.#escape = escape;
  }

  /** Expands up to a character that is not in quotes, or the end. */
  until(end: string | undefined, plain: boolean = false): string {
    let result = "";
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at]!;
      if (char === end) return result;
      this.#at++;
      if (char === this.#escape) {
        const next = this.#text[this.#at];
        // In a here-document, only what would be expanded is escaped.
        if (next === undefined || (plain && next !== "$" && next !== this.#escape)) result += char;
        else result += this.#text[this.#at++];
      } else if (char === "$") result += this.#variable();
      else if (plain) result += char;
      else if (char === "'") result += this.#single();
      else if (char === '"') result += this.#double();
      else result += char;
    }
    if (end !== undefined) throw new SyntaxError(`a "\${" has no "}"`);
    return result;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw new SyntaxError("a ' has no end");
    const inner = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return inner;
  }

  #double(): string {
    let result = "";
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at++]!;
      if (char === '"') return result;
      if (char === "$") result += this.#variable();
      else if (char === this.#escape) {
        const next = this.#text[this.#at];
        if (next !== undefined && `"$${this.#escape}`.includes(next)) {
          result += next;
          this.#at++;
        } else result += char;
      } else result += char;
    }
    throw new SyntaxError('a " has no end');
  }

  #variable(): string {
    const rest = this.#text.slice(this.#at);
    const plain = /^[A-Za-z_]\w*|^[0-9]/.exec(rest);
    if (plain) {
      this.#at += plain[0].length;
      return this.#variables.get(plain[0]) ?? "";
    }
    const braced = /^\{([A-Za-z_]\w*|[0-9])(\}|:?[-+?]|##?|%%?|\/\/?)/.exec(rest);
    if (!braced) {
      if (rest.startsWith("{")) throw new SyntaxError(`"$${rest.slice(0, 20)}" names no variable`);
      return "$";
    }
    const [whole, name = "", operator = ""] = braced;
    this.#at += whole.length;
    const value = this.#variables.get(name);
    if (operator === "}") return value ?? "";
    if (operator.startsWith("/")) return this.#replace(value ?? "", operator === "//");
    const word = this.until("}");
    this.#at++;
    const isSet = operator.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
    switch (operator.at(-1)) {
      case "-":
        return isSet ? value! : word;
      case "+":
        return isSet ? word : "";
      case "?":
        if (isSet) return value!;
        throw new SyntaxError(`${name}: ${word || "it is not set"}`);
      default:
        return cut(value ?? "", word, operator);
    }
  }

  #replace(value: string, all: boolean): string {
    const pattern = this.until("/");
    this.#at++;
    const by = this.until("}");
    this.#at++;
    if (pattern === "") return value;
    return value.replace(new RegExp(glob(pattern, true), all ? "gsu" : "su"), () => by);
  }
}

/** Cuts off what matches at the start (`#`) or the end (`%`); doubled: as much as possible. */
function cut(value: string, pattern: string, operator: string): string {
  const greedy = operator.length === 2;
  const source = glob(pattern, greedy);
  if (operator.startsWith("#")) return value.replace(new RegExp(`^${source}`, "su"), "");
  const regExp = new RegExp(`^${source}$`, "su");
  const starts = Array.from({ length: value.length + 1 }, (_, i) => i);
  const start = (greedy ? starts : starts.reverse()).find((at) => regExp.test(value.slice(at)));
  return start === undefined ? value : value.slice(0, start);
}

function glob(pattern: string, greedy: boolean): string {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "*") source += greedy ? ".*" : ".*?";
    else if (char === "?") source += ".";
    else source += /[\\^$.|+()[\]{}/]/.test(char) ? `\\${char}` : char;
  }
  return source;
}
