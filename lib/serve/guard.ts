/**
 * Who may see a dashboard: whoever opens a link that was handed out, once, from this machine, on
 * the dashboard's own page.
 *
 * @module
 */

/** A request that is refused, with its HTTP status. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: 401 | 403 | 421;
  /** Why, for the person at the browser. */
  readonly reason: string;
}

/** The query parameter that carries a one-time token. */
export const TOKEN = "token";

/** How many links that nobody has opened are remembered; older ones are void. */
const MOST_LINKS = 16;

/** How many browsers stay signed in; with more the oldest is signed out. */
const MOST_SESSIONS = 64;

/** 256 bits that nobody guesses. */
function secret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** Checks the requests of one dashboard. */
export class Guard {
  readonly #port: number;
  readonly #hosts: ReadonlySet<string>;
  readonly #links = new Set<string>();
  readonly #sessions = new Set<string>();

  /** @param port Where it listens. */
  constructor(port: number) {
    this.#port = port;
    // Browsers leave out the port that HTTP has by itself.
    const suffixes = port === 80 ? ["", ":80"] : [`:${port}`];
    this.#hosts = new Set(
      ["127.0.0.1", "localhost"].flatMap((name) => suffixes.map((suffix) => name + suffix)),
    );
  }

  /** A token that signs in one browser, once. */
  invite(): string {
    const token = secret();
    this.#links.add(token);
    keepNewest(this.#links, MOST_LINKS);
    return token;
  }

  /**
   * Refuses what comes from elsewhere: names that another site made point here (DNS rebinding), and
   * requests that another site's page makes.
   *
   * @returns Why, or nothing for a request that may be looked at.
   */
  refuse(request: Request): Refusal | undefined {
    const host = request.headers.get("host") ?? "";
    if (!this.#hosts.has(host)) {
      return { status: 421, reason: "This dashboard answers to its own address only" };
    }
    const origin = request.headers.get("origin");
    const site = request.headers.get("sec-fetch-site");
    // A link in a mail or a chat may be followed; what it opens is checked by its token.
    const opened = request.headers.get("sec-fetch-mode") === "navigate" &&
      request.method === "GET";
    const foreign = (origin !== null && origin !== `http://${host}`) ||
      (site !== null && site !== "same-origin" && site !== "none" && !opened);
    const unnamed = request.method !== "GET" && origin === null;
    if (foreign || unnamed) {
      return { status: 403, reason: "This dashboard takes requests of its own page only" };
    }
  }

  /** Signs in: takes a token, which is void from then on. Returns the cookie to set. */
  enter(token: string): string | undefined {
    if (!this.#links.delete(token)) return undefined;
    const session = secret();
    this.#sessions.add(session);
    keepNewest(this.#sessions, MOST_SESSIONS);
    return `${this.#cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a request comes from a browser that has signed in. */
  knows(request: Request): boolean {
    const cookies = (request.headers.get("cookie") ?? "").split(/;\s*/);
    return cookies.some((text) => {
      const at = text.indexOf("=");
      return text.slice(0, at) === this.#cookie && this.#sessions.has(text.slice(at + 1));
    });
  }

  /** Cookies are of all ports of a machine; its name tells them apart. */
  get #cookie(): string {
    return `davit-${this.#port}`;
  }
}

function keepNewest(set: Set<string>, most: number): void {
  for (const value of set) {
    if (set.size <= most) return;
    set.delete(value);
  }
}

/** What every answer says: nothing but this page's own parts, in nobody's frame, in no cache. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
