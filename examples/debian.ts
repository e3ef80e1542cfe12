/**
 * Imports a real distribution, made by other tools, and looks around in it.
 *
 * Run: `deno task example examples/debian.ts`, which takes a Debian minbase image that the set-up
 * made with debootstrap and umoci; or `deno run -A examples/debian.ts ARCHIVE.tar` with any OCI or
 * Docker archive, such as `skopeo copy` and `docker save` write them.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("debian");

const [image] = await ns.images.import(archive, { name: "debian:example" });
if (!image) throw new Error(`there is no image in ${archive}`);
const { config, manifest } = await image.resolve();
const megabytes = manifest.layers.reduce((sum, layer) => sum + layer.size, 0) / 1e6;
console.log(`${image.name}: ${config.os}/${config.architecture}, ${megabytes.toFixed(1)} MB`);

const base = ns.run(image);
const [apt, id, release] = await Promise.all([
  base.command("apt-get", "--version").lines(),
  base.command("id").text(),
  base.sh`. /etc/os-release && echo "$PRETTY_NAME"`.text(),
]);
console.log(`apt:     ${apt[0]}`);
console.log(`id:      ${id}`);
console.log(`release: ${release}`);

// Interpolations are quoted, whatever is in them.
const name = "it's; rm -rf /";
console.log(await base.sh`printf 'name:    %s\n' ${name}`.text());

// As another user, in another folder.
const where = await base.user("nobody").cwd("/tmp").sh`whoami; pwd`.lines();
console.log(`whoami:  ${where.join(" in ")}`);
