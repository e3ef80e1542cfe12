/**
 * A spec as a flat list of fields, so that two can be compared and each field can be told where it
 * comes from.
 *
 * @module
 */
import type { Spec } from "./runtime_spec.ts";

/** The fields of a spec: each leaf's path, and its value as JSON. */
export type SpecFields = ReadonlyMap<string, string>;

/** Members of lists that are told apart by a name of theirs. */
const KEYS: Readonly<Record<string, string>> = {
  mounts: "destination",
  namespaces: "type",
  rlimits: "type",
};

/** Lists whose members count as a set of words: a member's path has the word itself. */
const SETS: ReadonlySet<string> = new Set([
  "bounding",
  "effective",
  "permitted",
  "inheritable",
  "ambient",
  "maskedPaths",
  "readonlyPaths",
  "additionalGids",
  "options",
]);

/**
 * Flattens a spec. Members of lists are named by what tells them apart, such as
 * `mounts["/proc"].type`, `process.env.PATH` or `process.capabilities.bounding.CAP_KILL`; where
 * order counts, as in `process.args[0]`, by their place.
 */
export function specFields(spec: Spec): SpecFields {
  const fields = new Map<string, string>();
  visit(spec, "", "");
  return fields;

  function visit(value: unknown, path: string, name: string): void {
    if (Array.isArray(value)) {
      if (value.length === 0) fields.set(path, "[]");
      for (const [index, item] of value.entries()) member(item, index, path, name);
    } else if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      if (entries.length === 0) fields.set(path, "{}");
      for (const [key, item] of entries) visit(item, join(path, key), key);
    } else if (value !== undefined) {
      fields.set(path, typeof value === "bigint" ? `${value}` : JSON.stringify(value));
    }
  }

  function member(item: unknown, index: number, path: string, name: string): void {
    if (name === "env" && typeof item === "string") {
      const [key = item] = item.split("=", 1);
      fields.set(free(join(path, key)), JSON.stringify(item.slice(key.length + 1)));
    } else if (SETS.has(name)) {
      fields.set(free(join(path, `${item}`)), "true");
    } else {
      const key = keyOf(item, name, path);
      visit(item, key === undefined ? `${path}[${index}]` : free(join(path, key)), "");
    }
  }

  /** Two of one name are rare, and must not hide each other. */
  function free(path: string): string {
    if (!fields.has(path) && ![...fields.keys()].some((other) => other.startsWith(`${path}.`))) {
      return path;
    }
    for (let n = 2;; n++) if (!fields.has(`${path}#${n}`)) return `${path}#${n}`;
  }
}

function keyOf(item: unknown, name: string, path: string): string | undefined {
  // Rules for devices have their order; device nodes have their paths.
  const key = name === "devices" && path === "linux.devices" ? "path" : KEYS[name];
  if (key === undefined || typeof item !== "object" || item === null) return undefined;
  const value: unknown = Reflect.get(item, key);
  return typeof value === "string" ? value : undefined;
}

function join(path: string, key: string): string {
  const plain = /^[\w-]+$/.test(key);
  if (!plain) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** A field that differs between two specs, as JSON; `undefined` where it is not set. */
export interface SpecDifference {
  /** Its path, such as `linux.resources.memory.limit`. */
  readonly path: string;
  /** The value in the first spec. */
  readonly before: string | undefined;
  /** The value in the second spec. */
  readonly after: string | undefined;
}

/**
 * Compares two specs, field by field.
 *
 * @returns What differs, sorted by path; nothing when both say the same.
 *
 * @example
 * ```ts
 * import { defaultSpec, diffSpecs, withCwd } from "@davit/sdk/oci";
 *
 * const spec = defaultSpec({ id: "web", namespace: "default" });
 * diffSpecs(spec, withCwd("/srv")(spec)); // [{ path: "process.cwd", before: '"/"', after: '"/srv"' }]
 * ```
 */
export function diffSpecs(before: Spec, after: Spec): SpecDifference[] {
  return diffFields(specFields(before), specFields(after));
}

/** Compares two flat specs. */
export function diffFields(before: SpecFields, after: SpecFields): SpecDifference[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((difference) => difference.before !== difference.after);
}
