/**
 * Images of 300 MB in eight layers, on containerd 1.6, 1.7 and 2.1: import, export, pull and push
 * against `ctr` on the same daemon, taking turns; `skopeo copy` beside. Each side begins without the
 * image. Then twenty images at once, and a pull that is cut at ten random points.
 */
import {
  CONTAINERD_VERSIONS,
  containerdBin,
  containerdDir,
  type ContainerdVersion,
  ctrBin,
  toolPath,
  TOOLS_BIN,
} from "../../.ci/setup/paths.ts";
import type { Client } from "../../lib/client/client.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import {
  blobsOf,
  gzip,
  makeImage,
  makeTar,
  ociFiles,
  type TestImage,
} from "../harness/archives.ts";
import { clientOf } from "../harness/daemons.ts";
import { startRegistry, type TestRegistry } from "../harness/registry.ts";
import { cutPulls } from "../images/cut_pulls.ts";
import { type BenchRow, benchRow, median, pairedRow } from "./row.ts";

const GROUP = "images";
const NAME = "davit.test/big:1";
const LAYERS = 8;
const LAYER_BYTES = 37_500_000;
const ROUNDS = 3;
/** How much slower than `ctr` may be. */
const BAR = 1.1;
/** How much memory the client may take, in MB. */
const MEMORY_BAR_MB = 120;
/** How many images are pulled at once, and how big each is. */
const MANY = 20;
const MANY_BYTES = 5_000_000;
const CUTS = 10;

/** The benchmark's groups, by name. */
export const groups = { images: imagesBench };

interface Sides {
  /** Before each side, outside the measurement. */
  readonly before: () => Promise<unknown>;
  readonly ours: () => Promise<unknown>;
  readonly theirs: () => Promise<unknown>;
  /** The same by skopeo, without a daemon; shown beside. */
  readonly skopeo?: () => Promise<unknown>;
}

/** What all daemons are measured with. */
interface Setting {
  readonly server: TestRegistry;
  readonly archive: string;
  readonly image: TestImage;
}

/** All directions on all daemons, both ways where there are two. */
export async function imagesBench(): Promise<BenchRow[]> {
  await using server = await startRegistry();
  const archive = `${server.dir}/big.tar`;
  const image = await makeBig(LAYERS, LAYER_BYTES);
  await Deno.writeFile(archive, await makeTar(ociFiles(image, NAME)));
  await skopeo(server.dir, `oci-archive:${archive}`, `docker://${server.host}/from:1`);
  await skopeo(server.dir, `oci-archive:${archive}`, `oci:${server.dir}/layout:big`);
  for (let i = 0; i < MANY; i++) {
    const file = `${server.dir}/many.tar`;
    await Deno.writeFile(file, await makeTar(ociFiles(await makeBig(2, MANY_BYTES / 2), NAME)));
    await skopeo(server.dir, `oci-archive:${file}`, `docker://${server.host}/many/${i}:1`);
  }
  const rows: BenchRow[] = [];
  for (const version of CONTAINERD_VERSIONS) {
    const daemon = await startDaemon({
      dir: await Deno.makeTempDir({ prefix: "db-" }),
      containerd: containerdBin(version),
      path: [containerdDir(version), TOOLS_BIN],
      ephemeral: true,
    });
    try {
      await using client = clientOf(daemon.address);
      const setting = { server, archive, image };
      rows.push(...await measure(version, daemon.address, client, setting));
    } finally {
      await daemon.stop();
    }
  }
  return rows;
}

