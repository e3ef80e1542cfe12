/**
 * Connects processes with each other, with files and with web streams.
 *
 * Run: `deno task example examples/pipes.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/pipes.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect, readLines } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("pipes");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

const base = ns.run(image);

// As in a shell: both run at once, and the first waits when the second is slow.
const words = base.sh`printf 'pear\napple\nfig\n'`;
console.log(await words.pipeTo(base.command("sort")).lines());
// The second has enough after two lines; the first, which would never end, is ended.
console.log(await base.command("yes").pipeTo(base.command("head", "-n", "2")).lines());

// From a web stream, through a container, to a web stream.
const numbers = ReadableStream.from((async function* () {
  for (let i = 1; i <= 100_000; i++) yield `${i}\n`;
})());
const gzip = new CompressionStream("gzip");
const zipped = new Response(gzip.readable).bytes();
await base.command("rev").stdin(numbers).stdout(gzip.writable);
console.log(`${(await zipped).length} bytes, zipped`);

// To a file, by the runtime itself: nothing of it passes through this script.
const file = await Deno.makeTempFile();
await base.command("seq", "1000000").stdout({ file });
console.log(`${(await Deno.stat(file)).size} bytes in a file`);
await Deno.remove(file);

// Line by line, as they come.
await using slow = await base.sh`for i in 1 2 3; do echo "line $i"; sleep 0.2; done`.spawn();
for await (const line of readLines(slow.stdout)) console.log(line);
console.log(await slow.status);
