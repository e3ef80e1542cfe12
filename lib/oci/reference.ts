/**
 * Image references, such as `docker.io/library/alpine:3.20`, by the grammar of the distribution
 * project's reference package, which containerd and Docker use.
 *
 * ```text
 * reference  = [ domain "/" ] path [ ":" tag ] [ "@" digest ]
 * domain     = ( name | IPv4 | "[" IPv6 "]" ) [ ":" port ]
 * path       = component { "/" component }        components are lower case
 * ```
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { type Digest, isDigest, parseDigest } from "./digest.ts";

/** The registry that names without a domain belong to. */
export const DEFAULT_DOMAIN = "docker.io";
/** The tag that a reference without tag and digest gets. */
export const DEFAULT_TAG = "latest";

const LEGACY_DOMAIN = "index.docker.io";
const OFFICIAL_PREFIX = "library/";
const PATH_MAX = 255;

const domainPart = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const domainRegExp = new RegExp(
  `^(?:${domainPart}(?:\\.${domainPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`,
);
const componentRegExp = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagRegExp = /^\w[\w.-]{0,127}$/;

/** The pieces of a {@linkcode Reference}. */
export interface ReferenceParts {
  /** Registry host, with a port where it has one: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  domain: string;
  /** Repository inside the registry: `library/alpine`. */
  path: string;
  /** Tag, without the colon. */
  tag?: string | undefined;
  /** Digest, without the `@`. */
  digest?: Digest | undefined;
}

/**
 * A fully qualified image reference. Immutable, and valid by construction. Made by
 * {@linkcode parseReference}, or from its parts.
 */
export class Reference {
  /** Registry host, with a port where it has one. */
  readonly domain: string;
  /** Repository inside the registry. */
  readonly path: string;
  /** Tag, without the colon. */
  readonly tag: string | undefined;
  /** Digest, without the `@`. */
  readonly digest: Digest | undefined;

  /**
   * Makes a reference from its parts, without any defaults.
   *
   * @throws {InvalidArgumentError} When a part does not fit the grammar.
   */
  constructor(parts: ReferenceParts) {
    checkDomain(parts.domain, parts.domain);
    checkPath(parts.path, parts.path);
    if (parts.tag !== undefined) checkTag(parts.tag, parts.tag);
    if (parts.digest !== undefined) parseDigest(parts.digest);
    this.domain = parts.domain;
    this.path = parts.path;
    this.tag = parts.tag;
    this.digest = parts.digest;
  }

  /** Domain and path: `docker.io/library/alpine`. */
  get name(): string {
    return `${this.domain}/${this.path}`;
  }

  /** The short form that people type: `alpine:3.20` for `docker.io/library/alpine:3.20`. */
  get familiar(): string {
    return familiarName(this.domain, this.path) + this.#suffix();
  }

  /** The same repository with another tag, and without a digest. */
  withTag(tag: string): Reference {
    return new Reference({ domain: this.domain, path: this.path, tag });
  }

  /** The same repository and tag, pinned to a digest. */
  withDigest(digest: Digest): Reference {
    return new Reference({ domain: this.domain, path: this.path, tag: this.tag, digest });
  }

  /** The canonical form: `docker.io/library/alpine:3.20`, with `@digest` where there is one. */
  toString(): string {
    return this.name + this.#suffix();
  }

  /** The canonical form. */
  toJSON(): string {
    return this.toString();
  }

  #suffix(): string {
    return (this.tag === undefined ? "" : `:${this.tag}`) +
      (this.digest === undefined ? "" : `@${this.digest}`);
  }
}

function familiarName(domain: string, path: string): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const rest = path.startsWith(OFFICIAL_PREFIX) ? path.slice(OFFICIAL_PREFIX.length) : path;
  return rest.includes("/") ? path : rest;
}

/** How {@linkcode parseReference} treats what is left out. */
export interface ParseReferenceOptions {
  /**
   * Tag for a reference that has neither tag nor digest; `null` leaves it without one.
   * @default "latest"
   */
  defaultTag?: string | null;
}

/**
 * Parses and normalises an image reference. A name without a domain belongs to `docker.io`, one
 * without a slash to its `library/`; a reference without tag and digest gets the tag `latest`.
 *
 * @param text For example `"alpine"`, `"ghcr.io/a/b:1"`, `"localhost:5000/x@sha256:…"`.
 * @throws {InvalidArgumentError} When it does not fit the grammar; the message says where.
 *
 * @example
 * ```ts
 * import { parseReference } from "@davit/sdk/oci";
 *
 * const ref = parseReference("alpine");
 * console.log(ref.toString()); // docker.io/library/alpine:latest
 * console.log(ref.familiar); // alpine:latest
 * ```
 */
