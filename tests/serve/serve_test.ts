import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { AlreadyExistsError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { ask, type Message, messages, signIn } from "./support.ts";

daemonTest("a dashboard streams containers, images, numbers, events and logs", async (env) => {
  const { client, ns, signal } = env;
  await env.image();
  await using web = await ns.container("web").image(BUSYBOX)
    .env({ SECRET: "s3cret" })
    .sh`echo one; echo two >&2; while true; do :; done`.start();
  await using dashboard = await client.serve({ namespace: ns.name });
  const get = await signIn(dashboard.url);

  const daemon = await (await get("/api/daemon")).json();
  assertEquals([daemon.namespace, daemon.actions], [ns.name, []]);
  assert(daemon.namespaces.includes(ns.name));

  const seen: Message[] = [];
  const stream = await get(`/api/stream?namespace=${ns.name}`, { signal });
  const last = (type: string) => seen.findLast((message) => message.type === type)?.data;
  let made = false;
  for await (const message of messages(stream)) {
    seen.push(message);
    // The others are there at once; numbers come after a second.
    if (!made && last("stats") && last("containers") && last("images")) {
      made = true;
      await ns.images.tag(BUSYBOX, "davit.test/other:1");
      await web.pause();
    }
    const ready = last("images")?.length === 2 && last("container")?.state === "paused" &&
      seen.some(({ type, data }) => type === "event" && data.topic === "/tasks/paused");
    if (ready) break;
  }
  await ns.tasks.resume("web");
  assertEquals(last("containers").map((row: { id: string; state: string }) => row.id), ["web"]);
  const [id, , bytes, , pids] = last("stats")[0];
  assertEquals([id, bytes > 0, pids >= 1], ["web", true, true]);
  assertMatch(last("images")[0].platform, /^linux\//);

  const details = await (await get(`/api/container?namespace=${ns.name}&id=web`)).json();
  assertStringIncludes(details.command.join(" "), "echo one");
  assert(details.env.includes("SECRET"));
  assert(!JSON.stringify(details).includes("s3cret"), "values of the environment stay here");

  const lines: unknown[] = [];
  for await (const { type, data } of messages(await get(`/api/logs?namespace=${ns.name}&id=web`))) {
    if (type === "lines") lines.push(...data);
    if (lines.length >= 2) break;
  }
  const text = lines.map((line) => (line as string[]).slice(1).join(" ")).sort();
  assertEquals(text, ["stderr two", "stdout one"]);

  const missing = await get(`/api/container?namespace=${ns.name}&id=nope`);
  assertEquals(missing.status, 404);
  assertStringIncludes(await missing.text(), 'Cannot find container "nope"');
  const stop = { method: "POST", headers: { origin: new URL(dashboard.url).origin } };
  const refused = await get(`/api/container/stop?namespace=${ns.name}&id=web`, stop);
  assertEquals(refused.status, 403);
  assertStringIncludes(await refused.text(), "writable: true");
});

daemonTest("a dashboard lets in who has its link, once, and no other site", async (env) => {
  await using dashboard = await env.client.serve({ namespace: env.ns.name });
  const { port, url } = dashboard;
  assertStringIncludes(Deno.inspect(dashboard), `Open ${url}\n`);
  const host = `127.0.0.1:${port}`;
  const path = url.slice(url.indexOf("/?"));
  assertEquals(await ask(port, `GET ${path} HTTP/1.1\r\nHost: evil.example:${port}`), 421);
  assertEquals(await ask(port, `GET / HTTP/1.1\r\nHost: ${host}`), 401);
  for (const page of ["/api/daemon", `/api/stream?namespace=${env.ns.name}`, "/x"]) {
    assertEquals(await ask(port, `GET ${page} HTTP/1.1\r\nHost: ${host}`), 401, page);
  }
  const get = await signIn(url);
  assertEquals(await ask(port, `GET ${path} HTTP/1.1\r\nHost: ${host}`), 401, "a link works once");
  const page = await get("/");
  assertEquals(page.status, 200);
  assertStringIncludes(page.headers.get("content-security-policy") ?? "", "default-src 'none'");
  assertStringIncludes(await page.text(), "<title>Davit</title>");
  for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1"]) {
    const answer = await get("/api/daemon", { headers: { origin } });
    assertEquals(answer.status, 403, origin);
    await answer.body?.cancel();
  }
  for (const bad of ["/api/stream?namespace=..%2Fx", "/api/logs?namespace=a", "/api/logs?id=a"]) {
    const answer = await get(bad);
    assertEquals(answer.status, 400, bad);
    await answer.body?.cancel();
  }
  const again = await signIn(dashboard.invite());
  const absent = await again("/x");
  assertEquals(absent.status, 404);
  await absent.body?.cancel();

  // A client that may only read serves as well.
  const reader = env.client.restricted({ readOnly: true, namespace: env.ns.name });
  await using small = await reader.serve();
  const ask2 = await signIn(small.url);
  for await (const { type, data } of messages(await ask2(`/api/stream?namespace=${env.ns.name}`))) {
    assertEquals(type === "problem" && data !== "", false, JSON.stringify(data));
    if (type === "containers") break;
  }
  const elsewhere = await ask2("/api/container?namespace=default&id=web");
  assertEquals(elsewhere.status, 403);
  await elsewhere.body?.cancel();

  await assertRejects(() => env.client.serve({ port }), AlreadyExistsError, `port ${port}`);
  await assertRejects(() => env.client.serve({ port: 70_000 }), InvalidArgumentError, "65535");
}, { versions: ["2.1"] });

daemonTest(
  "a dashboard that is writable acts; it ends by signal, and with its client",
  async (env) => {
    const { ns, client } = env;
    await env.image();
    await using web = await ns.container("web").image(BUSYBOX).command("sleep", "1000").start();
    const over = new AbortController();
    const dashboard = await client.serve({
      namespace: ns.name,
      writable: true,
      signal: over.signal,
    });
    const { origin } = new URL(dashboard.url);
    const get = await signIn(dashboard.url);
    const act = async (action: string) => {
      const path = `/api/container/${action}?namespace=${ns.name}&id=${web.id}`;
      const answer = await get(path, { method: "POST", headers: { origin } });
      await answer.body?.cancel();
      return answer.status;
    };
    const state = async () => (await ns.containers.list())[0]?.state;
    assertEquals([await act("pause"), await state()], [204, "paused"]);
    assertEquals([await act("resume"), await state()], [204, "running"]);
    assertEquals(await act("start"), 409);
    assertEquals(await act("explode"), 400);
    assertEquals([await act("remove"), await state()], [204, undefined]);
    assertEquals(await act("stop"), 404);

    const stream = await get(`/api/stream?namespace=${ns.name}`);
    over.abort();
    await dashboard.finished;
    await dashboard.close();
    for await (const _ of stream.body!);
    // A port is free when a dashboard has ended.
    const { port } = dashboard;
    const next = await client.serve({ port });
    assertEquals(next.port, port);
    await client.close();
    await next.finished;
  },
  { versions: ["2.1"] },
);
