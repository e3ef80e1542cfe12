/** Builds an image of a folder, and prints how long the copy took and how much memory it all took. */
import { clientOf } from "../../harness/daemons.ts";

const [address, namespace, folder] = Deno.args;
await using client = clientOf(address!);
let copyMs = 0;
let most = 0;
const timer = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 20);
await client.namespace(namespace!).build("scratch").copy(folder!, "/files").tag("copied").build({
  noCache: true,
  onProgress({ phase, durationMs = 0 }) {
    if (phase === "done") copyMs = durationMs;
  },
});
clearInterval(timer);
// The kernel's own count, where it can be read.
const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
const peak = Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
console.log(JSON.stringify({ copyMs, bytes: Math.max(most, peak) }));
