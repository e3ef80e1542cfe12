/**
 * Builds a file system in steps, without a container: prepare, commit, build on it.
 *
 * Run: `deno run -A examples/snapshots.ts`, or `deno task example examples/snapshots.ts`.
 */
import { connect } from "@davit/sdk";

await using davit = await connect({ start: true });
const ns = davit.namespace("snapshots");

for (const { name, capabilities } of await ns.snapshots.snapshotters()) {
  console.log(`snapshotter ${name} ${capabilities.join(" ")}`);
}

// Nothing of this is left when the script ends: what is to stay gets .keep().
await using work = await ns.snapshots.from().key("work").labels({ step: "1" }).prepare();
console.log("to be mounted:", await work.mounts());

await using base = await work.commit("base");
await using _left = await ns.snapshots.from(base).key("left").prepare();
await using _right = await ns.snapshots.from(base).key("right").view();
console.log(String(await ns.snapshots.tree()));
