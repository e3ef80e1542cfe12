import { assert, assertEquals, assertRejects } from "@std/assert";
import { createServiceClient } from "../api/client.ts";
import { CanceledError, TimeoutError, UnavailableError } from "../errors/errors.ts";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { Events } from "../gen/containerd/services/events_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import { MemoryTransport } from "./memory_transport.ts";
import { Router, type ServiceHandlers } from "./router.ts";

function connect(
  handlers: {
    version?: ServiceHandlers<typeof Version>;
    events?: ServiceHandlers<typeof Events>;
    content?: ServiceHandlers<typeof Content>;
  },
) {
  const router = new Router().add(Version, handlers.version ?? {})
    .add(Events, handlers.events ?? {}).add(Content, handlers.content ?? {});
  const transport = new MemoryTransport(router);
  const scope = { transport, address: "memory", headers: {} };
  const api = {
    version: createServiceClient(Version, scope),
    events: createServiceClient(Events, scope),
    content: createServiceClient(Content, scope),
  };
  return { api, transport };
}

/** Answers once, then waits until the call is over. */
async function* oneThenWait(signal: AbortSignal, log: string[]) {
  try {
    yield { topic: "/first" };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  } finally {
    log.push("over");
  }
}

Deno.test("MemoryTransport tells the one who answers of break, and never makes next() wait", async () => {
  const log: string[] = [];
  const { api } = connect({
    events: {
      subscribe: (_, { signal }) => {
        signal.addEventListener("abort", () => log.push("aborted"));
        return oneThenWait(signal, log);
      },
    },
  });
  for await (const { topic } of api.events.subscribe({})) {
    assertEquals(topic, "/first");
    break;
  }
  assertEquals(log[0], "aborted");
  const events = api.events.subscribe({});
  await events.next();
  const waiting = events.next();
  await events.return?.();
  assertEquals((await waiting).done, true);
});

Deno.test("MemoryTransport takes calls in the order in which they are made", async () => {
  const log: string[] = [];
  const { api } = connect({
    version: {
      version: () => {
        log.push("version");
        return {};
      },
    },
    events: {
      subscribe: (_, { signal }) => {
        log.push("subscribe");
        return oneThenWait(signal, []);
      },
    },
  });
  const events = api.events.subscribe({});
  await api.version.version({});
  await events.return?.();
  assertEquals(log, ["subscribe", "version"]);
});

Deno.test("MemoryTransport ends calls by signal, deadline and close", async () => {
  const never = new Promise<never>(() => {});
  const { api, transport } = connect({ version: { version: () => never } });
  const controller = new AbortController();
  const canceled = api.version.version({}, { signal: controller.signal });
  controller.abort(new Error("enough"));
  const error = await assertRejects(() => canceled, CanceledError, "enough");
  assertEquals(error.cause, controller.signal.reason);
  await assertRejects(
    () => api.version.version({}, { signal: AbortSignal.abort() }),
    CanceledError,
  );
  await assertRejects(() => api.version.version({}, { timeoutMs: 5 }), TimeoutError, "5 ms");
  const late = AbortSignal.timeout(5);
  await assertRejects(() => api.version.version({}, { signal: late }), TimeoutError);
  const open = api.version.version({});
  await transport.close();
  await assertRejects(() => open, UnavailableError, "closed");
  await assertRejects(() => api.version.version({}), UnavailableError, "closed");
});

Deno.test("MemoryTransport shares no message between caller and handler", async () => {
  const kept = { digest: "a", labels: { x: "1" } };
  const { api } = connect({ content: { info: () => ({ info: kept }) } });
  const { info } = await api.content.info({ digest: "a" });
  assert(info);
  info.labels.x = "changed";
  assertEquals(kept.labels.x, "1");
});

Deno.test("MemoryTransport lets the event loop turn below a loop of calls", async () => {
  const { api } = connect({ version: { version: () => ({ version: "1" }) } });
  let fired = false;
  const timer = setTimeout(() => fired = true, 0);
  for (let i = 0; i < 1000 && !fired; i++) await api.version.version({});
  clearTimeout(timer);
  assert(fired);
});
