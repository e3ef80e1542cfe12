/**
 * Lists everything of a namespace and says how much memory it took: `… ADDRESS NAMESPACE`, run with
 * `--v8-flags=--expose-gc`. Prints JSON.
 *
 * @module
 */
import { clientOf } from "../harness/daemons.ts";

const [address, namespace] = Deno.args;
await using client = clientOf(address!);
const ns = client.namespace(namespace!);

function heap(): number {
  Reflect.get(globalThis, "gc")();
  return Deno.memoryUsage().heapUsed;
}

const counts: Record<string, number> = {};
const held: Record<string, number> = {};

async function measure(name: string, list: () => Promise<unknown[]>): Promise<void> {
  const before = heap();
  const items = await list();
  held[name] = heap() - before;
  counts[name] = items.length;
}

await client.version();
await measure("images", () => ns.images.list());
await measure("leases", () => ns.leases.list());
await measure("containers", () => ns.containers.list());
// Counted as they come, nothing is kept: the most that is held on the way.
const before = heap();
let blobs = 0;
let most = 0;
for await (const _ of ns.content.list()) {
  if (++blobs % 250 === 0) most = Math.max(most, heap() - before);
}
counts["content"] = blobs;
held["content"] = most;
console.log(JSON.stringify({ counts, held }));
