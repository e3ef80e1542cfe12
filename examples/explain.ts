/**
 * Finds out what takes space in a namespace, why it is kept, and what would be freed.
 *
 * Run: `deno run -A examples/explain.ts`, with busybox on PATH; containerd is started if none runs.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("explain");

// Two images that share a layer, and a container of one of them.
const which = new Deno.Command("/bin/sh", { args: ["-c", "readlink -f $(command -v busybox)"] });
const busybox = new TextDecoder().decode((await which.output()).stdout).trim();
const base = await ns.build("scratch").copy(busybox, "/bin/busybox", { mode: 0o755 })
  .entrypoint("/bin/busybox").tag("base:1").build();
const app = await ns.build(base).env({ MODE: "app" }).tag("app:1").build();
await using box = await ns.container("box").image(app).command("true").create();

// What takes how much. UNIQUE is what would go with an image.
console.log(String(await ns.df()));

// Why is that layer there? Every way to it, from something that is kept for its own sake.
const { manifest, chainId } = await base.resolve();
const why = await ns.explain({ content: manifest.layers[0]!.digest });
console.log(`\n${why}`);
console.log(`\n${await ns.explain({ snapshot: chainId! })}`);

// The same as data: may this image go, and what would that bring?
const { frees } = await ns.explain({ image: base });
console.log(`\nremoving ${base.name} would free ${frees.sizeBytes} bytes`);

// Without its container and its images, all of it goes with the next collection: have it now.
await box.remove();
await ns.images.remove(app);
await ns.images.remove(base);
await ns.gc();
console.log(`left: ${(await ns.df()).totalBytes} bytes`);
