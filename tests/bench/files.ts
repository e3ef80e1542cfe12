/**
 * Files of images and containers, and forks: how long they take, against what is promised.
 *
 * @module
 */
import { connect } from "../../lib/client/connect.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { loadBusybox } from "../harness/images.ts";
import type { BenchEnv } from "./main.ts";
import { type BenchRow, pairedRow } from "./row.ts";

const GROUP = "files";
const DEBIAN = new URL("../../.cache/debian-minbase.oci.tar", import.meta.url).pathname;

/** The most milliseconds that each may take, at the median. */
const FORK_MS = 150;
const RUNNING_MS = 15;
const IMAGE_MS = 50;

/** What a container that is forked has written. */
const DELTA_BYTES = 1024 * 1024;

/** The groups of this file. */
export const groups: Readonly<Record<string, (env: BenchEnv) => Promise<BenchRow[]>>> = {
  [GROUP]: measureFiles,
};

/** Measures reads and forks. */
export async function measureFiles({ address }: BenchEnv): Promise<BenchRow[]> {
  await using client = await connect(address);
  const ns = client.namespace("bench-files");
  const rows: BenchRow[] = [];
  const [debian] = await ns.images.import(DEBIAN, { name: "debian:files" });
  const busybox = await loadBusybox(ns);
  await debian!.unpack();
  await using running = await ns.container().image(debian!).command("sleep", "600").start();

  const passwd = (files: { readTextFile(path: string): Promise<string> }) => async () => {
    if (!(await files.readTextFile("/etc/passwd")).startsWith("root:")) throw new Error("wrong");
  };
  rows.push(
    row(
      "readTextFile() of a running container",
      RUNNING_MS,
      await times(40, passwd(running.files)),
    ),
    row(
      "readTextFile() of a 120 MB image, again",
      IMAGE_MS,
      await times(40, passwd(debian!.files)),
    ),
  );
  await using source = await ns.container().image(busybox).command("sleep", "600").start();
  await source.files.writeFile("/delta", noise(DELTA_BYTES));
  const name = "fork(3) of a container of busybox, 1 MB changed";
  rows.push(row(name, FORK_MS, await forks(ns, source)));
  await running.files.writeFile("/delta", noise(DELTA_BYTES));
  const large = "fork(3) of a container of Debian, 1 MB changed";
  rows.push(row(large, FORK_MS, await forks(ns, running, 3)));
  return rows;
}

async function forks(
  ns: Namespace,
  source: { id: string; fork(count: 3): Promise<readonly { remove(): Promise<void> }[]> },
  rounds = 10,
): Promise<number[]> {
  const found: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const start = performance.now();
    const made = await source.fork(3);
    if (round >= 0) found.push(performance.now() - start);
    for (const fork of made) await fork.remove();
  }
  if ((await ns.containers.list()).length > 2) throw new Error("forks were left");
  return found;
}

/** The first time is not counted: it fills caches. */
async function times(count: number, work: () => Promise<void>): Promise<number[]> {
  const found: number[] = [];
  for (let round = -1; round < count; round++) {
    const start = performance.now();
    await work();
    if (round >= 0) found.push(performance.now() - start);
  }
  return found;
}

function row(name: string, limitMs: number, ours: readonly number[]): BenchRow {
  const rounds = { ours, theirs: ours.map(() => limitMs), unit: "ms" };
  return pairedRow(GROUP, `${name}, of ${limitMs} ms`, rounds, { bar: 1, better: "lower" });
}

function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}
