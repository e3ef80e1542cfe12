/**
 * Copies an image to another namespace, loses some of it there, and repairs it. Between daemons it
 * is the same: `image.sync(other.namespace("prod"))`.
 *
 * Run: `deno run -A examples/sync.ts`, or `deno task example examples/sync.ts`.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const [build, prod] = [davit.namespace("sync-build"), davit.namespace("sync-prod")];
const app = await build.build("scratch").copy({ "hello.txt": "hello" }, "/").tag("app:1").build();

// Namespaces of one daemon share what is stored: nothing is sent.
const copy = await app.sync(prod, {
  onProgress: ({ phase, name, current, total }) => console.log(phase, name, `${current}/${total}`),
});
console.log(`${copy.name} is ${copy.digest}, complete: ${(await copy.check()).complete}`);

const { manifest } = await copy.resolve();
await prod.content.delete(manifest.layers[0]!.digest);
const { complete, missing } = await copy.check();
console.log(`complete: ${complete}, missing: ${missing.map(({ digest }) => digest)}`);

// What is missing comes from the other namespace again; image.repair() would ask the registry.
await app.sync(prod);
console.log(`complete: ${(await copy.check()).complete}`);

// Many images at once, with one progress; a failure does not keep the others.
const wanted = (Deno.env.get("DAVIT_IMAGES") ?? "").split(" ").filter((name) => name !== "");
const pulled = await prod.images.sync(wanted, {
  onProgress: ({ done, images, current, total }) => console.log(done, images, current, total),
});
console.log(`pulled ${pulled.length} images`);
for (const ns of [build, prod]) await davit.namespaces.deleteAll(ns.name);
