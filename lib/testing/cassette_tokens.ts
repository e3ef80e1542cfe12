/**
 * What differs from one run of a script to the next: random ids, folders, times, who runs it. In a
 * cassette stand names for them, so that a replay recognises its own in their place, and so that
 * nothing of the machine that recorded gets into it.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import type { Json } from "./cassette_format.ts";

/** Ids that the library makes up, other UUIDs, and folders of captured output. */
const TOKEN =
  /(?:\/[\w.-]+)+\/davit-\d*-\d+-\d*-\w+|\bdavit-[0-9a-f]{8,}(?:-[0-9a-f]{4,12})*\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const NAME = /«(\d+)»/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
/** The files of captured output are counted as they are made, which concurrent runs do not repeat. */
const CAPTURE = /\/\d+\.(out|err|in)\b/g;
const OWNER = /("davit\/owner\\?":\\?")[^"\\]*/g;
const GAP = "\u0000";

/** Replaces what is to stay secret. @throws {InvalidArgumentError} for an empty text. */
function redactor(secrets: readonly string[]): (text: string) => string {
  if (secrets.includes("")) {
    throw new InvalidArgumentError("Cannot keep an empty text out of a cassette");
  }
  // As they look inside of JSON, and inside of JSON in JSON.
  const shown = secrets.flatMap((secret) => {
    const once = JSON.stringify(secret).slice(1, -1);
    return [JSON.stringify(once).slice(1, -1), once];
  });
  return (text) => shown.reduce((rest, secret) => rest.replaceAll(secret, "«secret»"), text);
}

/** Names for what differs, while a session is recorded. */
export class RecordedTokens {
  readonly #names = new Map<string, string>();
  readonly #redact: (text: string) => string;

  /** @param secrets Texts to keep out. */
  constructor(secrets: readonly string[]) {
    this.#redact = redactor(secrets);
  }

  /** Of a request: everything that differs gets a name. */
  request(json: Json): Json {
    return this.#replace(json, (token) => {
      let name = this.#names.get(token);
      if (!name) this.#names.set(token, name = `«${this.#names.size + 1}»`);
      return name;
    }, true);
  }

  /** Of an answer: what a request had in it before. Times are the daemon's own. */
  answer(json: Json): Json {
    return this.#replace(json, (token) => this.#names.get(token) ?? token, false);
  }

  #replace(json: Json, name: (token: string) => string, times: boolean): Json {
    let text = neutral(this.#redact(JSON.stringify(json))).replace(TOKEN, name);
    if (times) text = text.replace(TIME, "«time»");
    return JSON.parse(text) as Json;
  }
}

/** What the names of a cassette stand for in a replay. */
export class ReplayedTokens {
  readonly #tokens = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #redact: (text: string) => string;

  /** @param secrets Texts that were kept out. */
  constructor(secrets: readonly string[]) {
    this.#redact = redactor(secrets);
  }

  /**
   * Whether a request of the replay is one of the recording. If so, what differs is known from now
   * on.
   */
  matches(recorded: Json, live: Json): boolean {
    const [wanted, names] = split(JSON.stringify(recorded), NAME);
    const text = neutral(this.#redact(JSON.stringify(live))).replace(TIME, "«time»");
    const [given, tokens] = split(text, TOKEN);
    if (wanted !== given || names.length !== tokens.length) return false;
    const found = new Map<string, string>();
    for (const [i, name] of names.entries()) {
      const token = tokens[i]!;
      if ((found.get(name) ?? this.#tokens.get(name) ?? token) !== token) return false;
      if ((this.#names.get(token) ?? name) !== name) return false;
      found.set(name, token);
    }
    for (const [name, token] of found) {
      this.#tokens.set(name, token);
      this.#names.set(token, name);
    }
    return true;
  }

  /** A recorded answer with what its names stand for. */
  answer(json: Json): Json {
    const text = JSON.stringify(json).replace(
      NAME,
      (name) => this.#tokens.get(name) ?? `recorded-${name.slice(1, -1)}`,
    );
    return JSON.parse(text) as Json;
  }
}

function neutral(text: string): string {
  return text.replace(OWNER, "$1«owner»").replace(CAPTURE, "/#.$1");
}

/** The text with gaps, and what was in them. */
function split(text: string, pattern: RegExp): [text: string, parts: string[]] {
  const parts: string[] = [];
  return [
    text.replace(pattern, (part) => {
      parts.push(part);
      return GAP;
    }),
    parts,
  ];
}
