/**
 * Help on things at the prompt.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { NamedClass } from "../classes.ts";
import { type Canvas, terminal } from "../ink.ts";
import { drawAs } from "../inspect.ts";
import { type DocMember, type DocSymbol, loadDocs, membersOf } from "./docs.ts";
import { drawOverview } from "./overview.ts";
import { drawMember, drawSymbol } from "./page.ts";

/** The interface that documents the prompt's own names. */
const GLOBALS = "PromptGlobals";

/** A page of help: printing it shows it. */
export class HelpPage {
  readonly #draw: (on: Canvas) => string;

  /** For {@linkcode help}. @param draw Draws it. */
  constructor(draw: (on: Canvas) => string) {
    this.#draw = draw;
  }

  /** Its text. */
  toString(): string {
    return this.#draw(terminal(false));
  }

  static {
    drawAs(this.prototype, (page, on) => page.#draw(on));
  }
}

/** What help knows. */
export interface HelpSources {
  /** What is documented, by name. */
  readonly docs: ReadonlyMap<string, DocSymbol>;
  /** The classes of what there is at the prompt. */
  readonly classes: readonly NamedClass[];
}

/**
 * Help.
 *
 * @param asked What it was asked for: nothing, or one thing.
 * @param modules URLs of the modules that document it.
 * @param classes The classes of what there is at the prompt.
 * @param names The names of a namespace's collections.
 */
export function help(
  asked: readonly unknown[],
  modules: readonly string[],
  classes: readonly NamedClass[],
  names: readonly string[],
): HelpPage {
  if (asked.length === 0) return new HelpPage((on) => drawOverview(names, on));
  const sources = { docs: loadDocs(modules), classes };
  // Asked about now: what cannot be told is an error of this line.
  helpOn(asked[0], sources, terminal(false));
  return new HelpPage((on) => helpOn(asked[0], sources, on));
}

/**
 * The page about something.
 *
 * @param thing A method, an object, or the name of one: `images.import`, `"images.import"`.
 * @param sources What there is to tell.
 */
export function helpOn(thing: unknown, { docs, classes }: HelpSources, on: Canvas): string {
  const asked = typeof thing === "string" ? valueAt(thing) ?? thing : thing;
  const path = pathOf(asked, classes);
  const page = path && pageOf(path, docs, on);
  if (page) return page;
  throw new InvalidArgumentError(
    `Cannot tell about ${typeof thing === "string" ? JSON.stringify(thing) : "this"}: give an ` +
      "object or a method of it, such as help(images) or help(images.import)",
  );
}

function pageOf(
  [owners, name]: readonly [readonly string[], string | undefined],
  docs: ReadonlyMap<string, DocSymbol>,
  on: Canvas,
): string | undefined {
  if (name === undefined) {
    const symbol = owners.map((owner) => docs.get(owner)).find((found) => found !== undefined);
    return symbol && drawSymbol(symbol, on);
  }
  const symbols = owners.flatMap((owner) => docs.get(owner) ?? []);
  // Builders have methods that come from several classes; one of them documents it.
  const member = memberOf(symbols, name) ?? memberOf([...docs.values()], name);
  return member && drawMember(member, on, (type) => docs.get(type));
}

function memberOf(symbols: readonly DocSymbol[], name: string): DocMember | undefined {
  for (const symbol of symbols) {
    const found = membersOf(symbol).find((member) => member.name === name);
    if (found) return found;
  }
}

/** Where something is documented: in which classes, and as what. */
function pathOf(
  thing: unknown,
  classes: readonly NamedClass[],
): readonly [readonly string[], string | undefined] | undefined {
  if (typeof thing === "string") {
    const [owner = "", name] = thing.split(".");
    return [[owner], name];
  }
  if (typeof thing === "function") {
    if (isClass(thing)) return [[thing.name], undefined];
    const own = Object.getOwnPropertyNames(globalThis).some((name) =>
      Object.getOwnPropertyDescriptor(globalThis, name)?.value === thing
    );
    return [own ? [GLOBALS] : ownersOf(thing, classes), thing.name];
  }
  if (typeof thing !== "object" || thing === null) return undefined;
  return [classesOf(thing), undefined];
}

const isClass = (thing: object): boolean =>
  /^class\b/.test(Function.prototype.toString.call(thing));

function classesOf(thing: object): string[] {
  const names: string[] = [];
  for (
    let at: object | null = Object.getPrototypeOf(thing);
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    names.push(at.constructor.name);
  }
  return names;
}

/** The classes that have this very method. */
function ownersOf(method: object, classes: readonly NamedClass[]): string[] {
  const owners = new Set<string>();
  for (const { prototype } of classes) {
    for (
      let at: object | null = prototype;
      at && at !== Object.prototype;
      at = Object.getPrototypeOf(at)
    ) {
      const has = Object.getOwnPropertyNames(at).some((name) =>
        Object.getOwnPropertyDescriptor(at, name)?.value === method
      );
      if (has) owners.add(at.constructor.name);
    }
  }
  return [...owners];
}

/** What a path such as `images.import` leads to at the prompt. */
function valueAt(path: string): unknown {
  let value: unknown = globalThis;
  for (const name of path.split(".")) {
    if (value === null || value === undefined) return undefined;
    try {
      value = Reflect.get(Object(value), name, value);
    } catch {
      return undefined;
    }
  }
  return value;
}
