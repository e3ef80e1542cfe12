/**
 * Reads a Dockerfile into its instructions: directives, comments, continued lines, here-documents
 * and flags (Docker's Dockerfile reference). The parsers on npm are made for editors: they keep
 * ranges of text, where a build needs words.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** A here-document. */
export interface HereDocument {
  /** Its delimiter. */
  readonly name: string;
  /** Whether variables in it are expanded. */
  readonly expand: boolean;
  /** The lines. */
  readonly content: string;
}

/** An instruction. */
export interface Instruction {
  /** Its name in capital letters: `RUN`. */
  readonly keyword: string;
  /** Flags in front of the rest, in order: `["mount", "type=cache,…"]`; without a value: `""`. */
  readonly flags: readonly (readonly [name: string, value: string])[];
  /** What follows, on one line. */
  readonly rest: string;
  /** Here-documents, in order. */
  readonly documents: readonly HereDocument[];
  /** The line that it begins on, from 1. */
  readonly line: number;
  /** All of it as it is written, for ONBUILD. */
  readonly text: string;
}

/** A Dockerfile. */
export interface Dockerfile {
  /** Its name, for messages. */
  readonly file: string;
  /** The character that continues lines: a backslash, or a backtick. */
  readonly escape: string;
  /** The instructions. */
  readonly instructions: readonly Instruction[];
}

const KEYWORDS = new Set(
  ("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL " +
    "STOPSIGNAL USER VOLUME WORKDIR").split(" "),
);
const WITH_FLAGS = new Set(["ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"]);
const WITH_DOCUMENTS = new Set(["ADD", "COPY", "RUN"]);
const DIRECTIVE = /^#\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/i;

/** An error at a line of a Dockerfile. */
export function lineError(file: string, line: number, why: string): InvalidArgumentError {
  return new InvalidArgumentError(`Cannot build ${file}:${line}: ${why}`);
}

/**
 * Parses a Dockerfile.
 *
 * @param text Its text.
 * @param file Its name, for messages.
 * @param firstLine The number of its first line.
 * @throws {InvalidArgumentError} When it is malformed; the message has the line.
 */
export function parseDockerfile(text: string, file: string, firstLine: number = 1): Dockerfile {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const escape = directives(lines, file).get("escape") ?? "\\";
  if (escape !== "\\" && escape !== "`") {
    throw lineError(file, firstLine, `escape=${escape}: it must be \\ or \``);
  }
  const continued = escape === "\\" ? /\\[ \t]*$/ : /`[ \t]*$/;
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length;) {
    const line = firstLine + at;
    const first = lines[at++]!.trimStart();
    if (first === "" || first.startsWith("#")) continue;
    let whole = first;
    while (continued.test(whole)) {
      whole = whole.replace(continued, "");
      // Comments and empty lines in between do not end it.
      while (at < lines.length && /^\s*(#.*)?$/.test(lines[at]!)) at++;
      if (at >= lines.length) break;
      whole += lines[at++]!;
    }
    const head = /^(\S+)\s*([\s\S]*)$/.exec(whole.trimEnd())!;
    const keyword = head[1]!.toUpperCase();
    if (!KEYWORDS.has(keyword)) {
      throw lineError(file, line, `there is no instruction ${JSON.stringify(head[1])}`);
    }
    const documents: HereDocument[] = [];
    const trigger = keyword === "ONBUILD"
      ? /^\S+/.exec(head[2]!)?.[0].toUpperCase() ?? ""
      : keyword;
    const begin = at;
    if (WITH_DOCUMENTS.has(trigger)) {
      for (const { name, quoted, tabs } of documentsOf(head[2]!)) {
        const content: string[] = [];
        for (;; at++) {
          if (at >= lines.length) {
            throw lineError(file, line, `the here-document ${JSON.stringify(name)} has no end`);
          }
          const own = tabs ? lines[at]!.replace(/^\t+/, "") : lines[at]!;
          if (own === name) break;
          content.push(`${own}\n`);
        }
        at++;
        documents.push({ name, expand: !quoted, content: content.join("") });
      }
    }
    const { flags, rest } = WITH_FLAGS.has(keyword)
      ? splitFlags(head[2]!)
      : { flags: [], rest: head[2]! };
    if (rest === "" && !(keyword === "RUN" && documents.length > 0)) {
      throw lineError(file, line, `${keyword} needs more words`);
    }
    const text = [whole.trimEnd(), ...lines.slice(begin, at)].join("\n");
    instructions.push({ keyword, flags, rest, documents, line, text });
  }
  return { file, escape, instructions };
}

/** `# name=value` at the very start. */
function directives(lines: readonly string[], file: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const match = DIRECTIVE.exec(line.trim());
    if (!match) break;
    const name = match[1]!.toLowerCase();
    if (!["syntax", "escape", "check"].includes(name)) break;
    if (found.has(name)) throw lineError(file, i + 1, `the directive "${name}" comes twice`);
    found.set(name, match[2]!);
  }
  return found;
}

/** The here-documents that a line announces; those in quotes are text. */
function documentsOf(rest: string): { name: string; quoted: boolean; tabs: boolean }[] {
  const found: { name: string; quoted: boolean; tabs: boolean }[] = [];
  let quote = "";
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i]!;
    if (quote !== "") {
      if (char === quote) quote = "";
      continue;
    }
    if (char === "\\") i++;
    else if (char === '"' || char === "'") quote = char;
    else if (char === "<" && rest[i + 1] === "<" && rest[i - 1] !== "<" && rest[i + 2] !== "<") {
      const match = /^<<(-?)(?:(["'])([^"'\s]+)\2|([A-Za-z0-9_][^\s<>|&;()"']*))/.exec(
        rest.slice(i),
      );
      if (!match) continue;
      const name = match[3] ?? match[4]!;
      found.push({ name, quoted: match[2] !== undefined, tabs: match[1] === "-" });
      i += match[0].length - 1;
    }
  }
  return found;
}

function splitFlags(rest: string): { flags: (readonly [string, string])[]; rest: string } {
  const flags: (readonly [string, string])[] = [];
  let left = rest;
  while (left.startsWith("--")) {
    const match = /^--([a-z][a-z-]*)(?:=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'])*))?(?:\s+|$)/
      .exec(left);
    if (!match) break;
    flags.push([match[1]!, match[2] ?? ""]);
    left = left.slice(match[0].length);
  }
  return { flags, rest: left };
}

/** Words of the JSON form, `["a", "b"]`; `undefined` for everything else. */
export function jsonWords(rest: string): string[] | undefined {
  if (!rest.trimStart().startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(rest);
    const isList = Array.isArray(words) && words.every((word) => typeof word === "string");
    return isList ? words : undefined;
  } catch {
    return undefined;
  }
}
