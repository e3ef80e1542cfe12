/**
 * Runs containers on another machine, which has containerd and sshd and nothing more.
 *
 * Run: `deno run -A examples/remote.ts ssh://me@box [IMAGE]`. Without `-A`:
 * `--allow-run=ssh --allow-read --allow-write --allow-net --allow-env --allow-sys`.
 */
import { connect, NotFoundError } from "@davit/sdk";

const [address = "ssh://localhost", name = "docker.io/library/alpine:3.20"] = Deno.args;
await using davit = await connect(address);
const { version } = await davit.version();
console.log(`containerd ${version} at ${davit.address}`);

// The other machine pulls; what this one has is sent by images.import() or image.sync().
const ns = davit.namespace("remote");
const image = await ns.images.get(name).catch(async (error) => {
  if (!(error instanceof NotFoundError)) throw error;
  return await ns.images.pull(name);
});
console.log("its kernel:", await ns.run(image).command("uname", "-r").text());

// Streams travel over ssh: what this machine writes, a process there reads.
const words = new Blob(["many\nwords\nfrom here\n"]).stream();
console.log("counted there:", await ns.run(image).command("wc", "-w").stdin(words).text());

// A container that lives, its files, its logs, a process in it that is talked to.
await using box = await ns.container().image(image)
  .sh`echo ready; while [ ! -e /stop ]; do sleep 0.1; done; echo stopped`.start();
await box.until(/ready/);
await using cat = await box.exec("cat").spawn();
const input = cat.stdin.getWriter();
await input.write(new TextEncoder().encode("there and back"));
await input.close();
console.log("echo:", await new Response(cat.stdout).text());
await box.exec("touch", "/stop");
for await (const { text } of box.logs({ follow: true })) console.log("log:", text);
console.log("its files:", (await box.files.readTextFile("/etc/passwd")).split("\n")[0]);
