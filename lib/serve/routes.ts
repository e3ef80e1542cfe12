/**
 * What a dashboard answers to each request.
 *
 * @module
 */
import { Context } from "../core/context.ts";
import { Namespaces } from "../core/namespace/namespaces.ts";
import { readLogs } from "../core/logs/logs.ts";
import type { Session } from "../core/session/session.ts";
import { DavitError, NotFoundError } from "../errors/errors.ts";
import { checkIdentifier } from "../oci/names.ts";
import { act, ACTIONS, describeContainer } from "./details.ts";
import { Feed } from "./feed.ts";
import { type Guard, SAFE_HEADERS, TOKEN } from "./guard.ts";
import { PAGE } from "./page/html.ts";
import { SCRIPT } from "./page/script.ts";
import { STYLE } from "./page/style.ts";
import { encodeMessage, PageStream } from "./stream.ts";

/** What the answers are made from. */
export interface Site {
  /** The connection. */
  readonly session: Session;
  /** Who may ask. */
  readonly guard: Guard;
  /** The namespace that pages show first. */
  readonly namespace: string;
  /** Whether pages may change anything. */
  readonly writable: boolean;
}

/** How many lines of a log a page is shown at first. */
const LOG_LINES = 500;

/** How many lines are sent as one message at most. */
const BATCH = 200;

/** How long the daemon has to answer a question, in milliseconds. */
const PATIENCE_MS = 10_000;

/** HTTP's words for the codes of errors. */
const STATUS: Readonly<Record<string, number>> = {
  not_found: 404,
  invalid_argument: 400,
  already_exists: 409,
  failed_precondition: 409,
  permission_denied: 403,
  unavailable: 503,
};

/** Files of the page, by path: they need no cookie, since they tell nothing. */
const FILES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  "/style.css": ["text/css", STYLE],
  "/script.js": ["text/javascript", SCRIPT],
};

/** Answers requests, until it is closed. */
export class Routes {
  readonly #site: Site;
  readonly #feeds = new Map<string, Feed>();
  readonly #streams = new Set<PageStream>();

  /** @param site What the answers are made from. */
  constructor(site: Site) {
    this.#site = site;
  }

  /** Ends all streams. */
  async close(): Promise<void> {
    for (const stream of this.#streams) stream.close();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  /** Answers one request. */
  async answer(request: Request): Promise<Response> {
    const { guard } = this.#site;
    const refusal = guard.refuse(request);
    if (refusal) return text(refusal.status, refusal.reason);
    const url = new URL(request.url);
    const file = FILES[url.pathname];
    if (file && request.method === "GET") return text(200, file[1], file[0]);
    const token = url.searchParams.get(TOKEN);
    if (request.method === "GET" && url.pathname === "/" && token !== null) {
      const cookie = guard.enter(token);
      if (cookie) {
        // The token must not stay in the address bar or in the history.
        const headers = { ...SAFE_HEADERS, "set-cookie": cookie, "location": "/" };
        return new Response(null, { status: 303, headers });
      }
      if (!guard.knows(request)) return text(401, "This link was used; make a new one: invite()");
    }
    if (!guard.knows(request)) {
      return text(401, "Open the dashboard by the link that serve() gives; each works once");
    }
    try {
      return await this.#route(request, url);
    } catch (error) {
      const code = error instanceof DavitError ? STATUS[error.code] ?? 500 : 500;
      return text(code, error instanceof Error ? error.message : String(error));
    }
  }

  async #route(request: Request, url: URL): Promise<Response> {
    const { session, writable } = this.#site;
    const path = `${request.method} ${url.pathname}`;
    if (path === "GET /") return text(200, PAGE, "text/html");
    if (path === "GET /api/daemon") return json(await this.#daemon());
    const action = /^POST \/api\/container\/(\w+)$/.exec(path)?.[1];
    const known = ["GET /api/stream", "GET /api/container", "GET /api/logs"].includes(path);
    if (!known && !action) throw new NotFoundError(`Cannot find "${url.pathname}"`);
    const name = checkIdentifier(url.searchParams.get("namespace") ?? "", "namespace");
    const context = new Context(session, name);
    if (path === "GET /api/stream") return this.#stream(context);
    const id = checkIdentifier(url.searchParams.get("id") ?? "", "container");
    if (path === "GET /api/logs") return this.#logs(context, id);
    if (action === undefined) {
      return json(await describeContainer(context, id, AbortSignal.timeout(PATIENCE_MS)));
    }
    if (!writable) {
      return text(403, "This dashboard only shows; serve({ writable: true }) lets it act");
    }
    await act(context, action, id);
    return new Response(null, { status: 204, headers: SAFE_HEADERS });
  }

  /** What the page says of the daemon, and lets one choose from. */
  async #daemon(): Promise<unknown> {
    const { session, namespace, writable } = this.#site;
    const { version } = await session.api().version.version({});
    const names = await new Namespaces(session).list().then(
      (list) => list.map(({ name }) => name),
      // A client that is limited to one namespace may not list them.
      () => [],
    );
    return {
      address: session.address,
      version: version.replace(/^v/, ""),
      namespace,
      namespaces: [...new Set([namespace, ...names])].sort(),
      actions: writable ? ACTIONS : [],
    };
  }

  #open(): PageStream {
    const stream = new PageStream();
    this.#streams.add(stream);
    stream.signal.addEventListener("abort", () => this.#streams.delete(stream), { once: true });
    return stream;
  }

  #stream(context: Context): Response {
    const stream = this.#open();
    let feed = this.#feeds.get(context.namespace);
    if (!feed) this.#feeds.set(context.namespace, feed = new Feed(context));
    feed.join(stream);
    return stream.response(SAFE_HEADERS);
  }

  #logs(context: Context, id: string): Response {
    const stream = this.#open();
    void sendLogs(context, id, stream).catch((error) => {
      if (stream.signal.aborted) return;
      stream.send(encodeMessage("problem", error instanceof Error ? error.message : `${error}`));
    }).then(() => {
      stream.send(encodeMessage("end", ""));
      stream.close();
    });
    return stream.response(SAFE_HEADERS);
  }
}

/** Sends the end of a log and what is added, at the pace at which the page takes it. */
async function sendLogs(context: Context, id: string, stream: PageStream): Promise<void> {
  const { signal } = stream;
  const entries = readLogs(context, id, { follow: true, tail: LOG_LINES, signal });
  let batch: (readonly [time: number, stream: string, text: string])[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length > 0) stream.send(encodeMessage("lines", batch));
    batch = [];
  };
  try {
    for await (const { time, stream: from, text } of entries) {
      batch.push([time.getTime(), from, text]);
      timer ??= setTimeout(flush, 50);
      if (batch.length < BATCH) continue;
      flush();
      await stream.drained();
    }
  } finally {
    flush();
  }
}

function text(status: number, body: string, type = "text/plain"): Response {
  const headers = { ...SAFE_HEADERS, "content-type": `${type}; charset=utf-8` };
  return new Response(body, { status, headers });
}

function json(value: unknown): Response {
  return text(200, JSON.stringify(value), "application/json");
}
