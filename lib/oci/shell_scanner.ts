/**
 * Follows the quoting of a shell script, far enough to say whether a single-quoted word may be put
 * in at a place. Where it cannot be sure, it says no.
 *
 * @module
 */

/** What encloses a place. `$(` and `(` open a group, in which quoting starts afresh. */
type Level = "script" | "group" | "parameter" | "double" | "single" | "backtick" | "comment";

/** A scanner that is fed a script piece by piece. */
export class ShellScanner {
  #levels: Level[] = ["script"];
  #escaped = false;
  #previous = "";
  #letters = "";
  /** The next character would begin a word, so that `#` begins a comment. */
  #wordStart = true;
  /** After `>&` or `<&`, whose operand bash expands a second time. */
  #duplicating = false;
  /** Why the rest of the script cannot be followed, once that is so. */
  #lost: string | undefined;

  /** Takes in the next part of the script. */
  feed(text: string): void {
    for (const char of text) {
      const wasEscaped = this.#escaped;
      this.#step(char);
      this.#previous = wasEscaped ? "" : char;
    }
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
    if (this.#duplicating) return 'right after ">&" or "<&"';
    if (this.#levels.includes("backtick")) return "inside backticks";
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
    if (char === "&" && /[<>]/.test(this.#previous)) this.#duplicating = true;
    else if (!/\s/.test(char)) this.#duplicating = false;
    switch (this.#level) {
      case "single":
        if (char === "'") this.#levels.pop();
        return;
      case "comment":
        if (char === "`" && this.#levels.includes("backtick")) this.#lose("a comment in backticks");
        if (char !== "\n") return;
        this.#levels.pop();
        this.#wordStart = true;
        return;
      default:
        if (this.#escaped) {
          this.#escaped = false;
          if (char !== "\n") this.#wordStart = false; // an escaped newline is not there at all
        } else if (char === "\\") {
          this.#escaped = true;
        } else {
          this.#plain(char);
        }
    }
  }

  #plain(char: string): void {
    const level = this.#level;
    const inText = level === "double" || level === "parameter";
    const afterDollar = this.#previous === "$";
    const wordStart = this.#wordStart;
    this.#wordStart = !inText && /[\s;&|()<>]/.test(char);
    this.#watchForCase(char);
    if (/['"`]/.test(char)) {
      this.#quote(char, level, afterDollar);
    } else if (char === "(" && (afterDollar || !inText)) {
      this.#levels.push("group");
    } else if (char === "{" && afterDollar) {
      this.#levels.push("parameter");
    } else if ((char === ")" && level === "group") || (char === "}" && level === "parameter")) {
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
