/**
 * The SDK's documentation, as `deno doc` reads it from the sources.
 *
 * @module
 */

import { UnavailableError } from "../../errors/errors.ts";

/** What a comment says. */
export interface DocComment {
  /** Its text. */
  readonly doc?: string;
  /** Its tags. */
  readonly tags?: readonly DocTag[];
}

/** A tag of a comment. */
export interface DocTag {
  /** Such as `param`. */
  readonly kind: string;
  /** Of which parameter. */
  readonly name?: string;
  /** Its text. */
  readonly doc?: string;
  /** Of a `throws`: what. */
  readonly tsType?: DocType;
}

/** A type; which fields there are depends on its kind. */
export interface DocType {
  /** How it is written, where that is one word. */
  readonly repr?: string;
  /** What it is made of. */
  readonly kind: string;
  /** Its parts. */
  readonly value?: unknown;
}

/** A parameter. */
export interface DocParam {
  /** Such as `identifier`, or `assign` for one with a default. */
  readonly kind: string;
  /** Its name. */
  readonly name?: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Its type. */
  readonly tsType?: DocType;
  /** Of one with a default: the rest of it. */
  readonly left?: DocParam;
  /** Of a rest parameter: the rest of it. */
  readonly arg?: DocParam;
}

/** A function. */
export interface DocFunction {
  /** Its parameters. */
  readonly params?: readonly DocParam[];
  /** What it returns. */
  readonly returnType?: DocType;
}

/** A method of a class or an interface, or a property. */
export interface DocMember extends DocFunction {
  /** Its name. */
  readonly name: string;
  /** Its comment. */
  readonly jsDoc?: DocComment;
  /** Of a class's method: its parameters and what it returns. */
  readonly functionDef?: DocFunction;
  /** Such as `method` or `getter`. */
  readonly kind?: string;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Of a property: its type. */
  readonly tsType?: DocType;
  /** Such as `private`. */
  readonly accessibility?: string;
  /** Whether it belongs to the class itself. */
  readonly isStatic?: boolean;
}

/** A class, an interface or a function. */
export interface DocSymbol {
  /** Its name. */
  readonly name: string;
  /** What it is declared as; some are declared more than once. */
  readonly declarations: readonly {
    readonly kind: string;
    readonly jsDoc?: DocComment;
    readonly def?: DocFunction & {
      readonly methods?: readonly DocMember[];
      readonly properties?: readonly DocMember[];
    };
  }[];
}

interface DocFile {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocSymbol[] }>>;
}

let loaded: ReadonlyMap<string, DocSymbol> | undefined;

/**
 * Reads the documentation of modules, once. This takes some tenths of a second; Ctrl-C ends it,
 * since the terminal sends it to the reader as well.
 *
 * @param modules Their URLs.
 * @returns What they export, by name.
 */
export function loadDocs(modules: readonly string[]): ReadonlyMap<string, DocSymbol> {
  return loaded ??= read(modules);
}

function read(modules: readonly string[]): ReadonlyMap<string, DocSymbol> {
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...modules],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  const decoder = new TextDecoder();
  if (!success) {
    throw new UnavailableError(`Cannot read the documentation: ${decoder.decode(stderr).trim()}`);
  }
  const { nodes }: DocFile = JSON.parse(decoder.decode(stdout));
  const found = new Map<string, DocSymbol>();
  for (const { symbols } of Object.values(nodes)) {
    for (const symbol of symbols) if (!found.has(symbol.name)) found.set(symbol.name, symbol);
  }
  return found;
}

/** The members of a symbol, over all of its declarations, without what is not for callers. */
export function membersOf(symbol: DocSymbol): DocMember[] {
  const all = symbol.declarations.flatMap(({ def }) => [
    ...def?.properties ?? [],
    ...def?.methods ?? [],
  ]);
  return all.filter(({ name, accessibility, isStatic }) =>
    !accessibility && !isStatic && !name.startsWith("[") && !name.startsWith("#")
  );
}

/** The first sentence of a comment. */
export function firstSentence(comment: DocComment | undefined): string {
  const text = plainText(comment?.doc ?? "").split("\n\n")[0]!.replaceAll("\n", " ").trim();
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/[.:]$/, "") ?? text;
}

/** A comment's text without the marks of links. */
export function plainText(text: string): string {
  return text.replace(/\{@link(?:code)? ([^}|]+?)\s*(?:\|[^}]*)?\}/g, "`$1`").trim();
}
