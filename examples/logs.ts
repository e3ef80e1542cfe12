/**
 * Follows the log of a container that lives, by several readers, and picks parts of it.
 *
 * Run: `deno task example examples/logs.ts`, which takes a Debian image that the set-up made; or
 * `deno run -A examples/logs.ts ARCHIVE.tar` with any archive of an image that has a shell.
 */
import { connect } from "@davit/sdk";

const archive = Deno.args[0] ??
  new URL("../.cache/debian-minbase.oci.tar", import.meta.url).pathname;
await using davit = await connect({ start: true });
const ns = davit.namespace("logs");
const [image] = await ns.images.import(archive, { name: "example:latest" });
if (!image) throw new Error(`there is no image in ${archive}`);

await using clock = await ns.container("clock").image(image)
  .logs({ maxSize: "1MiB", maxFiles: 3 })
  .sh`i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo "tick $i"; [ $((i % 5)) = 0 ] && echo "five" >&2; sleep 0.1; done`
  .start();

// Each follows at its own pace, and ends when the container's process has ended.
async function errors(): Promise<number> {
  let count = 0;
  for await (const { stream } of clock.logs({ follow: true })) if (stream === "stderr") count++;
  return count;
}
async function show(): Promise<void> {
  for await (const { time, stream, text } of clock.logs({ follow: true })) {
    console.log(time.toISOString().slice(11, 23), stream, text);
  }
}
const [count] = await Promise.all([errors(), show()]);
console.log(`${count} lines on standard error`);

// The log stays until the container is removed.
const { exitCode } = await clock.stop();
console.log(`exit code ${exitCode}; the last lines were:`);
for await (const { text } of clock.logs({ tail: 2 })) console.log(text);
const recent = await Array.fromAsync(clock.logs({ since: "500ms" }));
console.log(`${recent.length} lines in the last half second`);