async function measure(
  version: ContainerdVersion,
  address: string,
  client: Client,
  { server, archive, image }: Setting,
): Promise<BenchRow[]> {
  const ns = client.namespace("bench-images");
  const registry = { hostsDir: `${server.dir}/certs.d`, configDir: server.dir };
  const ctr = (...args: string[]) =>
    spawn(ctrBin(version), ["-a", address, "-n", ns.name, "images", ...args]);
  // Before 2.0 it knows no other way.
  const local = version === "2.1" ? ["--local"] : [];
  const script = (...args: string[]) =>
    spawn(Deno.execPath(), [
      "run",
      "-A",
      new URL("images/once.ts", import.meta.url).pathname,
      address,
      ns.name,
      server.dir,
      ...args,
    ]);
  const clear = async (): Promise<void> => {
    for (const one of await ns.images.list()) await ns.images.remove(one);
    await ns.gc();
  };
  const load = async (): Promise<void> => {
    await clear();
    await ns.images.import(archive, { unpack: false });
  };
  const from = `${server.host}/from:1`;
  let count = 0;
  const to = () => `${server.host}/to-${version}-${count++}:1`;
  const out = `${server.dir}/out.tar`;
  const layout = `oci:${server.dir}/layout:big`;
  const copied = `${server.dir}/copied`;
  const many = Array.from({ length: MANY }, (_, i) => `${server.host}/many/${i}:1`);
  const all: Record<string, Sides> = {
    import: {
      before: clear,
      ours: () => script("import", archive),
      theirs: () => ctr("import", ...local, archive),
      skopeo: () => skopeo(server.dir, `oci-archive:${archive}`, `oci:${copied}:big`),
    },
    export: {
      before: load,
      ours: () => script("export", NAME, out),
      theirs: () => ctr("export", ...local, out, NAME),
      skopeo: () => skopeo(server.dir, layout, `oci-archive:${out}`),
    },
    "pull by the client": {
      before: clear,
      ours: () => script("pull", from, "client"),
      theirs: () => ctr("pull", ...local, "--plain-http", from),
      skopeo: () => skopeo(server.dir, `docker://${from}`, `oci:${copied}:big`),
    },
    "push by the client": {
      before: load,
      ours: () => script("push", NAME, to(), "client"),
      theirs: () => ctr("push", ...local, "--plain-http", to(), NAME),
      skopeo: () => skopeo(server.dir, layout, `docker://${to()}`),
    },
    [`${MANY} images at once by the client`]: {
      before: clear,
      ours: () => script("sync", "client", ...many),
      theirs: () => Promise.all(many.map((one) => ctr("pull", ...local, "--plain-http", one))),
    },
    ...(version === "2.1"
      ? {
        "pull by the daemon": {
          before: clear,
          ours: () => script("pull", from, "transfer"),
          theirs: () => ctr("pull", "--plain-http", from),
        },
        "push by the daemon": {
          before: load,
          ours: () => script("push", NAME, to(), "transfer"),
          theirs: () => ctr("push", "--plain-http", to(), NAME),
        },
      }
      : {}),
  };
  const rows: BenchRow[] = [];
  for (const [name, sides] of Object.entries(all)) {
    const times = { ours: [] as number[], theirs: [] as number[], skopeo: [] as number[] };
    const memory: number[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      for (const side of ["ours", "theirs", "skopeo"] as const) {
        const work = sides[side];
        if (!work) continue;
        if (side !== "skopeo") await sides.before();
        await Deno.remove(out).catch(() => {});
        await Deno.remove(copied, { recursive: true }).catch(() => {});
        const start = performance.now();
        const said = await work();
        const ms = performance.now() - start;
        // The first round fills caches.
        if (round < 0) continue;
        times[side].push(ms);
        if (side === "ours") memory.push(Number(said) / 1e6);
      }
    }
    const row = pairedRow(GROUP, `${version}: ${name} against ctr`, { ...times, unit: "ms" }, {
      bar: BAR,
      better: "lower",
    });
    const beside = times.skopeo.length > 0 ? `, skopeo ${median(times.skopeo).toFixed(0)}` : "";
    rows.push({ ...row, detail: `${row.detail}${beside}` });
    // All of it takes minutes: so that one sees how it goes.
    console.error(`bench: ${row.name}: ${row.ratio.toFixed(2)} (${row.detail}${beside})`);
    rows.push(pairedRow(
      GROUP,
      `${version}: ${name}: most memory of the process, of ${MEMORY_BAR_MB} MB`,
      { ours: memory, theirs: memory.map(() => MEMORY_BAR_MB), unit: "MB" },
      { bar: 1, better: "lower" },
    ));
  }
  await clear();
  const sizes = new Map(
    blobsOf(image).map(({ descriptor: { digest, size } }) => [digest as string, size]),
  );
  const cut = await cutPulls(ns, server.url, "from:1", sizes, {
    cuts: CUTS,
    random: Math.random,
    registry,
  });
  rows.push(benchRow(
    GROUP,
    `${version}: blobs fetched again by a pull that was cut ${cut.failures} times`,
    { ours: cut.refetched.length, theirs: 1, unit: "blobs" },
    { bar: 0, better: "lower" },
  ));
  await clear();
  return rows;
}

/** An image of layers that do not compress. */
async function makeBig(layers: number, layerBytes: number): Promise<TestImage> {
  const files = Array.from({ length: layers }, (_, i) => {
    const data = new Uint8Array(layerBytes);
    for (let at = 0; at < layerBytes; at += 65_536) {
      crypto.getRandomValues(data.subarray(at, at + 65_536));
    }
    return { [`file${i}`]: data };
  });
  return await makeImage({ layers: files, compress: gzip });
}

/** Copies by skopeo; nothing of this machine's configuration is used. */
async function skopeo(dir: string, source: string, destination: string): Promise<string> {
  const policy = `${dir}/policy.json`;
  await Deno.writeTextFile(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const options = [`--policy=${policy}`, "--tmpdir", dir];
  const plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
  const args = [...options, "copy", "--preserve-digests", ...plain, source, destination];
  return await spawn(toolPath("skopeo"), args, { HOME: dir, XDG_RUNTIME_DIR: dir });
}

/** @returns What it printed. */
async function spawn(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, env, stdin: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout).trim();
  throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
