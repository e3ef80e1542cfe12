/**
 * Runs more processes in a container that lives, as other users, in other folders.
 *
 * Run: `deno task example examples/exec.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/exec.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect, StartError } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("exec");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

await using box = await ns.container("box").image(image).env({ GREETING: "hello" })
  .command("sleep", "1h").start();

// A process has the container's environment, user and folder, unless told otherwise.
console.log(await box.exec().sh`echo "$GREETING from $(id -un) in $PWD"`.text());
const other = box.exec().user("nobody").cwd("/tmp").env({ GREETING: "bonjour" });
console.log(await other.sh`echo "$GREETING from $(id -un) in $PWD"`.text());

// What one writes, the next one sees. Many can run at once.
await box.exec("mkdir", "/work");
await Promise.all([1, 2, 3].map((i) => box.exec().sh`echo ${i} > /work/${i}`));
console.log(await box.exec().sh`cat /work/*`.lines());

// A process that is talked to: the streams are live.
await using cat = await box.exec("cat", "-n").spawn();
const input = cat.stdin.getWriter();
await input.write(new TextEncoder().encode("first\nsecond\n"));
await input.close();
console.log(await new Response(cat.stdout).text());

// What cannot be started says why.
await box.exec("no-such-program").then(undefined, (error) => {
  if (!(error instanceof StartError)) throw error;
  console.log(`${error.reason}, as a shell would say: ${error.exitCode}`);
});
console.log(`${(await box.top()).length} process is left`);
