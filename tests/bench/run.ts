/**
 * Running containers against `ctr run --rm` on the same daemon, taking turns.
 *
 * @module
 */
import { pack, PACKAGE } from "../../.ci/pack.ts";
import { ctrBin } from "../../.ci/setup/paths.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { type BenchRow, benchRow, median } from "./row.ts";

const GROUP = "run";
const ROUNDS = 25;
const AT_ONCE = 50;
const MANY = 1000;

/** The benchmark's groups, by name. */
export const groups = { run: runBench };

/** One run after another, many at once, whole processes, and what a long script holds on to. */
export async function runBench(env: { address: string }): Promise<BenchRow[]> {
  await using client = clientOf(env.address);
  const ns = client.namespace("bench-run");
  const image = await loadBusybox(ns);
  const run = ns.run(image).command("/bin/true");
  const ctr = ctrRunner(env.address, ns.name, image.name);
  await pack();
  const once = new URL("run/once.ts", import.meta.url).pathname;
  const flags = ["run", "-A", "--no-config", `--import-map=${importMap()}`];
  const script = () => spawn(Deno.execPath(), [...flags, once, env.address, ns.name, image.name]);
  const rows: BenchRow[] = [];
  const against = (name: string, ours: number, theirs: number, bar: number, unit = "ms") =>
    rows.push(benchRow(GROUP, name, { ours, theirs, unit }, { bar, better: "lower" }));

  const warm = await inTurn([async () => void await run, ctr, script], ROUNDS);
  against("warm run against ctr run --rm", warm[0]!, warm[1]!, 0.85);
  against("whole deno process against ctr run --rm", warm[2]!, warm[1]!, 1.25);

  const crowd = (one: () => Promise<void>) => () =>
    Promise.all(Array.from({ length: AT_ONCE }, one)).then(() => {});
  const many = await inTurn([crowd(async () => void await run), crowd(ctr)], 3);
  rows.push(benchRow(
    GROUP,
    `${AT_ONCE} at once, runs a second against ctr run --rm`,
    { ours: AT_ONCE / many[0]! * 1000, theirs: AT_ONCE / many[1]! * 1000, unit: "/s" },
    { bar: 1.2, better: "higher" },
  ));

  for (let i = 0; i < 100; i++) await run;
  const before = footprint();
  for (let i = 100; i < MANY; i++) await run;
  const after = footprint();
  const megabytes = (after.bytes - before.bytes) / 1e6;
  rows.push({
    ...benchRow(GROUP, `memory that ${MANY} runs add after the first 100, MB`, {
      ours: megabytes,
      theirs: 1,
      unit: "MB",
    }, { bar: 15, better: "lower" }),
    detail: `${(before.bytes / 1e6).toFixed(0)} → ${(after.bytes / 1e6).toFixed(0)} MB`,
  });
  rows.push({
    ...benchRow(GROUP, `descriptors that ${MANY} runs add after the first 100`, {
      ours: after.descriptors - before.descriptors,
      theirs: 1,
      unit: "",
    }, { bar: 0, better: "lower" }),
    detail: `${before.descriptors} → ${after.descriptors}`,
  });
  await ns.images.remove(image, { sync: true });
  return rows;
}

/** Median times of several things, in milliseconds, done in turn. */
async function inTurn(things: readonly (() => Promise<void>)[], rounds: number): Promise<number[]> {
  const times = things.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, thing] of things.entries()) {
      const start = performance.now();
      await thing();
      // The first round fills caches.
      if (round >= 0) times[i]!.push(performance.now() - start);
    }
  }
  return times.map(median);
}

/** Lets a script import the package as its users do. */
function importMap(): string {
  const path = `${PACKAGE}/import_map.json`;
  Deno.writeTextFileSync(path, JSON.stringify({ imports: { "@davit/sdk": "./dist/mod.js" } }));
  return path;
}

function ctrRunner(address: string, namespace: string, image: string): () => Promise<void> {
  const ctr = ctrBin("2.1");
  let count = 0;
  return () =>
    spawn(ctr, ["-a", address, "-n", namespace, "run", "--rm", image, `b${count++}`, "/bin/true"]);
}

async function spawn(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}

function footprint(): { bytes: number; descriptors: number } {
  return {
    bytes: Deno.memoryUsage().rss,
    descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
  };
}
