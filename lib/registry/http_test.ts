import { assert, assertEquals, assertRejects } from "@std/assert";
import { DEFAULT_RETRY, exchange, pauseMs, retryAfterMs, sameHost, type Ways } from "./http.ts";
import type { Transport, WireRequest } from "./transport.ts";
import { TransportError, transportError } from "./transport_error.ts";

const TIMEOUTS = { answerMs: 1000, uploadMs: 1000, idleMs: 1000 };
const RETRY = { attempts: 3, baseDelayMs: 0, maxDelayMs: 10 };

/** A network in memory: gives answers in order, remembers requests. */
function network(...answers: Array<Response | Error>): { ways: Ways; sent: string[] } {
  const sent: string[] = [];
  const way = (name: string): Transport => ({
    send(request: WireRequest): Promise<Response> {
      const secret = request.headers.get("authorization");
      sent.push(`${name} ${request.method} ${request.url}${secret ? ` ${secret}` : ""}`);
      const answer = answers.shift() ?? new Response("end");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    close(): void {},
  });
  return { ways: { own: way("own"), foreign: way("foreign") }, sent };
}

function to(location: string, status = 307): Response {
  return new Response(null, { status, headers: { location } });
}

async function run(
  ways: Ways,
  request: Partial<Parameters<typeof exchange>[0]> = {},
): Promise<number> {
  const answer = await exchange(
    {
      what: "test",
      method: "GET",
      url: new URL("https://a.example/x"),
      secretHeaders: [["authorization", "secret"]],
      ...request,
    },
    ways,
    TIMEOUTS,
    RETRY,
  );
  await answer.discard();
  return answer.status;
}

Deno.test("exchange() takes secrets along on one host only, and never again after leaving", async () => {
  const { ways, sent } = network(
    to("/y"),
    to("https://b.example/z", 302),
    to("https://a.example/w"),
  );
  assertEquals(await run(ways), 200);
  assertEquals(sent, [
    "own GET https://a.example/x secret",
    "own GET https://a.example/y secret",
    "foreign GET https://b.example/z",
    "foreign GET https://a.example/w",
  ]);
});

Deno.test("sameHost() lets the scheme get stronger only", () => {
  const cases: Array<[string, string, boolean]> = [
    ["https://a/x", "https://a/y", true],
    ["http://a/x", "https://a/y", true],
    ["https://a/x", "http://a/y", false],
    ["https://a/x", "https://a:444/y", false],
    ["http://a:5000/x", "https://a:5000/y", false],
    ["https://a/x", "https://a.example/y", false],
  ];
  for (const [from, next, same] of cases) {
    assertEquals(sameHost(new URL(from), new URL(next)), same, `${from} ${next}`);
  }
});

Deno.test("exchange() follows no redirect that would change or lose a body", async () => {
  const body = new TextEncoder().encode("x");
  for (const [status, expected] of [[301, 301], [302, 302], [303, 303], [307, 200], [308, 200]]) {
    const { ways } = network(to("/y", status));
    assertEquals(await run(ways, { method: "POST", body }), expected);
  }
  const { ways, sent } = network(to("/y"));
  const stream = new Blob(["x"]).stream();
  assertEquals(await run(ways, { method: "PUT", body: stream }), 307);
  assertEquals(sent.length, 1);
});

Deno.test("exchange() refuses redirects that lead nowhere, and where it must stay", async () => {
  for (const location of ["ftp://x/", "http://", "data:,x"]) {
    await assertRejects(() => run(network(to(location)).ways), TransportError, "which is no URL");
  }
  const { ways, sent } = network(to("https://b.example/"));
  await assertRejects(
    () => run(ways, { leaveHost: false }),
    TransportError,
    "where the credentials must not go",
  );
  assertEquals(sent.length, 1);
});

Deno.test("exchange() tries again after failures that may pass, and no others", async () => {
  const broken = () => new TransportError("broken", "broken");
  const { ways, sent } = network(broken(), new Response("", { status: 503 }));
  assertEquals(await run(ways), 200);
  assertEquals(sent.length, 3);
  await assertRejects(() => run(network(broken(), broken(), broken()).ways), TransportError);
  const tls = network(new TransportError("no", "tls"));
  await assertRejects(() => run(tls.ways), TransportError, "no");
  assertEquals(tls.sent.length, 1);
  const once = network(broken());
  const stream = new Blob(["x"]).stream();
  await assertRejects(() => run(once.ways, { method: "PUT", body: stream }), TransportError);
  assertEquals(once.sent.length, 1);
});

Deno.test("pauseMs() doubles, and does what Retry-After says if that is not too long", () => {
  const pause = (attempt: number, after?: string) =>
    pauseMs(new Headers(after ? { "retry-after": after } : {}), attempt, DEFAULT_RETRY);
  for (const [attempt, least] of [[1, 500], [2, 1000], [3, 2000], [4, 4000]] as const) {
    const ms = pause(attempt) ?? 0;
    assert(ms >= least && ms <= least * 1.25, `${attempt}: ${ms}`);
  }
  assertEquals(pause(20), 60_000);
  assertEquals(pause(1, "7"), 7000);
  assertEquals(pause(1, "61"), undefined);
  const date = new Headers({ "retry-after": new Date(Date.now() + 30_000).toUTCString() });
  const ms = retryAfterMs(date) ?? 0;
  assert(ms > 20_000 && ms <= 30_000);
  assertEquals(retryAfterMs(new Headers({ "retry-after": "soon" })), undefined);
  assertEquals(retryAfterMs(new Headers({ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" })), 0);
});

Deno.test("transportError() tells kinds of failures apart", () => {
  const cases: Array<[string, string]> = [
    ["client error (Connect): invalid peer certificate: UnknownIssuer", "tls"],
    ["client error (Connect): received corrupt message of type InvalidContentType", "not_tls"],
    ["client error (SendRequest): invalid HTTP version parsed", "not_http"],
    ["client error (Connect): tcp connect error: Connection refused (os error 111)", "refused"],
    ["client error (Connect): dns error: failed to lookup address information", "refused"],
    ["error reading a body from connection", "broken"],
    ["something new", "broken"],
  ];
  for (const [text, failure] of cases) {
    const error = new TypeError("fetch failed", { cause: new Error(`error sending: ${text}`) });
    assertEquals(transportError(error).failure, failure, text);
  }
});
