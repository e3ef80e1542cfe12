import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConnectError, createContextKey, createContextValues } from "@connectrpc/connect";
import type { Interceptor } from "@connectrpc/connect";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import { FrameType } from "./frames.ts";
import {
  deadlineInterceptor,
  leaseInterceptor,
  namespaceInterceptor,
  tracingInterceptor,
} from "./interceptors.ts";
import { EMPTY_SETTINGS, response, responseTrailers, ScriptedPeer } from "./scripted_peer_test.ts";
import { createGrpcTransport, type GrpcTransport } from "./transport.ts";

const { version } = Version.method;

function connectTo(peer: ScriptedPeer, interceptors: Interceptor[]): GrpcTransport {
  const dial = () => Promise.resolve(peer.conn);
  return createGrpcTransport({ address: "/test.sock", dial, interceptors });
}

/** The headers that the server sees of a unary call. */
async function headersOf(
  interceptors: Interceptor[],
  call: { timeoutMs?: number; headers?: HeadersInit } = {},
): Promise<Record<string, string>> {
  const peer = new ScriptedPeer();
  await using transport = connectTo(peer, interceptors);
  const answer = transport.unary(version, undefined, call.timeoutMs, call.headers, {});
  const { fields } = await peer.nextRequest();
  peer.send(EMPTY_SETTINGS, response(1, new Uint8Array(0)));
  await answer;
  return fields;
}

Deno.test("namespaceInterceptor() and leaseInterceptor() set headers, but keep the call's own", async () => {
  const interceptors = [namespaceInterceptor("ci"), leaseInterceptor("l1")];
  const fields = await headersOf(interceptors);
  assertEquals([fields["containerd-namespace"], fields["containerd-lease"]], ["ci", "l1"]);
  const own = await headersOf(interceptors, { headers: { "containerd-namespace": "own" } });
  assertEquals(own["containerd-namespace"], "own");
});

Deno.test("tracingInterceptor() sends what there is", async () => {
  assertEquals((await headersOf([tracingInterceptor(() => "00-a")]))["traceparent"], "00-a");
  assertEquals((await headersOf([tracingInterceptor(() => undefined)]))["traceparent"], undefined);
});

Deno.test("deadlineInterceptor() gives unary calls a deadline, on both sides", async () => {
  const interceptors = [deadlineInterceptor(60_000)];
  const fields = await headersOf(interceptors);
  assert(/^(59|60)\d{3}m$/.test(fields["grpc-timeout"]!), fields["grpc-timeout"]);
  const own = await headersOf(interceptors, { timeoutMs: 5000 });
  assert(/^(5000|4\d{3})m$/.test(own["grpc-timeout"]!), own["grpc-timeout"]);
  await using transport = connectTo(new ScriptedPeer(), [deadlineInterceptor(5)]);
  await assertRejects(
    () => transport.unary(version, undefined, undefined, undefined, {}),
    ConnectError,
    "[deadline_exceeded]",
  );
});

Deno.test("deadlineInterceptor() leaves streams alone", async () => {
  const peer = new ScriptedPeer();
  await using transport = connectTo(peer, [deadlineInterceptor(60_000)]);
  const requests = (async function* () {
    yield await Promise.resolve({ digest: "x" });
  })();
  await transport.stream(Content.method.read, undefined, undefined, undefined, requests);
  assertEquals((await peer.nextRequest()).fields["grpc-timeout"], undefined);
});

Deno.test("interceptors see Connect's requests and responses, the first one outermost", async () => {
  const seen: string[] = [];
  const key = createContextKey("default");
  const note = (name: string): Interceptor => (next) => async (request) => {
    seen.push(`${name} ${request.method.name} ${request.contextValues.get(key)} ${request.url}`);
    const answer = await next({ ...request, header: new Headers({ "x-by": name }) });
    seen.push(`${name} ${answer.header.get("content-type")} ${answer.stream}`);
    return answer;
  };
  const peer = new ScriptedPeer();
  await using transport = connectTo(peer, [note("a"), note("b")]);
  const values = createContextValues().set(key, "given");
  const call = transport.unary(version, undefined, undefined, undefined, {}, values);
  assertEquals((await peer.nextRequest()).fields["x-by"], "b");
  peer.send(EMPTY_SETTINGS, response(1, new Uint8Array(0)));
  await call;
  const url = "http://localhost/containerd.services.version.v1.Version/Version";
  assertEquals(seen, [
    `a Version given ${url}`,
    `b Version given ${url}`,
    "b application/grpc false",
    "a application/grpc false",
  ]);
});

Deno.test("the signal that interceptors see ends with the call", async () => {
  const signals: AbortSignal[] = [];
  const keep: Interceptor = (next) => (request) => {
    signals.push(request.signal);
    return next(request);
  };
  const peer = new ScriptedPeer();
  await using transport = connectTo(peer, [keep]);
  const call = transport.unary(version, undefined, undefined, undefined, {});
  await peer.nextRequest();
  assertEquals(signals[0]?.aborted, false);
  peer.send(EMPTY_SETTINGS, response(1, new Uint8Array(0)));
  await call;
  assertEquals(signals[0]?.aborted, true);
  const requests = (async function* () {
    yield await Promise.resolve({ digest: "x" });
  })();
  const read = Content.method.read;
  const stream = await transport.stream(read, undefined, undefined, undefined, requests);
  assertEquals(signals[1]?.aborted, false);
  peer.send(responseTrailers(3, "0", ":status", "200", "content-type", "application/grpc"));
  await Array.fromAsync(stream.message);
  assertEquals(signals[1]?.aborted, true);
});

Deno.test("an interceptor's own signal ends the call, and so does the caller's", async () => {
  const inner = new AbortController();
  const replace: Interceptor = (next) => (request) => next({ ...request, signal: inner.signal });
  const peer = new ScriptedPeer();
  await using transport = connectTo(peer, [replace]);
  const call = transport.unary(version, undefined, undefined, undefined, {});
  call.catch(() => {});
  await peer.nextRequest();
  inner.abort();
  await assertRejects(() => call, ConnectError, "[canceled]");
  const outer = new AbortController();
  const copy: Interceptor = (next) => (request) => next({ ...request });
  const second = new ScriptedPeer();
  await using other = connectTo(second, [copy]);
  const next = other.unary(version, outer.signal, undefined, undefined, {});
  next.catch(() => {});
  await second.nextRequest();
  outer.abort(new Error("outer"));
  await assertRejects(() => next, ConnectError, "outer");
  await second.nextOf(FrameType.RST_STREAM);
});
