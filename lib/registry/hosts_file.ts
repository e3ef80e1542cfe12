/**
 * `hosts.toml` as data: how containerd is told where to find a registry, its mirrors, and with
 * which certificates and headers to talk to them.
 *
 * @module
 */

import { parse, stringify } from "@std/toml";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseDuration } from "../oci/durations.ts";

/** What a host may be used for. */
export type HostCapability = "pull" | "resolve" | "push" | "referrers";

/** All capabilities: what a host has that names none. */
export const HOST_CAPABILITIES: readonly HostCapability[] = [
  "pull",
  "resolve",
  "push",
  "referrers",
];

/** A client certificate and its key, as files. */
export interface ClientPair {
  /** PEM file with the certificate, and with the key where `key` is missing. */
  cert: string;
  /** PEM file with the key. */
  key?: string | undefined;
}

/** What can be said of one host, and at the top of the file of the server. */
export interface HostSettings {
  /** What it is used for. @default all */
  capabilities?: HostCapability[] | undefined;
  /** PEM files of authorities to trust, besides the system's; relative to the file's folder. */
  ca?: string[] | undefined;
  /** Client certificates; relative to the file's folder. */
  client?: ClientPair[] | undefined;
  /** Whether certificates are accepted unseen. @default false */
  skipVerify?: boolean | undefined;
  /** Headers for every request to this host. */
  header?: Record<string, string[]> | undefined;
  /** The URL's path is used as it is, without `/v2` behind it. @default false */
  overridePath?: boolean | undefined;
  /** How long a connection may take to open, as Go writes it: `"3s"`. */
  dialTimeout?: string | undefined;
  /** Keys that are not known here; written back as they were. */
  other?: Record<string, unknown> | undefined;
}

/** One `[host."URL"]` table. */
export interface HostEntry extends HostSettings {
  /** The URL; without a scheme it is https. */
  url: string;
}

/** A `hosts.toml`. The settings at its top belong to `server`. */
export interface HostsFile extends HostSettings {
  /** URL of the registry itself, tried last. @default the host of the reference */
  server?: string | undefined;
  /** Mirrors, tried first, in the order of the file. */
  hosts: HostEntry[];
}

/**
 * Reads a `hosts.toml` (containerd, docs/hosts.md). containerd falls back to certificate files when
 * the file is malformed; here that is an error, because the mirror that was meant would be skipped
 * without a word.
 *
 * @param text The file's text.
 * @param name What to call the file in messages, such as its path.
 * @throws {InvalidArgumentError} When it is no TOML, or a known key has a value of the wrong kind.
 *
 * @example
 * ```ts
 * import { parseHostsToml } from "@davit/sdk/registry";
 *
 * const file = parseHostsToml(`
 * server = "https://registry.example"
 * [host."https://mirror.example"]
 * capabilities = ["pull", "resolve"]
 * `);
 * console.log(file.hosts[0]?.url); // https://mirror.example
 * ```
 */
export function parseHostsToml(text: string, name: string = "hosts.toml"): HostsFile {
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidArgumentError(`Cannot read "${name}": it is not TOML: ${why}`, { cause });
  }
  const reader = new TableReader(table, name, "");
  const server = reader.string("server");
  if (server !== undefined && server !== "") parseHostUrl(server, false, name);
  const hosts: HostEntry[] = [];
  // The parser keeps the order of tables, which is the order in which hosts are tried.
  for (const [url, value] of Object.entries(reader.table("host") ?? {})) {
    const path = `host."${url}"`;
    const settings = readSettings(new TableReader(asTable(value, name, path), name, `${path}.`));
    parseHostUrl(url, settings.overridePath ?? false, name);
    hosts.push({ url, ...settings });
  }
  const file: HostsFile = { ...readSettings(reader), hosts };
  if (server !== undefined && server !== "") file.server = server;
  return file;
}

/** Scheme, host and API path of a URL in a `hosts.toml`. */
export interface HostUrl {
  /** `"https"`, or `"http"`. */
  scheme: "http" | "https";
  /** Host, with the port where one is written. */
  host: string;
  /** Where the API is: `"/v2"`, or `"/some/path/v2"`; as written when the path is overridden. */
  path: string;
}

