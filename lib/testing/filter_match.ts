/**
 * Decides what a list or a subscription shows.
 *
 * @module
 */
import { StatusCode, type WireError } from "../rpc/wire_error.ts";
import { type Condition, FilterError, parseFilter } from "./filter_parse.ts";
import { status } from "./status.ts";

/** The value of a field of something; `undefined` when it has no such field, or it is empty. */
export type FieldOf<T> = (thing: T, path: readonly string[]) => string | undefined;

/** Whether one of the filters chooses a thing. */
export type Matcher<T> = (thing: T) => boolean;

/**
 * Reads the filters of a request. Any that matches chooses; without filters everything is chosen.
 *
 * @param fieldOf Reads fields of the things that are chosen from.
 * @param refuse Makes the error for a filter that cannot be read; services word it differently.
 */
export function matcherOf<T>(
  filters: readonly string[],
  fieldOf: FieldOf<T>,
  refuse: (text: string) => WireError = refuseFilter,
): Matcher<T> {
  let parsed: Condition[][];
  try {
    parsed = filters.map(parseFilter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw refuse(error.message);
  }
  const tests = parsed.map((conditions) => conditions.map((it) => testOf(it, fieldOf)));
  return (thing) => tests.length === 0 || tests.some((all) => all.every((test) => test(thing)));
}

function refuseFilter(text: string): WireError {
  return status(StatusCode.InvalidArgument, `${text}: invalid argument: invalid argument`);
}

function testOf<T>(condition: Condition, fieldOf: FieldOf<T>): Matcher<T> {
  const { path, operator, value } = condition;
  if (operator === "present") return (thing) => fieldOf(thing, path) !== undefined;
  if (operator === "==") return (thing) => fieldOf(thing, path) === value;
  if (operator === "!=") return (thing) => (fieldOf(thing, path) ?? "") !== value;
  const expression = compile(value);
  return (thing) => {
    const actual = fieldOf(thing, path);
    return actual !== undefined && expression !== undefined && expression.test(actual);
  };
}

/** An expression that Go cannot compile matches nothing. Go writes flags in front. */
function compile(source: string): RegExp | undefined {
  const [head, flags = ""] = /^\(\?([ims]+)\)/.exec(source) ?? [""];
  try {
    return new RegExp(source.slice(head.length), flags);
  } catch {
    return undefined;
  }
}

/** A label, whose key may have been split at its dots. */
export function labelAt(
  labels: Readonly<Record<string, string>>,
  path: readonly string[],
): string | undefined {
  const key = path.join(".");
  return key !== "" && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** A field that is a text, and there only if it is not empty. */
export function textField(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
