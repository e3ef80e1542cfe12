/**
 * A page on this machine that shows what a daemon does.
 *
 * @module
 */
import type { Session } from "../core/session/session.ts";
import { AlreadyExistsError, InvalidArgumentError, PermissionError } from "../errors/errors.ts";
import { Guard, TOKEN } from "./guard.ts";
import { Routes } from "./routes.ts";

/** How to serve a dashboard. */
export interface ServeOptions {
  /** The namespace that it shows first: `"default"` by default. Others can be chosen there. */
  readonly namespace?: string;
  /** Where it listens, on the loopback address; any free port by default. */
  readonly port?: number;
  /** Whether containers can be started, stopped, paused and removed there. Default: no. */
  readonly writable?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** A dashboard that is being served. It ends by `close()`, and with the client that serves it. */
export class Dashboard implements AsyncDisposable {
  /** A link for one browser. It works once; {@linkcode invite} makes others. */
  readonly url: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Resolves when it has ended. */
  readonly finished: Promise<void>;
  readonly #guard: Guard;
  readonly #end: () => Promise<void>;
  #closed: Promise<void> | undefined;

  /** For {@linkcode serveDashboard}. */
  constructor(
    parts: { port: number; guard: Guard; end: () => Promise<void>; finished: Promise<void> },
  ) {
    this.port = parts.port;
    this.finished = parts.finished;
    this.#guard = parts.guard;
    this.#end = parts.end;
    this.url = this.invite();
  }

  /** A new link, for another browser or after a link was used. Whoever has it sees everything. */
  invite(): string {
    return `http://127.0.0.1:${this.port}/?${TOKEN}=${this.#guard.invite()}`;
  }

  /** Ends it, and all pages that show it. Twice is fine. */
  close(): Promise<void> {
    return this.#closed ??= this.#end();
  }

  /** What to do with it. */
  toString(): string {
    return `Open ${this.url}\n  works once; .invite() makes another link, .close() ends it`;
  }

  /** For `console.log`. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Serves a dashboard; see `Client.serve()`. */
export function serveDashboard(
  session: Session,
  namespace: string,
  options: ServeOptions = {},
): Dashboard {
  const { port = 0, writable = false, signal } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`Cannot serve on port ${port}: use 0 to 65535, 0 for any`);
  }
  signal?.throwIfAborted();
  let answer: (request: Request) => Promise<Response> | Response = () =>
    new Response(null, { status: 503 });
  const server = listen(port, (request) => answer(request));
  const guard = new Guard(server.addr.port);
  const routes = new Routes({ session, guard, namespace, writable });
  answer = (request) => routes.answer(request);
  const abort = () => void dashboard.close();
  const dashboard: Dashboard = new Dashboard({
    port: server.addr.port,
    guard,
    finished: server.finished,
    async end() {
      signal?.removeEventListener("abort", abort);
      session.disown(dashboard);
      // Its connections end when their streams do.
      await routes.close();
      await server.shutdown();
    },
  });
  signal?.addEventListener("abort", abort, { once: true });
  session.own(dashboard);
  return dashboard;
}

function listen(
  port: number,
  handler: (request: Request) => Promise<Response> | Response,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new AlreadyExistsError(`Cannot serve on port ${port}: it is in use; use another`, {
        cause: error,
      });
    }
    if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
      throw new PermissionError(
        `Cannot serve on 127.0.0.1: not allowed; grant --allow-net=127.0.0.1`,
        { cause: error },
      );
    }
    throw error;
  }
}
