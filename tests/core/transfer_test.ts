import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  AlreadyExistsError,
  CanceledError,
  DavitError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { DataSchema } from "../../lib/gen/containerd/transfer/stream_pb.ts";
import type { TransferProgress } from "../../lib/core/transfer/transfer.ts";
import type { FileSystemMount } from "../../lib/core/snapshot/mounts.ts";
import { ctr } from "../harness/ctr.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

async function gather(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(ReadableStream.from(parts)).arrayBuffer());
}

/** A stream that keeps what it is given. */
function memory(): { stream: WritableStream<Uint8Array>; bytes(): Uint8Array; ends: string[] } {
  const parts: Uint8Array[] = [];
  const ends: string[] = [];
  return {
    ends,
    stream: new WritableStream({
      write: (part) => void parts.push(part),
      close: () => void ends.push("closed"),
      abort: () => void ends.push("aborted"),
    }),
    bytes: () => new Uint8Array(parts.flatMap((part) => [...part])),
  };
}

daemonTest("transfer() exports an image and imports it again", async (t) => {
  const image = await t.image();
  const archive = memory();
  const progress: TransferProgress[] = [];
  await t.ns.transfer({ image: { name: image.name } }, { archive: archive.stream }, {
    onProgress: (step) => progress.push(step),
  });
  assertEquals(archive.ends, ["closed"]);
  assert(progress.length > 0, "no progress was reported");
  const bytes = archive.bytes();
  const file = await Deno.makeTempFile({ suffix: ".tar" });
  await Deno.writeFile(file, bytes);
  const listing = await new Deno.Command("tar", { args: ["-tf", file] }).output();
  await Deno.remove(file);
  assertStringIncludes(
    new TextDecoder().decode(listing.stdout),
    `blobs/${image.digest.replace(":", "/")}`,
  );
  await t.ns.images.remove(image, { sync: true });
  const steps: TransferProgress[] = [];
  await t.ns.transfer(
    { archive: ReadableStream.from([bytes]) },
    {
      image: {
        name: "",
        labels: { made: "here" },
        references: [{ name: "davit.test/busybox", isPrefix: true, allowOverwrite: true }],
        unpack: [{ snapshotter: "overlayfs" }],
      },
    },
    { onProgress: (step) => steps.push(step) },
  );
  assert(steps.length > 0);
  const back = await t.ns.images.get(image.name);
  assertEquals(back.digest, image.digest);
  assertEquals(back.labels, { made: "here" });
  assertEquals(await t.ns.run(back).command("echo", "runs").text(), "runs");
}, { versions: ["2.1"] });

daemonTest("transfer() names an image anew, as ctr sees it", async (t) => {
  const image = await t.image();
  await t.ns.transfer({ image: { name: image.name } }, { image: { name: "example.invalid/b:1" } });
  assertStringIncludes(await ctr(t, "images", "ls", "-q"), "example.invalid/b:1");
}, { versions: ["2.1"] });

daemonTest("transfer() fails with the daemon's reason and ends what it opened", async (t) => {
  const archive = memory();
  await assertRejects(
    () => t.ns.transfer({ image: { name: "nothere" } }, { archive: archive.stream }),
    NotFoundError,
    "nothere",
  );
  assertEquals(archive.ends, ["aborted"]);
  let left = false;
  const endless = async function* () {
    try {
      while (true) yield await Promise.resolve(new Uint8Array(1 << 20).fill(7));
    } finally {
      left = true;
    }
  };
  await assertRejects(
    () => t.ns.transfer({ archive: endless() }, { image: { name: "x" } }),
    DavitError,
  );
  assertEquals(left, true);
  const own = new Error("the source broke");
  const broken = async function* () {
    yield await Promise.resolve(new Uint8Array(512));
    throw own;
  };
  const error = await t.ns.transfer({ archive: broken() }, { image: { name: "x" } }).catch((e) =>
    e
  );
  assertEquals(error, own);
  const image = await t.image();
  const why = new Error("no more of this");
  const raised = await t.ns.transfer({ image: { name: image.name } }, {
    archive: new WritableStream({
      write() {
        throw why;
      },
    }),
  }).catch((e) => e);
  assertEquals(raised, why);
}, { versions: ["2.1"] });

daemonTest("transfer() ends with the caller's signal", async (t) => {
  const controller = new AbortController();
  const stalled = async function* () {
    yield new Uint8Array(512);
    controller.abort();
    await new Promise<void>((resolve) => t.signal.addEventListener("abort", () => resolve()));
  };
  await assertRejects(
    () =>
      t.ns.transfer({ archive: stalled() }, { image: { name: "x" } }, {
        signal: controller.signal,
      }),
    CanceledError,
  );
}, { versions: ["2.1"] });

daemonTest("transfer() asks for credentials when the registry does", async (t) => {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const known = request.headers.get("authorization") === `Basic ${btoa("me:secret")}`;
    return known ? new Response("not there", { status: 404 }) : new Response("who?", {
      status: 401,
      headers: { "www-authenticate": 'Basic realm="test"' },
    });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  try {
    await assertRejects(
      () =>
        t.ns.transfer({
          registry: {
            reference: `${host}/a/b:1`,
            scheme: "http",
            credentials: (question) => {
              asked.push(question.host);
              return { username: "me", secret: "secret" };
            },
          },
        }, { image: { name: `${host}/a/b:1` } }),
      NotFoundError,
    );
    assertEquals([...new Set(asked)], [host]);
  } finally {
    await server.shutdown();
  }
}, { versions: ["2.1"] });

