// Saved from Davit's prompt. Run it: deno run -A --config=/root/w/lead/deno.json web.ts
import { connect, type Image, type RunBuilder } from "file:///root/w/lead/mod.ts";

await using davit = await connect("/tmp/lead-rec/containerd.sock");
const ns = davit.namespace("default");
const { images, containers } = ns;
const run = (image: Image | string, ...command: string[]): RunBuilder =>
  command.length === 0 ? ns.run(image) : ns.run(image).command(...command);

console.log(await images.list());
const base = run("alpine:3.20");
await base.sh`uname -sr; nproc`;
const web = await ns.container("web").image("alpine:3.20").command("httpd", "-f").memory("64MiB")
  .start();
console.log(await containers.list());
console.log((await web.exec("ps")).stdout.trimEnd());
