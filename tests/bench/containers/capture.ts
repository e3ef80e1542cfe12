/**
 * Takes the output of a process of a container as it comes: address, namespace, image and the number
 * of MiB are arguments. Prints how long it took, how much came, and the most memory there ever was.
 */
import { connect } from "@davit/sdk";

const [address, namespace, image, size] = Deno.args as [string, string, string, string];
await using davit = await connect(address);
const run = davit.namespace(namespace).run(image);
await run.command("/bin/true");
let bytes = 0;
const started = performance.now();
await run.command("dd", "if=/dev/zero", "bs=1M", `count=${size}`).stdout(
  new WritableStream({ write: (chunk: Uint8Array) => void (bytes += chunk.length) }),
);
const ms = performance.now() - started;
const peak = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
console.log(JSON.stringify({ ms, bytes, peakBytes: Number(peak) * 1024 }));
