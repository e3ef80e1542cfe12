/**
 * A proxy in front of a registry that breaks what it is told to break, and remembers every request.
 *
 * @module
 */

/** What to do to a request or its answer. */
export type Fault =
  /** The connection breaks after so many bytes of the answer's body. */
  | { kind: "cut"; afterBytes: number }
  /** One byte of the answer's body is another. */
  | { kind: "corrupt"; atByte: number }
  /** The answer stops to come after so many bytes, until the proxy ends. */
  | { kind: "stall"; afterBytes: number }
  /** The registry is not asked. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: string }
  /** The client is sent elsewhere: path and query are kept, the origin is another. */
  | { kind: "redirect"; origin: string; status?: number }
  /** `Range` does not reach the registry. */
  | { kind: "ignoreRange" }
  /** Headers of the answer are changed; `null` takes one away. */
  | { kind: "headers"; headers: Record<string, string | null> };

/** A request that came through. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  /** Status of the answer; 0 as long as there is none. */
  status: number;
  /** Bytes of the answer's body that were sent on. */
  sentBytes: number;
}

/** Decides what happens to a request; `count` tells how many like it (method and path) came before. */
export type FaultRule = (request: SeenRequest, count: number) => Fault | undefined;

/** A proxy that runs. */
export interface FaultProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** All requests, in order. */
  readonly requests: SeenRequest[];
  /** What happens from now on. */
  rule: FaultRule;
}

/**
 * Starts a proxy.
 *
 * @param target Origin of the registry, `http://127.0.0.1:PORT`.
 */
export function startFaultProxy(target: string, rule: FaultRule = () => undefined): FaultProxy {
  const requests: SeenRequest[] = [];
  const end = new AbortController();
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      signal: end.signal,
      onListen: () => {},
      onError: () => new Response("the registry is gone", { status: 502 }),
    },
    async (request) => {
      const url = new URL(request.url);
      const seen: SeenRequest = {
        method: request.method,
        path: url.pathname,
        query: url.search,
        headers: request.headers,
        status: 0,
        sentBytes: 0,
      };
      const count =
        requests.filter((other) => other.method === seen.method && other.path === seen.path).length;
      requests.push(seen);
      const fault = proxy.rule(seen, count);
      const response = await answer(request, url, target, proxy.host, fault, seen, end.signal);
      seen.status = response.status;
      return response;
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  const proxy: FaultProxy = {
    host,
    url: `http://${host}`,
    requests,
    rule,
    async [Symbol.asyncDispose](): Promise<void> {
      end.abort();
      await server.finished;
    },
  };
  return proxy;
}

async function answer(
  request: Request,
  url: URL,
  target: string,
  host: string,
  fault: Fault | undefined,
  seen: SeenRequest,
  end: AbortSignal,
): Promise<Response> {
  if (fault?.kind === "status") {
    await request.body?.cancel();
    const body = [204, 304].includes(fault.status) ? null : fault.body ?? "";
    return new Response(body, { status: fault.status, headers: fault.headers ?? {} });
  }
  if (fault?.kind === "redirect") {
    await request.body?.cancel();
    const location = `${fault.origin}${url.pathname}${url.search}`;
    return new Response(null, { status: fault.status ?? 307, headers: { location } });
  }
  const headers = new Headers(request.headers);
  headers.delete("host");
  headers.set("accept-encoding", "identity");
  // The registry writes this into Location: so that the client stays with the proxy.
  headers.set("x-forwarded-host", host);
  if (fault?.kind === "ignoreRange") headers.delete("range");
  const upstream = await fetch(`${target}${url.pathname}${url.search}`, {
    method: request.method,
    headers,
    redirect: "manual",
    body: request.body,
  });
  const outgoing = new Headers(upstream.headers);
  if (fault?.kind === "headers") {
    for (const [name, value] of Object.entries(fault.headers)) {
      if (value === null) outgoing.delete(name);
      else outgoing.set(name, value);
    }
  }
  const body = upstream.body && request.method !== "HEAD"
    ? upstream.body.pipeThrough(breaker(fault, seen, end))
    : null;
  return new Response(body, { status: upstream.status, headers: outgoing });
}

function breaker(
  fault: Fault | undefined,
  seen: SeenRequest,
  end: AbortSignal,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    async transform(chunk, controller): Promise<void> {
      const from = seen.sentBytes;
      const to = from + chunk.length;
      let out = chunk;
      if (fault?.kind === "corrupt" && fault.atByte >= from && fault.atByte < to) {
        out = chunk.slice();
        out[fault.atByte - from] = (out[fault.atByte - from] ?? 0) ^ 0xff;
      }
      const stop = fault?.kind === "cut" || fault?.kind === "stall" ? fault.afterBytes : Infinity;
      if (to > stop) out = out.slice(0, Math.max(0, stop - from));
      seen.sentBytes += out.length;
      if (out.length > 0) controller.enqueue(out);
      if (to <= stop) return;
      if (fault?.kind === "stall") await aborted(end);
      throw new Error("cut by the test");
    },
  });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
}

/** Passes bytes on between clients and a registry, and cuts connections on the way there. */
export interface Cutter extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /**
   * The next connection over which more bytes than the first number have come from the client is
   * closed; then it is the turn of the second number, and so on.
   */
  readonly cuts: number[];
}

/**
 * Starts a cutter. It knows nothing of HTTP: what has come before a cut has reached the registry.
 *
 * @param target `127.0.0.1:PORT` of the registry.
 */
export function startCutter(target: string): Cutter {
  const [hostname = "", port] = target.split(":");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cuts: number[] = [];
  const open = new Set<Deno.Conn>();
  const accepting = (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname, port: Number(port) });
      open.add(client).add(server);
      let bytes = 0;
      const close = (): void => {
        for (const conn of [client, server]) {
          if (open.delete(conn)) conn.close();
        }
      };
      void relay(server, client).finally(close);
      void relay(client, server, (size) => {
        bytes += size;
        const cut = bytes > (cuts[0] ?? Infinity);
        if (cut) cuts.shift();
        return cut;
      }).finally(close);
    }
  })();
  return {
    host: `127.0.0.1:${listener.addr.port}`,
    cuts,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      for (const conn of open) conn.close();
      open.clear();
      await accepting;
    },
  };
}

async function relay(
  from: Deno.Conn,
  to: Deno.Conn,
  isCut: (size: number) => boolean = () => false,
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const size = await from.read(buffer);
      if (size === null) return;
      for (let at = 0; at < size;) at += await to.write(buffer.subarray(at, size));
      if (isCut(size)) return;
    }
  } catch {
    // One of the two is closed.
  }
}
