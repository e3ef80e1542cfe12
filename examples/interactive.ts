/**
 * Gives you a shell in a container: ctrl-p ctrl-q leaves it.
 *
 * Run: `deno task example examples/interactive.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/interactive.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("interactive");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

console.log("A shell in a container; leave it with exit, or with ctrl-p ctrl-q.");
const end = await ns.run(image).hostname("inside").env({ PS1: "inside# " })
  .command("/bin/sh").interactive();
console.log(end.detached ? "left it" : `it ended with ${end.exitCode}`);

// A shell that outlives the connection: anybody can attach to it, as often as they like.
await using shell = await ns.container("shell").image(image).tty().openStdin()
  .command("/bin/sh").start();
for (const round of ["first", "second"]) {
  console.log(`Attached for the ${round} time; leave with ctrl-p ctrl-q.`);
  await using attachment = await shell.attach();
  if (!(await attachment.interactive()).detached) break;
}