/**
 * Reads a URL of a `hosts.toml`: https when it has no scheme, and `/v2` is added to the path.
 *
 * @param overridePath The path is left as it is.
 * @param name The file, for messages.
 * @throws {InvalidArgumentError} When it is no http or https URL, or has a user or query in it.
 */
export function parseHostUrl(text: string, overridePath: boolean, name: string): HostUrl {
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot read "${name}": the URL "${text}" ${why}`);
  };
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(full) ? new URL(full) : fail("is malformed");
  const scheme = url.protocol === "https:"
    ? "https"
    : url.protocol === "http:"
    ? "http"
    : fail("must begin with https:// or http://");
  if (url.username !== "" || url.password !== "") {
    fail("has a user in it; log in instead, or set a header");
  }
  if (url.search !== "" || url.hash !== "") fail("must have no query and no fragment");
  const clean = url.pathname.replace(/\/{2,}/g, "/").replace(/\/$/, "");
  const path = overridePath || clean.endsWith("/v2") ? clean : `${clean}/v2`;
  // The port stays as written, even the scheme's own: it says that nothing else is meant.
  const host = /^[^:]+:\/\/([^/?#]*)/.exec(full)?.[1]?.toLowerCase() ?? url.host;
  return { scheme, host, path };
}

/**
 * Writes a `hosts.toml` that containerd and {@linkcode parseHostsToml} read.
 *
 * @returns TOML text; hosts in the order given.
 */
export function formatHostsToml(file: HostsFile): string {
  const table: Record<string, unknown> = {};
  if (file.server !== undefined) table["server"] = file.server;
  Object.assign(table, settingsTable(file));
  const hosts: Record<string, unknown> = {};
  for (const entry of file.hosts) {
    parseHostUrl(entry.url, entry.overridePath ?? false, "hosts.toml");
    if (Object.hasOwn(hosts, entry.url)) {
      throw new InvalidArgumentError(
        `Cannot write hosts.toml: the host "${entry.url}" is in it twice`,
      );
    }
    hosts[entry.url] = settingsTable(entry);
  }
  if (file.hosts.length > 0) table["host"] = hosts;
  return stringify(table).trimStart();
}

function settingsTable(settings: HostSettings): Record<string, unknown> {
  const { capabilities, ca, client, skipVerify, header, overridePath, dialTimeout } = settings;
  const table: Record<string, unknown> = { ...settings.other };
  if (capabilities !== undefined) table["capabilities"] = capabilities;
  if (ca !== undefined) table["ca"] = ca;
  if (client !== undefined) {
    // A list holds names or pairs, never both: older TOML parsers refuse mixed lists.
    table["client"] = client.every((pair) => pair.key === undefined)
      ? client.map((pair) => pair.cert)
      : client.map((pair) => [pair.cert, pair.key ?? pair.cert]);
  }
  if (skipVerify !== undefined) table["skip_verify"] = skipVerify;
  if (overridePath !== undefined) table["override_path"] = overridePath;
  if (dialTimeout !== undefined) table["dial_timeout"] = dialTimeout;
  if (header !== undefined) table["header"] = header;
  return table;
}

function readSettings(reader: TableReader): HostSettings {
  const settings: HostSettings = {};
  const capabilities = reader.strings("capabilities");
  // containerd treats an empty list like none.
  if (capabilities !== undefined && capabilities.length > 0) {
    settings.capabilities = capabilities.map((word) => {
      const found = HOST_CAPABILITIES.find((known) => known === word.toLowerCase());
      return found ??
        reader.fail("capabilities", `has "${word}"; known are ${HOST_CAPABILITIES.join(", ")}`);
    });
  }
  const ca = reader.stringOrStrings("ca");
  if (ca !== undefined) settings.ca = ca;
  const client = readClient(reader);
  if (client !== undefined) settings.client = client;
  const skipVerify = reader.boolean("skip_verify");
  if (skipVerify !== undefined) settings.skipVerify = skipVerify;
  const overridePath = reader.boolean("override_path");
  if (overridePath !== undefined) settings.overridePath = overridePath;
  const dialTimeout = reader.string("dial_timeout");
  if (dialTimeout !== undefined && dialTimeout !== "") {
    try {
      parseDuration(dialTimeout);
    } catch {
      reader.fail("dial_timeout", `must be a duration such as "3s", not "${dialTimeout}"`);
    }
    settings.dialTimeout = dialTimeout;
  }
  const header = readHeader(reader);
  if (header !== undefined) settings.header = header;
  const other = reader.rest(["server", "host"]);
  if (Object.keys(other).length > 0) settings.other = other;
  return settings;
}

function readClient(reader: TableReader): ClientPair[] | undefined {
  const value = reader.take("client");
  if (value === undefined) return undefined;
  if (typeof value === "string") return [{ cert: value }];
  const wrong = 'must be a file name, or a list of names or of ["cert", "key"] pairs';
  if (!Array.isArray(value)) return reader.fail("client", wrong);
  return value.map((item: unknown): ClientPair => {
    if (typeof item === "string") return { cert: item };
    if (!Array.isArray(item) || item.length !== 2) return reader.fail("client", wrong);
    const [cert, key]: unknown[] = item;
    if (typeof cert !== "string" || typeof key !== "string") return reader.fail("client", wrong);
    return key === "" ? { cert } : { cert, key };
  });
}

function readHeader(reader: TableReader): Record<string, string[]> | undefined {
  const table = reader.table("header");
  if (table === undefined) return undefined;
  const header: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(table)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    header[name] = values.map((item) => {
      if (typeof item !== "string") {
        return reader.fail(`header.${name}`, "must be a string or a list of strings");
      }
      try {
        new Headers([[name, item]]);
      } catch {
        return reader.fail(`header.${name}`, "is no valid HTTP header");
      }
      return item;
    });
  }
  return header;
}

function asTable(value: unknown, name: string, path: string): Record<string, unknown> {
  if (isTable(value)) return value;
  throw new InvalidArgumentError(`Cannot read "${name}": ${path} must be a table`);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** Takes known keys out of a table, checked; what is left is unknown. */
class TableReader {
  readonly #table: Record<string, unknown>;
  readonly #name: string;
  readonly #prefix: string;
  readonly #taken = new Set<string>();

  constructor(table: Record<string, unknown>, name: string, prefix: string) {
    this.#table = table;
    this.#name = name;
    this.#prefix = prefix;
  }

  take(key: string): unknown {
    this.#taken.add(key);
    return this.#table[key];
  }

  fail(key: string, why: string): never {
    throw new InvalidArgumentError(`Cannot read "${this.#name}": ${this.#prefix}${key} ${why}`);
  }

  string(key: string): string | undefined {
    const value = this.take(key);
    if (value === undefined || typeof value === "string") return value;
    return this.fail(key, "must be a string");
  }

  boolean(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === undefined || typeof value === "boolean") return value;
    return this.fail(key, "must be true or false");
  }

  strings(key: string): string[] | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.fail(key, "must be a list of strings");
    return value.map((item: unknown) =>
      typeof item === "string" ? item : this.fail(key, "must be a list of strings")
    );
  }

  stringOrStrings(key: string): string[] | undefined {
    const value = this.take(key);
    if (typeof value === "string") return [value];
    if (value === undefined || Array.isArray(value)) return this.strings(key);
    return this.fail(key, "must be a string or a list of strings");
  }

  table(key: string): Record<string, unknown> | undefined {
    const value = this.take(key);
    return value === undefined ? undefined : asTable(value, this.#name, this.#prefix + key);
  }

  rest(except: readonly string[]): Record<string, unknown> {
    const keys = Object.keys(this.#table).filter((key) =>
      !this.#taken.has(key) && !except.includes(key)
    );
    return Object.fromEntries(keys.map((key) => [key, this.#table[key]]));
  }
}
