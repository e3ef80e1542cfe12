import { assert, assertEquals, assertRejects } from "@std/assert";
import { DavitError, UnavailableError } from "../../lib/errors/errors.ts";
import { ExitStatusLostError } from "../../lib/errors/process_errors.ts";
import { listProcesses } from "../../lib/daemon/processes.ts";
import { killProcess, ownDaemonTest } from "./robust_support.ts";

/** A file in a folder that containers see, for them to wait for. */
async function gate() {
  const folder = await Deno.makeTempDir({ prefix: "davit-robust-" });
  return {
    folder,
    open: () => Deno.writeTextFile(`${folder}/open`, ""),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const WAIT_FOR_GATE = "until test -e /gate/open; do sleep 0.05; done";

ownDaemonTest("wait() gives the process's own code over a restart", async (own) => {
  await using door = await gate();
  const box = await own.ns.container("box").image(own.image)
    .mount({ bind: door.folder, to: "/gate" })
    .command("sh", "-c", `${WAIT_FOR_GATE}; exit 7`).start();
  const ended = box.wait();
  await own.kill();
  await own.start();
  await door.open();
  assertEquals((await ended).exitCode, 7);
  await box.remove();
});

ownDaemonTest("wait() says when a status was lost while the daemon was down", async (own) => {
  const box = await own.ns.container("box").image(own.image).command("sleep", "1000").start();
  const ended = box.wait();
  ended.catch(() => {});
  await own.kill();
  await killProcess(box.pid);
  await own.start();
  // containerd 1.6 keeps a shim whose process has ended, and that knows how; others clear it away.
  if (own.version === "1.6") assertEquals((await ended).signal, "SIGKILL");
  else await assertRejects(() => ended, ExitStatusLostError, "was not running");
  await box.remove();
  assertEquals(await own.ns.containers.list(), []);
});

ownDaemonTest("wait() never takes the end of a shim for that of the process", async (own) => {
  const box = await own.ns.container("box").image(own.image).command("sleep", "1000").start();
  const ended = assertRejects(() => box.wait(), ExitStatusLostError, '"box"');
  const shim = listProcesses().find(({ argv }) =>
    argv[0]?.includes("containerd-shim") && argv.includes(own.place.namespace) &&
    argv.includes("box")
  );
  await killProcess(shim!.pid);
  await ended;
  await box.remove();
});

ownDaemonTest("run() brings result and output over a restart", async (own) => {
  await using door = await gate();
  const started = Promise.withResolvers<void>();
  // A process can be ahead of the answer that it was started.
  const watching = own.client.use(({ service, method }) => ({
    end() {
      if (service.endsWith(".Tasks") && method === "Start") started.resolve();
    },
  }));
  const result = watching.namespace(own.ns.name).run(own.image.name)
    .mount({ bind: door.folder, to: "/gate" })
    .command("sh", "-c", `echo before; touch /gate/up; ${WAIT_FOR_GATE}; echo after; exit 3`)
    .noThrow().then((value) => value);
  result.catch(() => {});
  await started.promise;
  await until(() => Deno.lstatSync(`${door.folder}/up`).isFile);
  await own.kill();
  await own.start();
  await door.open();
  const { exitCode, stdout } = await result;
  assertEquals([exitCode, stdout], [3, "before\nafter\n"]);
  await watching.close();
});

/** Resolves when a condition holds that nobody tells of. */
async function until(holds: () => boolean): Promise<void> {
  const limit = AbortSignal.timeout(20_000);
  while (true) {
    try {
      if (holds()) return;
    } catch { /* not yet */ }
    limit.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function sha256(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = await new Response(ReadableStream.from(parts)).arrayBuffer();
  return `sha256:${new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex()}`;
}

ownDaemonTest("content.read() goes on where it was after a restart", async (own) => {
  const bytes = new Uint8Array(48 * 1024 * 1024);
  for (let at = 0; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  await using lease = await own.ns.leases.create();
  const ns = own.ns.withLease(lease);
  const { digest } = await ns.content.write(bytes);
  let restarts = 0;
  const interrupted = async function* (from: AsyncIterable<Uint8Array>) {
    for await (const part of from) {
      yield part;
      if (restarts++ === 0) {
        await own.kill();
        await own.start();
      }
    }
  };
  assertEquals(await sha256(interrupted(ns.content.read(digest))), digest);
  assert(restarts > 1, "it came in one piece");
  restarts = 0;
  const part = bytes.subarray(1000, 40_000_000);
  assertEquals(
    await sha256(interrupted(ns.content.read(digest, { offset: 1000, sizeBytes: part.length }))),
    `sha256:${new Uint8Array(await crypto.subtle.digest("SHA-256", part)).toHex()}`,
  );
});

ownDaemonTest(
  "content.write() fails typed, and a named one goes on after a restart",
  async (own) => {
    const chunk = 2 * 1024 * 1024;
    const bytes = new Uint8Array(10 * chunk).map((_, i) => i * 31);
    const source = async function* (between: (at: number) => Promise<void>) {
      for (let at = 0; at < bytes.length; at += chunk) {
        yield bytes.subarray(at, at + chunk);
        await between(at);
      }
    };
    await using lease = await own.ns.leases.create();
    const { content } = own.ns.withLease(lease);
    const write = content.write(
      source(async (at) => {
        if (at === 6 * chunk) await own.kill();
      }),
      { ref: "upload" },
    );
    await assertRejects(() => write, UnavailableError);
    await own.start();
    const { status } = await own.ns.api.content.status({ ref: "upload" });
    assert(Number(status?.offset) >= 4 * chunk, `only ${status?.offset} bytes were kept`);
    const { digest, sizeBytes } = await content.write(source(() => Promise.resolve()), {
      ref: "upload",
    });
    assertEquals(sizeBytes, bytes.length);
    assertEquals(digest, await sha256(source(() => Promise.resolve())));
  },
);

ownDaemonTest("reads are repeated over a restart, changes are not", async (own) => {
  await own.kill();
  const reads = [
    own.ns.images.list().then((images) => images.length),
    own.ns.images.get(own.image.name).then(({ digest }) => digest === own.image.digest),
    own.ns.containers.list().then((list) => list.length),
    Array.fromAsync(own.ns.api.content.list({})).then((list) => list.length > 0),
    own.client.version().then(({ version }) => version.startsWith(own.version)),
  ];
  const change = own.ns.images.set("changed", own.image.target);
  await assertRejects(() => change, UnavailableError);
  await own.start();
  assertEquals(await Promise.all(reads), [1, true, 0, true, true]);
});

ownDaemonTest("reads stop to be repeated when the caller or the client gives up", async (own) => {
  await own.kill();
  await assertRejects(() => own.ns.images.list({ signal: AbortSignal.timeout(200) }));
  await assertRejects(() => own.ns.api.images.list({}, { timeoutMs: 200 }), DavitError);
  const read = assertRejects(() => own.ns.images.list(), UnavailableError);
  await own.client.close();
  await read;
  await own.start();
});
