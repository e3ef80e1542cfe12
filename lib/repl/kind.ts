/**
 * Kinds of things that lists hold: how one of them and how many of them are printed.
 *
 * @module
 */
import { type Card, drawnCard } from "./card.ts";
import type { Canvas } from "./ink.ts";
import { count } from "./human.ts";
import { drawAs, INSPECT } from "./inspect.ts";
import { type Column, renderTable } from "./table.ts";

/** An array that prints as a table, and so do arrays made of it by `filter`, `slice` and others. */
export class Listing<T> extends Array<T> {}

/** What a kind looks like. */
export interface Look<T> {
  /** One of them: `image`. */
  readonly name: string;
  /** Several: `images`. */
  readonly plural?: string;
  /** The columns of a table of them. */
  readonly columns: readonly Column<T>[] | ((items: readonly T[]) => readonly Column<T>[]);
  /** One of them as a card. */
  card(item: T): Card;
}

/** A kind, and which objects are of it. */
export class Kind<T extends object> {
  readonly #look: Look<T>;
  readonly #members = new WeakSet<object>();
  readonly #List = class extends Listing<unknown> {};

  /** @param look What it looks like. */
  constructor(look: Look<T>) {
    this.#look = look;
    nothing.set(this.#List.prototype, () => this.#count(0));
  }

  /** Whether a value is known to be of this kind. */
  has(value: unknown): value is T {
    return typeof value === "object" && value !== null && this.#members.has(value);
  }

  /** Says that an object is of this kind, and how it is printed unless its class says that. */
  add(item: T): void {
    this.#members.add(item);
    if (INSPECT in item) return;
    drawAs(item, (one, on) => this.card(one, on), async (one) => {
      const { cardHtml } = await import("./html.ts");
      return cardHtml(this.#look.card(one));
    });
  }

  /** A list that prints as a table. */
  list(items: readonly T[]): Listing<T> {
    for (const item of items) this.add(item);
    // A class of its own, since arrays that `filter` makes of it are of the same class.
    return this.#List.from(items) as Listing<T>;
  }

  /** Draws one. */
  card(item: T, on: Canvas & { readonly nested?: boolean }): string {
    return drawnCard(this.#look.card(item), on);
  }

  /** What its card says. */
  cardOf(item: T): Card {
    return this.#look.card(item);
  }

  /** Draws a table, with their number below. */
  table(items: readonly T[], on: Canvas): string {
    if (items.length === 0) return on.ink.dim(this.#count(0));
    return `${renderTable(items, this.#columns(items), on)}\n${
      on.ink.dim(this.#count(items.length))
    }`;
  }

  #columns(items: readonly T[]): readonly Column<T>[] {
    const { columns } = this.#look;
    return typeof columns === "function" ? columns(items) : columns;
  }

  /** The same for notebooks. */
  async htmlOf(values: readonly unknown[]): Promise<string | undefined> {
    const items = values.filter((value) => this.has(value));
    if (items.length !== values.length) return undefined;
    const { tableHtml } = await import("./html.ts");
    return tableHtml(items, this.#columns(items), this.#count(items.length));
  }

  /** Draws a table of values; `undefined` when some of them are of another kind. */
  tableOf(values: readonly unknown[], on: Canvas): string | undefined {
    const items = values.filter((value) => this.has(value));
    return items.length === values.length ? this.table(items, on) : undefined;
  }

  #count(number: number): string {
    const { name, plural } = this.#look;
    return number === 0 ? `no ${plural ?? `${name}s`}` : count(number, name, plural);
  }
}

/** What empty lists lack, by their classes; a list with items is told by these. */
const nothing = new WeakMap<object, () => string>();

const known: Pick<Kind<object>, "tableOf" | "htmlOf">[] = [];

/** Makes a kind, so that lists of it are recognized. */
export function defineKind<T extends object>(look: Look<T>): Kind<T> {
  const kind = new Kind(look);
  known.push(kind);
  return kind;
}

drawAs(Listing.prototype, (listing: Listing<unknown>, on) => {
  if (on.nested) return on.other(Array.from(listing));
  if (listing.length === 0) {
    return on.ink.dim(nothing.get(Object.getPrototypeOf(listing))?.() ?? "[]");
  }
  for (const kind of known) {
    const table = kind.tableOf(listing, on);
    if (table !== undefined) return table;
  }
  return on.other(Array.from(listing));
}, async (listing) => {
  if (listing.length === 0) return undefined;
  for (const kind of known) {
    const html = await kind.htmlOf(listing);
    if (html !== undefined) return html;
  }
});
