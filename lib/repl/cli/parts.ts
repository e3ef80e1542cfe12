/**
 * Pieces that commands are translated with.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { identifier } from "../names.ts";
import type { Step } from "./chain.ts";
import { type Flag, flag, type Given, readFlags } from "./flags.ts";
import type { Command, Found } from "./command.ts";

/** A command that comes to these calls. */
export const found = (steps: readonly Step[], ...notes: string[]): Found => ({
  chain: { steps },
  notes,
});

/** A call with those arguments that there are. */
export const call = (name: string, ...args: unknown[]): Step => ({
  call: name,
  args: args.filter((arg) => arg !== undefined),
});

/** Steps to a name of the prompt and its parts. */
export const at = (...path: string[]): Step[] => path.map((get) => ({ get }));

/** A list of a collection. */
export const list = (...path: string[]): Found => found([...at(...path), call("list")]);

/** A container that runs, by its id. */
export const live = (id: string): Step[] => at("containers", "byName", identifier(id));

/** A container, whatever it does. */
export const container = (id: string): Step[] => [
  { get: "containers" },
  call("get", id),
  { wait: true },
];

/** An image. */
export const image = (
  name: string,
): Step[] => [{ get: "images" }, call("get", name), { wait: true }];

/** The options of a command, each as `"-e --env="`. */
export const flags = (...texts: string[]): Flag[] => texts.map(flag);

/** Options as an object; `undefined` when there are none. */
export function options(values: Readonly<Record<string, unknown>>): object | undefined {
  const entries = Object.entries(values).filter(([, value]) =>
    value !== undefined && value !== false
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The one name that a command is about. */
export function only(given: Given, what: string): string {
  const [name, second] = given.words;
  if (name === undefined) {
    throw new InvalidArgumentError(`Cannot translate this: it names no ${what}`);
  }
  if (second !== undefined) {
    throw new InvalidArgumentError(`Cannot translate this at once: give one ${what}, not several`);
  }
  return name;
}

/** The two names that a command is about. */
export function two(given: Given, what: string): [string, string] {
  const [one, other, third] = given.words;
  if (one === undefined || other === undefined || third !== undefined) {
    throw new InvalidArgumentError(`Cannot translate this: it has ${what}`);
  }
  return [one, other];
}

/** A command about one thing, without options that matter. */
export const about =
  (what: string, steps: (name: string) => Step[], ...known: string[]): Command => (words) =>
    found(steps(only(readFlags(words, flags(...known)), what)));

/** A command that takes nothing. */
export const plain = (make: () => Found): Command => (words) => {
  const given = readFlags(words, flags("-q --quiet", "--no-trunc", "--format="));
  if (given.words.length > 0) {
    throw new InvalidArgumentError(`Cannot translate "${given.words[0]}": it is one word too many`);
  }
  return make();
};

/** `NAME=VALUE` options as an object. */
export function pairs(
  texts: readonly string[],
  option: string,
): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at <= 0) {
      throw new InvalidArgumentError(
        `Cannot translate "${option} ${text}": give its value, NAME=VALUE`,
      );
    }
    found[text.slice(0, at)] = text.slice(at + 1);
  }
  return texts.length === 0 ? undefined : found;
}
