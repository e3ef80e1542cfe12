/**
 * Follows the quoting of a shell script, far enough to say whether a single-quoted word may be put
 * in at a place. Where it cannot be sure, it says no.
 *
 * @module
 */

/** What encloses a place. `$(` and `(` open a group, in which quoting starts afresh. */
type Level =
  | "script"
  | "group"
  | "arithmetic"
  | "parameter"
  | "double"
  | "single"
  | "backtick"
  | "comment";

/** A scanner that is fed a script piece by piece. */
export class ShellScanner {
  #levels: Level[] = ["script"];
  #escaped = false;
  #previous = "";
  #letters = "";
  /** The next character would begin a word, so that `#` begins a comment. */
  #wordStart = true;
  /** Before or in the operand of `>&` or `<&`, which bash expands a second time. */
  #operand: "none" | "expected" | "begun" = "none";
  /** In the `[…]` of `name[…]`, which bash evaluates as arithmetic. */
  #subscript = false;
  /** Why the rest of the script cannot be followed, once that is so. */
  #lost: string | undefined;

  /** Takes in the next part of the script. */
  feed(text: string): void {
    for (const char of text) this.#step(char);
  }

  /** Takes in a quoted word. */
  word(): void {
    this.#wordStart = false;
    this.#previous = "";
    this.#letters = "";
  }

  /** Why a single-quoted word is not safe at the end of what was fed, or `undefined` if it is. */
  fault(): string | undefined {
    if (this.#lost !== undefined) return this.#lost;
    if (this.#escaped) return "right after a backslash";
    if (this.#operand !== "none") return 'right after ">&" or "<&"';
    if (this.#subscript) return "inside name[…]";
    if (this.#levels.includes("backtick")) return "inside backticks";
    if (this.#levels.includes("arithmetic")) return "inside ((…))";
    switch (this.#level) {
      case "double":
        return "inside double quotes";
      case "single":
        return "inside single quotes";
      case "comment":
        return "inside a comment";
      case "parameter":
        return "inside ${…}";
      default:
        return this.#previous === "$" ? 'right after "$"' : undefined;
    }
  }

  get #level(): Level {
    return this.#levels.at(-1) ?? "script";
  }

  #step(char: string): void {
    switch (this.#level) {
      case "single":
        if (char === "'") this.#levels.pop();
        break;
      case "comment":
        if (char === "`" && this.#levels.includes("backtick")) this.#lose("a comment in backticks");
        if (char !== "\n") return;
        this.#levels.pop();
        this.#wordStart = true;
        break;
      default:
        if (char === "\\" && !this.#escaped) {
          this.#escaped = true;
          return;
        }
        if (this.#escaped) {
          this.#escaped = false;
          if (char === "\n") return; // shells take both away, as if nothing had been there
          this.#previous = "";
          this.#wordStart = false;
          if (this.#operand !== "none") this.#operand = "begun";
          return;
        }
        this.#plain(char);
    }
    this.#previous = char;
  }

  #plain(char: string): void {
    const level = this.#level;
    const inText = level === "double" || level === "parameter";
    const afterDollar = this.#previous === "$";
    const wordStart = this.#wordStart;
    this.#wordStart = !inText && /[\s;&|()<>]/.test(char);
    this.#watchForCase(char);
    this.#watchOperand(char);
    if (char === "[" && !inText && /\w/.test(this.#previous)) this.#subscript = true;
    if (char === "]") this.#subscript = false;
    if (/['"`]/.test(char)) {
      this.#quote(char, level, afterDollar);
    } else if (char === "(" && (afterDollar || !inText)) {
      const isSecond = this.#previous === "(" && level === "group";
      this.#levels.push(isSecond ? "arithmetic" : "group");
    } else if (char === "{" && afterDollar) {
      this.#levels.push("parameter");
    } else if (
      (char === ")" && (level === "group" || level === "arithmetic")) ||
      (char === "}" && level === "parameter")
    ) {
      this.#levels.pop();
    } else if (char === "#" && wordStart && !inText) {
      if (this.#previous === ")") this.#lose('")#"'); // a comment only after some of them
      this.#levels.push("comment");
    } else if (char === "<" && this.#previous === "<" && !inText) {
      this.#lose('"<<" (a here-document)');
    }
    if (char === "(" && this.#level === "group") this.#wordStart = true;
  }

  #quote(char: string, level: Level, afterDollar: boolean): void {
    // Shells differ in what quotes mean in these places.
    if (level === "parameter") this.#lose("quotes inside ${…}");
    if (this.#levels.includes("arithmetic")) this.#lose("quotes inside ((…))");
    if (this.#operand !== "none") this.#lose('quotes after ">&"');
    if (level === "backtick" && char !== "`") this.#lose("quotes inside backticks");
    if (char === "'" && afterDollar && level !== "double") this.#lose("$'…'");
    if (char === "'") {
      if (level !== "double") this.#levels.push("single");
      return;
    }
    const own: Level = char === '"' ? "double" : "backtick";
    if (level === own) this.#levels.pop();
    else this.#levels.push(own);
  }

  #watchOperand(char: string): void {
    if (char === "&" && /[<>]/.test(this.#previous)) {
      this.#operand = "expected";
    } else if (this.#operand !== "none") {
      if (char === "$") this.#lose('"$" after ">&"');
      if (!/[\s;&|()<>]/.test(char)) this.#operand = "begun";
      else if (this.#operand === "begun" || !/\s/.test(char)) this.#operand = "none";
    }
  }

  /** The patterns of `case` have unbalanced parentheses, which matter inside others. */
  #watchForCase(char: string): void {
    if (/[a-z]/.test(char)) {
      this.#letters += char;
      return;
    }
    if (this.#letters === "case" && this.#levels.includes("group")) {
      this.#lose("a case inside parentheses");
    }
    this.#letters = "";
  }

  #lose(what: string): void {
    this.#lost ??= `after ${what}`;
  }
}
