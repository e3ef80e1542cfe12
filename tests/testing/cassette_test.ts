import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DavitError, InvalidArgumentError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import type { Client } from "../../lib/client/client.ts";
import { recordCassette, replayCassette } from "../../lib/testing/mod.ts";
import { daemonTest } from "../harness/daemons.ts";

/** What is recorded and replayed: what it returns must be the same. */
async function session(client: Client, namespace: string, image: string): Promise<unknown> {
  const ns = client.namespace(namespace);
  const base = ns.run(image);
  const events = ns.events({ topic: "/tasks/exit" });
  const first = await base.command("sh", "-c", "echo out; echo err >&2; exit 3").noThrow();
  const exits: number[] = [];
  for await (const event of events) {
    if (event.topic !== "/tasks/exit") continue;
    exits.push(event.event.exitStatus);
    break;
  }
  const several = await Promise.all(
    ["a", "b", "c"].map((text) => base.command("echo", text).text()),
  );
  const input = await base.command("cat").stdin("from outside").text();
  const user = await base.command("id", "-un").user("app").text();
  const error = await assertRejects(async () => await base.command("false"), ExitError);
  const missing = await base.command("no-such-command").noThrow().then(String, String);
  await using lease = await ns.leases.create();
  const { digest } = await ns.withLease(lease).content.write(new Uint8Array(5000).fill(7));
  const bytes = await ns.content.readAll(digest);
  await using container = await ns.container("named").image(image).command("sleep", "1000")
    .env({ PASSWORD: "hunter2" }).start();
  const listed = (await ns.containers.list()).map(({ id, state }) => `${id} ${state}`);
  const executed = await container.exec("echo", "exec").text();
  await container.kill("SIGKILL");
  const { signal } = await container.wait();
  return {
    first: [first.stdout, first.stderr, first.exitCode],
    exits,
    several: several.toSorted(),
    input,
    user,
    error: error.message,
    missing,
    bytes: bytes.length,
    listed,
    executed,
    signal,
  };
}

daemonTest("a recorded session is replayed without the daemon", async (env) => {
  const { address, ns, image } = env;
  const folder = await Deno.makeTempDir();
  const path = `${folder}/session.json`;
  const { name } = await image();
  const redact = ["hunter2"];
  let recorded: unknown;
  {
    await using recording = await recordCassette(path, { address, redact });
    recorded = await session(recording.client, ns.name, name);
  }
  const text = await Deno.readTextFile(path);
  assert(!text.includes("hunter2"));
  assert(!text.includes(`"${Deno.readTextFileSync("/etc/machine-id").trim()}`));
  assertStringIncludes(text, "«secret»");
  // Often enough for other orders of what happens at once.
  for (let i = 0; i < 5; i++) {
    await using replay = await replayCassette(path, { redact });
    assertEquals(await session(replay.client, ns.name, name), recorded);
    await replay.client.close();
    assertEquals(replay.unused, []);
  }
  await Deno.remove(folder, { recursive: true });
}, { timeoutMs: 60_000 });

daemonTest("a replay says what was not recorded", async ({ address, ns }) => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/session.json`;
  {
    await using recording = await recordCassette(path, { address });
    await recording.client.namespace(ns.name).images.list();
    await assertRejects(() => recording.client.namespace(ns.name).content.info(NONE));
  }
  await using replay = await replayCassette(path);
  const other = replay.client.namespace(ns.name);
  assertEquals(await other.images.list(), []);
  // What only reads may be repeated.
  assertEquals(await other.images.list(), []);
  const missing = await assertRejects(() => other.content.info(NONE), DavitError);
  assertEquals(missing.code, "not_found");
  const error = await assertRejects(
    () => other.api.images.create({ image: { name: "x" } }),
    DavitError,
    'has no such call: containerd.services.images.v1.Images/Create in namespace "',
  );
  assertStringIncludes(error.message, "record it again");
  await assertRejects(
    () => replay.client.namespace("other").images.list(),
    DavitError,
    "recorded",
  );
  await Deno.writeTextFile(path, "{}");
  await assertRejects(() => replayCassette(path), InvalidArgumentError, "no cassette");
  await Deno.writeTextFile(path, "no JSON");
  await assertRejects(() => replayCassette(path), InvalidArgumentError, "not JSON");
  await Deno.remove(folder, { recursive: true });
});

const NONE = `sha256:${"0".repeat(64)}`;
