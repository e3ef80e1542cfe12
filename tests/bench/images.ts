/**
 * Images of 256 MB in eight layers: import, export, pull and push against `ctr` on the same daemon,
 * taking turns. Each side begins without the image.
 *
 * @module
 */
import { ctrBin } from "../../.ci/setup/paths.ts";
import { clientOf } from "../harness/daemons.ts";
import { gzip, makeImage, makeTar, ociFiles } from "../harness/archives.ts";
import { startRegistry } from "../harness/registry.ts";
import { type BenchRow, pairedRow } from "./row.ts";

const GROUP = "images";
const NAME = "davit.test/big:1";
const LAYERS = 8;
const LAYER_BYTES = 32 * 1024 * 1024;
const ROUNDS = 3;
/** How much slower than `ctr` may be. */
const BAR = 1.1;
/** How much memory the client may take, in MB. */
const MEMORY_BAR_MB = 120;

/** The benchmark's groups, by name. */
export const groups = { images: imagesBench };

interface Sides {
  /** Before each side, outside the measurement. */
  readonly before: () => Promise<unknown>;
  readonly ours: () => Promise<unknown>;
  readonly theirs: () => Promise<unknown>;
}

/** All directions, both ways where there are two. */
export async function imagesBench(env: { address: string }): Promise<BenchRow[]> {
  await using client = clientOf(env.address);
  await using server = await startRegistry();
  const ns = client.namespace("bench-images");
  const archive = `${server.dir}/big.tar`;
  await makeArchive(archive);
  const registry = { hostsDir: `${server.dir}/certs.d`, configDir: server.dir };
  const ctr = (...args: string[]) =>
    spawn(ctrBin("2.1"), ["-a", env.address, "-n", ns.name, "images", ...args]);
  const script = (...args: string[]) =>
    spawn(Deno.execPath(), [
      "run",
      "-A",
      new URL("images/once.ts", import.meta.url).pathname,
      env.address,
      ns.name,
      server.dir,
      ...args,
    ]);
  const clear = async (): Promise<void> => {
    for (const image of await ns.images.list()) await ns.images.remove(image, { sync: true });
  };
  const load = async (): Promise<void> => {
    await clear();
    await ns.images.import(archive, { unpack: false });
  };
  await load();
  const from = `${server.host}/from:1`;
  await (await ns.images.get(NAME)).push(from, { registry, via: "client" });
  let count = 0;
  const to = () => `${server.host}/to${count++}:1`;
  const out = `${server.dir}/out.tar`;
  const all: Record<string, Sides> = {
    import: {
      before: clear,
      ours: () => script("import", archive),
      theirs: () => ctr("import", "--local", archive),
    },
    export: {
      before: load,
      ours: () => script("export", NAME, out),
      theirs: () => ctr("export", "--local", out, NAME),
    },
    "pull by the client": {
      before: clear,
      ours: () => script("pull", from, "client"),
      theirs: () => ctr("pull", "--local", "--plain-http", from),
    },
    "pull by the daemon": {
      before: clear,
      ours: () => script("pull", from, "transfer"),
      theirs: () => ctr("pull", "--plain-http", from),
    },
    "push by the client": {
      before: load,
      ours: () => script("push", NAME, to(), "client"),
      theirs: () => ctr("push", "--local", "--plain-http", to(), NAME),
    },
    "push by the daemon": {
      before: load,
      ours: () => script("push", NAME, to(), "transfer"),
      theirs: () => ctr("push", "--plain-http", to(), NAME),
    },
  };
  const rows: BenchRow[] = [];
  for (const [name, sides] of Object.entries(all)) {
    const times = { ours: [] as number[], theirs: [] as number[], unit: "ms" };
    const memory: number[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      for (const side of ["ours", "theirs"] as const) {
        await sides.before();
        await Deno.remove(out).catch(() => {});
        const start = performance.now();
        const said = await sides[side]();
        const ms = performance.now() - start;
        // The first round fills caches.
        if (round < 0) continue;
        times[side].push(ms);
        if (side === "ours") memory.push(Number(said) / 1e6);
      }
    }
    rows.push(pairedRow(GROUP, `${name} against ctr`, times, { bar: BAR, better: "lower" }));
    rows.push(pairedRow(
      GROUP,
      `${name}: most memory of the process, of ${MEMORY_BAR_MB} MB`,
      { ours: memory, theirs: memory.map(() => MEMORY_BAR_MB), unit: "MB" },
      { bar: 1, better: "lower" },
    ));
  }
  await clear();
  return rows;
}

async function makeArchive(path: string): Promise<void> {
  const layers = Array.from({ length: LAYERS }, (_, i) => {
    const data = new Uint8Array(LAYER_BYTES);
    for (let at = 0; at < LAYER_BYTES; at += 65_536) {
      crypto.getRandomValues(data.subarray(at, at + 65_536));
    }
    return { [`file${i}`]: data };
  });
  const image = await makeImage({ layers, compress: gzip });
  await Deno.writeFile(path, await makeTar(ociFiles(image, NAME)));
}

/** @returns What it printed. */
async function spawn(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
