/**
 * Options of command lines, by the rules of Docker's, nerdctl's and ctr's own parsers.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** Options that a command knows: all names of one, and whether it takes a value. */
export interface Flag {
  /** Such as `["-e", "--env"]`; the last one is the one it is known by. */
  readonly names: readonly string[];
  /** Whether a value follows. */
  readonly value: boolean;
}

/** Reads `"-e --env=VALUE"` as a flag. */
export function flag(text: string): Flag {
  const names = text.split(" ").map((name) => name.replace(/=.*$/, ""));
  return { names, value: text.includes("=") };
}

/** What was given. */
export class Given {
  readonly #values = new Map<string, string[]>();
  /** What is no option. */
  readonly words: string[] = [];

  /** Notes an option. */
  add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  /** Whether an option without a value is on. */
  on(name: string): boolean {
    const value = this.#values.get(name)?.at(-1);
    return value !== undefined && value !== "false";
  }

  /** The last value of an option. */
  one(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** All values of an option. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/**
 * Reads the words of a command.
 *
 * @param words What follows the command's name.
 * @param known The options that it has.
 * @param options `stop`: after how many words that are no options everything is one; those of the
 * command that is to run.
 * @throws {InvalidArgumentError} for an option that is not known.
 */
export function readFlags(
  words: readonly string[],
  known: readonly Flag[],
  options: { stop?: number } = {},
): Given {
  const given = new Given();
  const find = (name: string): Flag | undefined => known.find(({ names }) => names.includes(name));
  const rest = [...words];
  const valueOf = (name: string): string => {
    const value = rest.shift();
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Cannot translate "${name}": it lacks its value`);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const done = options.stop !== undefined && given.words.length >= options.stop;
    if (done || word === "-" || !word.startsWith("-")) {
      given.words.push(word);
    } else if (word === "--") {
      given.words.push(...rest.splice(0));
    } else if (word.startsWith("--") || find(word.replace(/=.*$/, ""))) {
      const [name = "", ...value] = word.split("=");
      const found = find(name);
      if (!found) throw unknown(name);
      if (value.length > 0) given.add(found.names.at(-1)!, value.join("="));
      else given.add(found.names.at(-1)!, found.value ? valueOf(name) : "true");
    } else {
      // Several in one: -it, and the value of the last one right behind: -eA=b.
      for (let at = 1; at < word.length; at++) {
        const name = `-${word[at]}`;
        const found = find(name);
        if (!found) throw unknown(name);
        const behind = word.slice(at + 1);
        if (!found.value) {
          given.add(found.names.at(-1)!, "true");
          continue;
        }
        given.add(found.names.at(-1)!, behind === "" ? valueOf(name) : behind.replace(/^=/, ""));
        break;
      }
    }
  }
  return given;
}

function unknown(name: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot translate "${name}": the prompt does not know this option of it (yet)`,
  );
}
