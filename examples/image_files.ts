/**
 * Explains what is in an image, without unpacking or running it: its release, its largest folders,
 * who may become root, and what another image has more.
 *
 * Run: `deno task example examples/image_files.ts`, or with the path of an OCI or Docker archive.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

await using davit = await connect({ start: true });
const ns = davit.namespace("image-files");
const [image] = await ns.images.import(archive, { name: "explained:example" });
if (!image) throw new Error(`there is no image in ${archive}`);

const release = await image.files.readTextFile("/etc/os-release");
console.log("release:", /PRETTY_NAME="(.*)"/.exec(release)?.[1]);

const folders = new Map<string, number>();
const kinds = new Map<string, number>();
const setuid: string[] = [];
for await (const { path, kind, size, mode } of image.files.walk()) {
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const folder = path.split("/").slice(0, 3).join("/");
  folders.set(folder, (folders.get(folder) ?? 0) + size);
  if (kind === "file" && mode & 0o4000) setuid.push(path);
}
console.log("files:", Object.fromEntries(kinds));
console.log("largest folders:");
for (const [folder, size] of [...folders].sort(([, a], [, b]) => b - a).slice(0, 5)) {
  console.log(`  ${folder.padEnd(20)} ${(size / 1e6).toFixed(1)} MB`);
}
console.log("setuid:", setuid.join(" "));

let packages = 0;
for (const line of (await image.files.readTextFile("/var/lib/dpkg/status")).split("\n")) {
  if (line.startsWith("Package: ")) packages++;
}
console.log("packages:", packages);

// A container changes some files; its image is compared with the one that it was made of.
await using box = await ns.container().image(image).create();
await box.files.writeTextFile("/etc/motd", "hello\n");
await box.files.remove("/usr/share/doc", { recursive: true });
const next = await box.commit("explained:next", { message: "no documentation" });
const changes = await image.diff(next);
console.log("changes:", changes.length);
for (const change of changes.slice(0, 4)) console.log(`  ${change.type} ${change.path}`);
