import { assert, assertEquals, assertRejects } from "@std/assert";
import { DavitError } from "../../lib/errors/errors.ts";
import { putBlob } from "../api/support.ts";
import { type OwnDaemon, ownDaemonTest } from "./robust_support.ts";

const IMAGES = 6000;
const LEASES = 3000;
const BLOBS = 1000;
/** Each with 64 KiB in its spec: 20 MiB in all, more than one message may have. */
const CONTAINERS = 320;
const MIB = 1024 * 1024;

/** Does something many times, some of them at once. */
async function many(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: 64 }, async () => {
    while (next < count) await work(next++);
  }));
}

async function measured(
  own: OwnDaemon,
): Promise<Record<"counts" | "held", Record<string, number>>> {
  const script = new URL("robust_scale_script.ts", import.meta.url).pathname;
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--v8-flags=--expose-gc", script, own.address, own.ns.name],
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(output.code, 0, decode(output.stderr));
  return JSON.parse(decode(output.stdout));
}

ownDaemonTest("containers.list() lists more than a message may have", async (own) => {
  const { api } = own.ns;
  const value = new TextEncoder().encode(
    JSON.stringify({ ociVersion: "1.0.2", annotations: { long: "x".repeat(65_536) } }),
  );
  const typeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Spec";
  await many(CONTAINERS, (i) =>
    api.containers.create({
      container: {
        id: `box-${i}`,
        runtime: { name: "io.containerd.runc.v2" },
        spec: { typeUrl, value },
      },
    }));
  await assertRejects(() => api.containers.list({}), DavitError, "larger than max");
  const { counts, held } = await measured(own);
  assertEquals(counts["containers"], CONTAINERS);
  assert(held["containers"]! < 4 * MIB, `${held["containers"]} bytes are held for the list`);
  const ids = await own.ns.containers.list();
  await many(ids.length, (i) => api.containers.delete({ id: ids[i]!.id }));
});

ownDaemonTest("10 000 images, leases and blobs are listed in little memory", async (own) => {
  const { api } = own.ns;
  const { mediaType, digest, size } = own.image.target;
  const target = { mediaType, digest, size: BigInt(size) };
  await many(IMAGES - 1, (i) => api.images.create({ image: { name: `image-${i}`, target } }));
  await many(LEASES, (i) => api.leases.create({ id: `lease-${i}` }));
  const present = (await Array.fromAsync(own.ns.content.list())).length;
  const root = { "containerd.io/gc.root": "test" };
  await many(BLOBS - present, (i) => putBlob(api, new TextEncoder().encode(`blob ${i}`), root));
  const { counts, held } = await measured(own);
  assertEquals(counts, { images: IMAGES, leases: LEASES, containers: 0, content: BLOBS });
  for (const [kind, bytes] of Object.entries(held)) {
    assert(bytes < 16 * MIB, `${kind}: ${bytes} bytes are held`);
  }
  assert(held["content"]! < 4 * MIB, `blobs: ${held["content"]} bytes are held on the way`);
  const { images, content } = await own.ns.df();
  assertEquals([images.length, content.count], [IMAGES, BLOBS]);
  // What is measured is this side of the calls: one version is enough.
}, { versions: ["2.1"] });
