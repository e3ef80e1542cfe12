/**
 * A command line as words.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** What a shell would do something with. */
const OPERATORS = "|&;<>()`$*?[]~";

/**
 * Splits a command line as a POSIX shell does, without doing anything else that a shell does.
 *
 * @throws {InvalidArgumentError} for operators, variables and patterns that are not quoted, and for
 * quotes that do not end.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const until = (quote: string): string => {
    const end = line.indexOf(quote, at);
    if (end < 0) throw new InvalidArgumentError(`Cannot read the command: a ${quote} has no end`);
    const text = line.slice(at, end);
    at = end + 1;
    return text;
  };
  while (at < line.length) {
    const character = line[at++]!;
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      word = (word ?? "") + until("'");
    } else if (character === '"') {
      const text = until('"');
      if (/[$`\\]/.test(text)) throw notForShells(text);
      word = (word ?? "") + text;
    } else if (character === "\\") {
      // A line that goes on.
      if (line[at] === "\n") at++;
      else word = (word ?? "") + (line[at++] ?? "");
    } else if (OPERATORS.includes(character)) {
      throw notForShells(character);
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function notForShells(text: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot translate ${JSON.stringify(text)}: give one command without anything for a shell to ` +
      "do; quote it with '…' if it is meant literally",
  );
}
