/**
 * Says which packages are in an image, and writes that as SPDX and CycloneDX. Nothing is unpacked.
 *
 * Run: `deno task example examples/sbom.ts`, which takes a Debian minbase image that the set-up
 * made; or `deno run -A examples/sbom.ts ARCHIVE.tar`.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("sbom");
const [image] = await ns.images.import(archive, { name: "debian:sbom", unpack: false });

const sbom = await ns.sbom(image!);
console.log(`${sbom.distribution.name}: ${sbom.packages.length} packages`);
for (const { name, version } of sbom.packages.slice(0, 5)) console.log(`  ${name} ${version}`);

const dir = await Deno.makeTempDir();
await Deno.writeTextFile(`${dir}/debian.spdx.json`, JSON.stringify(sbom.spdx(), null, 2));
await Deno.writeTextFile(`${dir}/debian.cdx.json`, JSON.stringify(sbom.cycloneDx(), null, 2));
for await (const { name } of Deno.readDir(dir)) {
  console.log(`${name}: ${(await Deno.stat(`${dir}/${name}`)).size} bytes`);
}
await Deno.remove(dir, { recursive: true });
