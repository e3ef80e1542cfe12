/**
 * Checks tables of TOML: what is known must have its type, what is not known stays as it is.
 *
 * @module
 */
import { parse, stringify } from "@std/toml";
import { InvalidArgumentError } from "../errors/errors.ts";

/** A table of TOML. */
export type TomlTable = Record<string, unknown>;

/** What a value must be. */
export type Shape =
  | "string"
  | "boolean"
  | "integer"
  | "number"
  | "strings"
  /** A table whose values are all of one shape. */
  | { readonly each: Shape }
  /** A table whose known keys have these shapes. */
  | { readonly keys: Readonly<Record<string, Shape>> };

const WORDS: Readonly<Record<string, string>> = {
  string: "a string",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  strings: "a list of strings",
};

/**
 * Parses a document.
 *
 * @param document Its name, for messages.
 * @throws {InvalidArgumentError} When it is no TOML, or a known key has another type.
 */
export function parseToml(text: string, document: string, shape: Shape): TomlTable {
  let table: TomlTable;
  try {
    table = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`Cannot read ${document}: it is not TOML: ${why}`, { cause });
  }
  check(table, shape, "", (why) => `Cannot read ${document}: ${why}`);
  return table;
}

/**
 * Prints a document. Members that are `undefined` are left out.
 *
 * @throws {InvalidArgumentError} When a known key has another type, or a value has no form in TOML.
 */
export function formatToml(table: object, document: string, shape: Shape): string {
  const data = withoutUndefined(table, "", document) as TomlTable;
  check(data, shape, "", (why) => `Cannot write ${document}: ${why}`);
  return stringify(data).trimStart();
}

function check(value: unknown, shape: Shape, path: string, message: (why: string) => string): void {
  const fail = (word: string): never => {
    throw new InvalidArgumentError(message(`${path === "" ? "it" : `"${path}"`} must be ${word}`));
  };
  if (typeof shape === "string") {
    if (!isScalar(value, shape)) fail(WORDS[shape]!);
    return;
  }
  if (!isTable(value)) return fail("a table");
  const at = (key: string): string => {
    const part = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return path === "" ? part : `${path}.${part}`;
  };
  for (const [key, member] of Object.entries(value)) {
    const inner = "each" in shape
      ? shape.each
      : Object.hasOwn(shape.keys, key)
      ? shape.keys[key]
      : undefined;
    if (inner !== undefined) check(member, inner, at(key), message);
  }
}

function isScalar(value: unknown, shape: string): boolean {
  switch (shape) {
    case "integer":
      return Number.isSafeInteger(value) || typeof value === "bigint";
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    default: {
      const type: string = typeof value;
      return type === shape;
    }
  }
}

/** Whether a value is a table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function withoutUndefined(value: unknown, path: string, document: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) => withoutUndefined(item, `${path}[${i}]`, document));
  }
  if (isTable(value)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(
      entries.map(([key, member]) => [
        key,
        withoutUndefined(member, path === "" ? key : `${path}.${key}`, document),
      ]),
    );
  }
  const kinds = ["string", "boolean", "number", "bigint"];
  if (kinds.includes(typeof value) || value instanceof Date) return value;
  throw new InvalidArgumentError(
    `Cannot write ${document}: "${path}" is ${
      value === null ? "null" : typeof value
    }, which TOML has no form for`,
  );
}
