/**
 * Looks of things that have none of their own: made from what they hold, by the SDK's conventions
 * for names. New nouns look right from their first day.
 *
 * @module
 */
import type { Card, Fact } from "./card.ts";
import { formatAge, formatDuration, formatSize } from "./human.ts";
import type { Column } from "./table.ts";

/** Fields that say which one it is, the best first. */
const NAMES = ["name", "id", "key", "digest", "ref", "path"];

/** What there is too much of in a table. */
const WIDE = new Set(["labels", "annotations", "options"]);

/** A value in few words; `undefined` for what has no short form. */
export function shortValue(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return "";
  switch (typeof value) {
    case "number":
    case "bigint":
      if (/bytes$/i.test(field)) return formatSize(Number(value));
      return /Ms$/.test(field) ? formatDuration(Number(value)) : String(value);
    case "boolean":
      return value ? "yes" : "";
    case "string":
      return value.replace(/\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");
  }
  if (value instanceof Date) return formatAge(value);
  if (Array.isArray(value)) {
    const parts = value.map((part) => shortValue(field, part));
    return parts.includes(undefined) ? `${value.length}` : parts.join(" ");
  }
  return undefined;
}

/** The fields of a thing that can be shown, its own and the getters of its class. */
function fieldsOf(thing: object): Map<string, unknown> {
  const names = new Set(Object.keys(thing));
  for (let at = Object.getPrototypeOf(thing); at && at !== Object.prototype;) {
    const descriptors: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(at);
    for (const [name, { get }] of Object.entries(descriptors)) if (get) names.add(name);
    at = Object.getPrototypeOf(at);
  }
  const fields = new Map<string, unknown>();
  const order = (name: string) => (NAMES.indexOf(name) + NAMES.length + 1) % (NAMES.length + 1);
  for (const name of [...names].sort((a, b) => order(a) - order(b))) {
    if (name.startsWith("$") || name.startsWith("_")) continue;
    try {
      fields.set(name, Reflect.get(thing, name, thing));
    } catch { /* it has none now */ }
  }
  return fields;
}

/** `sizeBytes` is `size`, `createdAt` is `created`, `hostPort` is `host port`. */
function titleOf(field: string): string {
  return field.replace(/(.)(Bytes|At|Ms)$/, "$1").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** Columns for things, from what the first of them hold. */
export function autoColumns<T extends object>(items: readonly T[]): Column<T>[] {
  const fields = new Set<string>();
  for (const item of items.slice(0, 20)) {
    for (const [name, value] of fieldsOf(item)) {
      if (!WIDE.has(name) && shortValue(name, value) !== undefined) fields.add(name);
    }
  }
  return [...fields].map((field, at): Column<T> => {
    const sample = items.map((item) => valueOf(item, field)).find((value) => value !== undefined);
    return {
      title: titleOf(field).toUpperCase(),
      value: (item) => shortValue(field, valueOf(item, field)) ?? "",
      align: typeof sample === "number" || sample instanceof Date ? "right" : "left",
      drop: at,
      min: at === 0 ? 12 : 8,
      cut: at === 0 ? "middle" : "end",
      ...(at === 0 ? { paint: (text, _, ink) => ink.cyan(text) } : {}),
    };
  });
}

function valueOf(item: object, field: string): unknown {
  try {
    return Reflect.get(item, field, item);
  } catch {
    return undefined;
  }
}

/** The name of a class as words: `SnapshotView` is `snapshot view`. */
export function wordsOf(className: string): string {
  return className.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** A card for an object of a class. */
export function autoCard(thing: object): Card {
  const fields = fieldsOf(thing);
  const name = NAMES.find((field) => typeof fields.get(field) === "string");
  const facts = [...fields].flatMap(([field, value]): Fact[] => {
    if (field === name) return [];
    const text = shortValue(field, value);
    if (text !== undefined) return [[titleOf(field), text]];
    const entries = value && Object.getPrototypeOf(value) === Object.prototype
      ? Object.entries(value)
      : [];
    const lines = entries.flatMap(([key, part]) => {
      const short = shortValue(key, part);
      return short === undefined ? [] : [`${key}=${short}`];
    });
    return [[titleOf(field), lines]];
  });
  const methods = Object.entries(
    Object.getOwnPropertyDescriptors(Object.getPrototypeOf(thing)) as Record<
      string,
      PropertyDescriptor
    >,
  ).filter(([method, { value }]) => typeof value === "function" && method !== "constructor");
  return {
    kind: wordsOf(thing.constructor.name),
    title: name === undefined ? "" : String(fields.get(name)),
    facts,
    hint: methods.map(([method]) => `.${method}()`).join(" "),
  };
}