export function parseReference(text: string, options: ParseReferenceOptions = {}): Reference {
  if (text === "") fail(text, "it is empty");
  if (/^[0-9a-f]{64}$/.test(text)) {
    fail(text, 'it is a bare image id; write "name@sha256:…" or give a name and tag');
  }
  if (isDigest(text)) fail(text, "it is a digest without a name; write name@digest");
  if (/\s/.test(text)) fail(text, "it has white space in it");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    fail(text, 'it is a URL; leave out the scheme, as in "docker.io/library/alpine:3.20"');
  }

  const at = text.indexOf("@");
  const digestText = at < 0 ? undefined : text.slice(at + 1);
  const beforeDigest = at < 0 ? text : text.slice(0, at);
  const { domain, rest } = splitDomain(beforeDigest);
  const colon = rest.indexOf(":");
  const path = colon < 0 ? rest : rest.slice(0, colon);
  let tag = colon < 0 ? undefined : rest.slice(colon + 1);

  checkDomain(domain, text);
  checkPath(path, text);
  if (tag !== undefined) checkTag(tag, text);
  const digest = digestText === undefined ? undefined : parseDigest(digestText);
  const { defaultTag = DEFAULT_TAG } = options;
  if (tag === undefined && digest === undefined && defaultTag !== null) tag = defaultTag;
  return new Reference({ domain, path, tag, digest });
}

/** Like {@linkcode parseReference}, but gives `undefined` for text that is no reference. */
export function tryParseReference(
  text: string,
  options?: ParseReferenceOptions,
): Reference | undefined {
  try {
    return parseReference(text, options);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

/**
 * Orders references by name, then tag, then digest, each by code unit, so that the order does not
 * depend on the locale. A missing part comes first.
 *
 * @returns Less than, equal to or more than 0, for `Array.prototype.sort`.
 */
export function compareReferences(a: Reference, b: Reference): number {
  return compareText(a.name, b.name) || compareText(a.tag ?? "", b.tag ?? "") ||
    compareText(a.digest ?? "", b.digest ?? "");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The name under which containerd's image store would keep what a user typed: the canonical
 * reference where the text is one, else the text itself. Image names in containerd are any
 * non-empty string; archives and other tools bring names that are no references.
 *
 * @throws {InvalidArgumentError} When the text is empty.
 */
export function imageName(text: string): string {
  if (text === "") throw new InvalidArgumentError('Cannot use image name "": it is empty');
  return tryParseReference(text)?.toString() ?? text;
}

/** A name as people type it: `alpine:3.20` for `docker.io/library/alpine:3.20`; others as they are. */
export function familiarForm(name: string): string {
  return tryParseReference(name, { defaultTag: null })?.familiar ?? name;
}

function splitDomain(text: string): { domain: string; rest: string } {
  const slash = text.indexOf("/");
  let domain = DEFAULT_DOMAIN;
  let rest = text;
  if (slash >= 0) {
    const first = text.slice(0, slash);
    // Without a dot, a colon or an upper-case letter the first part is a part of the path.
    if (first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase()) {
      domain = first === LEGACY_DOMAIN ? DEFAULT_DOMAIN : first;
      rest = text.slice(slash + 1);
    }
  }
  if (domain === DEFAULT_DOMAIN && !rest.includes("/")) rest = OFFICIAL_PREFIX + rest;
  return { domain, rest };
}

function checkDomain(domain: string, text: string): void {
  if (!domainRegExp.test(domain)) {
    fail(text, `"${shorten(domain)}" is no registry host; write host, host:port or [IPv6]:port`);
  }
}

function checkPath(path: string, text: string): void {
  if (path.length > PATH_MAX) {
    fail(
      text,
      `the repository name has ${path.length} characters; at most ${PATH_MAX} are allowed`,
    );
  }
  if (path !== path.toLowerCase()) {
    fail(text, `the repository name must be lower case; try "${path.toLowerCase()}"`);
  }
  for (const component of path.split("/")) {
    if (component === "") fail(text, "the repository name is empty or has an empty part");
    if (!componentRegExp.test(component)) {
      fail(
        text,
        `"${component}" may have a-z, 0-9 and, between them, one of . _ __ or dashes`,
      );
    }
  }
}

function checkTag(tag: string, text: string): void {
  if (!tagRegExp.test(tag)) {
    fail(
      text,
      `the tag "${
        shorten(tag)
      }" must have 1 to 128 letters, digits, or _ . - (no . or - at the start)`,
    );
  }
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function fail(text: string, why: string): never {
  throw new InvalidArgumentError(
    `Cannot parse image reference ${JSON.stringify(shorten(text))}: ${why}`,
  );
}
