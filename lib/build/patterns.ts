/**
 * Patterns for paths: those of a `.dockerignore` (Docker's documentation, "Build context"), and
 * those of COPY (Go's filepath.Match).
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

/** Whether a path has something in it that makes it a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * A pattern as a regular expression for whole paths without a `/` at either end. `*` and `?` stay
 * within a name, `**` goes over folders, `[a-z]` and `\` are as in Go.
 *
 * @throws {InvalidArgumentError} When it is malformed.
 */
export function patternToRegExp(pattern: string): RegExp {
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot use pattern ${JSON.stringify(pattern)}: ${why}`);
  };
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "*") {
      if (pattern[i + 1] !== "*") {
        source += "[^/]*";
        continue;
      }
      while (pattern[i + 1] === "*") i++;
      // "**/" also stands for no folder at all.
      if (pattern[i + 1] === "/") {
        source += "(?:.*/)?";
        i++;
      } else source += ".*";
    } else if (char === "?") source += "[^/]";
    else if (char === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) fail('a "[" has no "]"');
      const inner = pattern.slice(i + 1, end).replaceAll("\\", "\\\\").replaceAll("[", "\\[");
      source += inner.startsWith("^") || inner.startsWith("!")
        ? `[^/${inner.slice(1)}]`
        : `[${inner}]`;
      i = end;
    } else if (char === "\\") {
      const next = pattern[++i];
      if (next === undefined) fail('it ends with "\\"');
      source += escape(next!);
    } else source += escape(char);
  }
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    return fail("its brackets are malformed");
  }
}

function escape(char: string): string {
  return /[\\^$.|?*+()[\]{}/]/.test(char) ? `\\${char}` : char;
}

/** Which files are left out. */
export class IgnoreRules {
  readonly #rules: readonly { readonly pattern: RegExp; readonly keep: boolean }[];
  readonly #hasKeep: boolean;

  /** @param patterns As in a `.dockerignore`, one each; later ones win, `!` brings files back. */
  constructor(patterns: readonly string[]) {
    this.#rules = patterns.flatMap((line) => {
      const keep = line.startsWith("!");
      const path = clean(keep ? line.slice(1).trim() : line);
      return path === "" ? [] : [{ pattern: patternToRegExp(path), keep }];
    });
    this.#hasKeep = this.#rules.some(({ keep }) => keep);
  }

  /** Reads the text of a `.dockerignore`. */
  static lines(text: string): string[] {
    return text.replace(/^\ufeff/, "").split(/\r?\n/).map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
  }

  /** Whether a path, relative and without a `/` at its end, is left out. */
  ignores(path: string): boolean {
    let ignored = false;
    for (const { pattern, keep } of this.#rules) {
      if (keep === ignored && matchesOrParent(pattern, path)) ignored = !keep;
    }
    return ignored;
  }

  /** Whether nothing below a folder that is left out can come back. */
  get prunes(): boolean {
    return !this.#hasKeep;
  }
}

function matchesOrParent(pattern: RegExp, path: string): boolean {
  if (pattern.test(path)) return true;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
    if (pattern.test(path.slice(0, at))) return true;
  }
  return false;
}

/** A pattern without `.`, `..` and slashes that do not count. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
