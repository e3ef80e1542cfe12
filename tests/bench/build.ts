/**
 * Building images: what the cache costs, and copies against `tar | gzip`.
 *
 * @module
 */
import type { BuildProgress } from "../../lib/build/options.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { type BenchRow, benchRow, median, pairedRow } from "./row.ts";

const GROUP = "build";
const ROUNDS = 5;
const COPY_ROUNDS = 3;
const STEPS = 20;
const FILES = 10_000;
const FILE_BYTES = 20_000;

/** The benchmark's groups, by name. */
export const groups = { build: buildBench };

/** Cached rebuilds, a copy of many files, one changed file, many builds at once. */
export async function buildBench(env: { address: string }): Promise<BenchRow[]> {
  await using client = clientOf(env.address);
  const ns = client.namespace("bench-build");
  const base = await loadBusybox(ns);
  const dir = await Deno.makeTempDir({ prefix: "bench-build-" });
  try {
    const rows = [
      ...await cachedRows(ns, base, dir),
      await crowdRow(ns, base),
      ...await copyRows(env.address, ns, dir),
    ];
    for (const image of await ns.images.list()) await ns.images.remove(image, { force: true });
    await ns.pruneBuilds();
    return rows;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** A chain of steps, half commands, half copies. */
async function cachedRows(ns: Namespace, base: Image, dir: string): Promise<BenchRow[]> {
  let described = ns.build(base);
  for (let i = 0; i < STEPS / 2; i++) {
    await Deno.writeTextFile(`${dir}/file${i}`, `${i}`);
    described = described.copy(`${dir}/file${i}`, `/file${i}`).sh`cat /file${i} > /made${i}`;
  }
  described = described.tag("chain");
  await described.build();
  const times: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const start = performance.now();
    await described.build();
    if (round >= 0) times.push(performance.now() - start);
  }
  const limit = 150;
  await Deno.writeTextFile(`${dir}/file7`, "changed");
  const seen: BuildProgress[] = [];
  await described.build({ onProgress: (progress) => seen.push(progress) });
  const made = seen.filter(({ phase }) => phase === "done").length -
    seen.filter(({ phase }) => phase === "cached").length;
  return [
    benchRow(GROUP, `cached rebuild of ${STEPS} steps, of ${limit} ms`, {
      ours: median(times),
      theirs: limit,
      unit: "ms",
    }, { bar: 1, better: "lower" }),
    benchRow(GROUP, "one file of 20 steps changed: steps done again, of those that follow it", {
      ours: made,
      theirs: STEPS - 14,
      unit: "steps",
    }, { bar: 1, better: "lower" }),
  ];
}

/** Ten builds of two images at once: two digests must come of it. */
async function crowdRow(ns: Namespace, base: Image): Promise<BenchRow> {
  const images = await Promise.all(
    Array.from(
      { length: 10 },
      (_, i) =>
        ns.build(base).sh`cat /proc/sys/kernel/random/uuid > /id`.sh`echo ${i % 2} > /which`
          .tag(`crowd:${i}`).build(),
    ),
  );
  const digests = new Set(images.map(({ digest }) => digest)).size;
  return benchRow(GROUP, "ten builds of two images at once: different results", {
    ours: digests,
    theirs: 2,
    unit: "",
  }, { bar: 1, better: "lower" });
}

async function copyRows(address: string, ns: Namespace, dir: string): Promise<BenchRow[]> {
  const folder = `${dir}/many`;
  await makeFiles(folder);
  const script = new URL("build/once.ts", import.meta.url).pathname;
  const times = { ours: [] as number[], theirs: [] as number[], unit: "ms" };
  const whole: number[] = [];
  const memory: number[] = [];
  for (let round = -1; round < COPY_ROUNDS; round++) {
    let start = performance.now();
    const said = await spawn(Deno.execPath(), ["run", "-A", script, address, ns.name, folder]);
    const wholeMs = performance.now() - start;
    start = performance.now();
    await spawn("sh", ["-c", `tar -C "${dir}" -c many | gzip -6 > "${dir}/out.tar.gz"`]);
    const theirs = performance.now() - start;
    // The first round fills caches.
    if (round < 0) continue;
    const { copyMs, bytes } = JSON.parse(said) as { copyMs: number; bytes: number };
    times.ours.push(copyMs);
    times.theirs.push(theirs);
    whole.push(wholeMs);
    memory.push(bytes / 1e6);
  }
  const name = `COPY of ${FILES} files (${FILES * FILE_BYTES / 1e6} MB) against tar | gzip -6`;
  const row = pairedRow(GROUP, name, times, { bar: 1.3, better: "lower" });
  const limit = 150;
  return [
    { ...row, detail: `${row.detail}; whole process ${median(whole).toFixed(0)} ms` },
    benchRow(GROUP, `the same: most memory of the process, of ${limit} MB`, {
      ours: median(memory),
      theirs: limit,
      unit: "MB",
    }, { bar: 1, better: "lower" }),
  ];
}

/** Files of text that compresses about as source code does. */
async function makeFiles(folder: string): Promise<void> {
  const words = Array.from({ length: 3000 }, (_, i) => (i * 2654435761 % 2 ** 32).toString(36));
  let seed = 1;
  const next = (limit: number) => (seed = seed * 1103515245 + 12345 & 0x7fffffff) % limit;
  for (let i = 0; i < FILES; i++) {
    const inner = `${folder}/${i % 100}`;
    if (i < 100) await Deno.mkdir(inner, { recursive: true });
    let text = "";
    while (text.length < FILE_BYTES) text += `${words[next(words.length)]} `;
    await Deno.writeTextFile(`${inner}/${i}.txt`, text.slice(0, FILE_BYTES));
  }
}

/** @returns What it printed. */
async function spawn(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
