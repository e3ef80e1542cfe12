/**
 * The `WWW-Authenticate` header (RFC 9110, section 11.6.1).
 *
 * @module
 */

/** One way to authenticate that a server offers. */
export interface Challenge {
  /** Lower case: `"basic"`, `"bearer"`. */
  readonly scheme: string;
  /** Parameters by lower-case name: `realm`, `service`, `scope`, `error`. */
  readonly params: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const SPACE = /[ \t]*/y;
const COMMAS = /[ \t,]*/y;

/**
 * Reads all challenges of a header; several headers may be joined by commas, as `Headers` does.
 * What is malformed ends the reading: challenges before it count.
 *
 * @returns In the order of the header; none when there is no header.
 */
export function parseChallenges(header: string | null): Challenge[] {
  const text = header ?? "";
  const challenges: Challenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(COMMAS);
    const scheme = take(TOKEN)?.[0];
    if (scheme === undefined) return challenges;
    const params = new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), params });
    take(SPACE);
    if (take(TOKEN68)) continue;
    for (;;) {
      const start = at;
      take(COMMAS);
      const name = take(TOKEN)?.[0];
      take(SPACE);
      if (name === undefined || text[at] !== "=") {
        // Not a parameter: the name of the next scheme, or the end.
        at = start;
        break;
      }
      at++;
      take(SPACE);
      const quoted = take(QUOTED);
      const value = quoted ? quoted[1]?.replace(/\\(.)/g, "$1") : take(TOKEN)?.[0];
      if (value === undefined) return challenges;
      params.set(name.toLowerCase(), value);
    }
  }
}
