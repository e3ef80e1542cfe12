/**
 * Looks at an image from all sides, and makes others of it: zstd, Docker's media types, an index.
 *
 * Run: `deno run -A examples/convert.ts`, or `deno task example examples/convert.ts`.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const { images } = davit.namespace("convert");
const text = "the same line again and again\n".repeat(20_000);
const app = await davit.namespace("convert").build("scratch")
  .copy({ "text.txt": text }, "/")
  .tag("app:1")
  .build();

for (const { createdBy, sizeBytes } of await app.history()) {
  console.log(`${createdBy}: ${sizeBytes} bytes`);
}
const sizeOf = async (name: string): Promise<number> => {
  const { manifest } = await (await images.get(name)).resolve();
  return manifest.layers.reduce((sum, { size }) => sum + size, 0);
};
await app.convert("app:plain", { compression: "none" });
await app.convert("app:zstd", { compression: "zstd", level: 19 });
await app.convert("app:docker", { mediaTypes: "docker", compression: "gzip" });
for (const name of ["app:1", "app:plain", "app:zstd", "app:docker"]) {
  const { target } = await images.get(name);
  console.log(`${name}: ${await sizeOf(name)} bytes, ${target.mediaType}`);
}

// An index, as for an image of several platforms; the other one here only says that it is for arm64.
const arm = await davit.namespace("convert").build(app).tag("app:arm").build();
const both = await images.createIndex("app:all", [
  app,
  { image: arm, platform: { os: "linux", architecture: "arm64" }, annotations: { note: "a test" } },
]);
for (const { platform, unpacked, missing } of (await both.inspect()).manifests) {
  console.log(platform?.architecture, "unpacked by", unpacked, "missing", missing.length);
}
const { images: removed, freedBytes } = await images.prune({ all: true });
console.log(`removed ${removed.length} names, freed ${freedBytes} bytes`);