daemonTest("transfer() and openStream() say what they need", async (t) => {
  const error = await assertRejects(
    () => t.ns.transfer({ image: { name: "a" } }, { image: { name: "b" } }),
    UnsupportedError,
  );
  assertStringIncludes(error.needed, "containerd 2.0");
  if (t.version === "1.6") await assertRejects(() => t.ns.openStream(), UnsupportedError, "1.7");
}, { versions: ["1.6", "1.7"] });

daemonTest("openStream() is known to the daemon when it returns", async ({ ns }) => {
  await using stream = await ns.openStream("mine");
  assertEquals(stream.id, "mine");
  await assertRejects(() => ns.openStream("mine"), AlreadyExistsError, '"mine"');
  stream.send(DataSchema, { data: new Uint8Array(3) });
}, { versions: ["1.7", "2.1"] });

daemonTest("mounts say what they need", async ({ ns }) => {
  for (
    const call of [
      () => ns.mounts.list(),
      () => ns.mounts.info("a"),
      () => ns.mounts.activate("a", []),
      () => ns.mounts.deactivate("a"),
      () => ns.mounts.label("a", { b: "c" }),
    ]
  ) {
    const error = await assertRejects(call, UnsupportedError);
    assertStringIncludes(error.needed, "containerd 2.2");
  }
});

/** The mounts of a new snapshot of the image; it is removed at the end of the scope. */
async function snapshotOf(t: DaemonTestEnv) {
  const image = await t.image();
  const parent = await image.unpack();
  const at = { snapshotter: "overlayfs", key: `work-${crypto.randomUUID()}` };
  const { mounts } = await t.ns.api.snapshots.prepare({
    ...at,
    parent: parent!,
    // Nothing else keeps it from the garbage collector.
    labels: { "containerd.io/gc.root": "test" },
  });
  return {
    parent: parent!,
    mounts: mounts as readonly FileSystemMount[],
    [Symbol.asyncDispose]: async () => void await t.ns.api.snapshots.remove(at),
  };
}

daemonTest("readTree() reads a snapshot as a tar", async (t) => {
  await using snapshot = await snapshotOf(t);
  const bytes = await gather(t.ns.readTree(snapshot.mounts));
  const file = await Deno.makeTempFile({ suffix: ".tar" });
  await Deno.writeFile(file, bytes);
  const { stdout } = await new Deno.Command("tar", { args: ["-xOf", file, "etc/passwd"] }).output();
  await Deno.remove(file);
  assertStringIncludes(new TextDecoder().decode(stdout), "app:x:1000");
  assertEquals((await t.ns.leases.list()).length, 0);
});

daemonTest("readTree() lets its lease go when the loop is left", async (t) => {
  await using snapshot = await snapshotOf(t);
  for await (const _ of t.ns.readTree(snapshot.mounts)) break;
  assertEquals((await t.ns.leases.list()).length, 0);
});

daemonTest("diff() makes a layer that applyDiff() applies", async (t) => {
  await using lease = await t.ns.leases.create();
  const ns = t.ns.withLease(lease);
  await using before = await snapshotOf(t);
  await using after = await snapshotOf(t);
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/new`, "made by a test");
    const bind = { type: "bind", source: folder, options: ["bind", "ro"] };
    const layer = await ns.diff({ right: [bind], labels: { made: "here" } });
    assertEquals(layer.mediaType, "application/vnd.oci.image.layer.v1.tar+gzip");
    const info = await ns.content.info(layer.digest);
    assertEquals([info.sizeBytes, info.labels["made"]], [layer.size, "here"]);
    const applied = await ns.applyDiff(layer, after.mounts);
    assertEquals(applied.digest, info.labels["containerd.io/uncompressed"]);
    const change = await ns.diff({
      left: before.mounts.map((mount) => ({ ...mount })),
      right: after.mounts,
      mediaType: "application/vnd.oci.image.layer.v1.tar",
    });
    const tar = new TextDecoder().decode(await ns.content.readAll(change.digest));
    assertStringIncludes(tar, "made by a test");
    assertEquals(tar.includes("bin/busybox"), false);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

daemonTest("diff() dates a layer where the daemon can, and refuses elsewhere", async (t) => {
  await using lease = await t.ns.leases.create();
  const ns = t.ns.withLease(lease);
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/new`, "x");
    const bind = { type: "bind", source: folder, options: ["bind", "ro"] };
    const dated = () =>
      ns.diff({
        right: [bind],
        sourceDate: new Date(1_000_000),
        mediaType: "application/vnd.oci.image.layer.v1.tar",
      });
    if (t.version === "1.6") {
      await assertRejects(dated, UnsupportedError, "containerd 1.7");
      return;
    }
    const { digest } = await dated();
    await Deno.utime(`${folder}/new`, 2_000_000_000, 2_000_000_000);
    await Deno.utime(folder, 2_000_000_000, 2_000_000_000);
    assertEquals((await dated()).digest, digest);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

daemonTest("diff() and applyDiff() refuse mounts that would be left behind", async ({ ns }) => {
  const mounts = [{ type: "bind", source: "/", options: ["rbind", "ro"] }];
  const layer = { mediaType: "x", digest: `sha256:${"0".repeat(64)}`, size: 1 } as const;
  await assertRejects(() => ns.diff({ right: mounts }), InvalidArgumentError, "rbind");
  await assertRejects(() => ns.applyDiff(layer, mounts), InvalidArgumentError, "rbind");
});
