/**
 * The nouns against raw calls in the same process, and against `ctr` on the same daemon, taking
 * turns.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ctrBin } from "../../.ci/setup/paths.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { ImageCreateSchema } from "../../lib/gen/containerd/events/image_pb.ts";
import { unpackMessage } from "../../lib/api/any.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { type BenchRow, benchRow, median } from "./row.ts";

const GROUP = "api";
const ROUNDS = 7;
const EVENTS = 10_000;
const CONTAINERS = 1000;
const TASKS = 20;
const BLOB_BYTES = 128 * 1024 * 1024;

/** The benchmark's groups, by name. */
export const groups = { api: apiBench };

/** Events, lists, and content. */
export async function apiBench(env: { address: string }): Promise<BenchRow[]> {
  await using client = clientOf(env.address);
  const ns = client.namespace("bench-api");
  return [
    ...await eventRows(ns, env.address),
    ...await listRows(ns, env.address),
    ...await contentRows(ns, env.address),
  ];
}

async function eventRows(ns: Namespace, address: string): Promise<BenchRow[]> {
  const [ours, theirs] = await inTurn([
    () => receive(ns, address, nounEvents(ns)),
    () => receive(ns, address, rawEvents(ns)),
  ]);
  const rows = [
    benchRow(
      GROUP,
      "events received against a raw subscription",
      { ours: EVENTS / ours!, theirs: EVENTS / theirs!, unit: "events/ms" },
      { bar: 0.8, better: "higher" },
    ),
  ];
  // A consumer that does nothing while far more comes than its buffer holds.
  await using stream = ns.events({ topic: "/images/create", buffer: EVENTS, gaps: true });
  await stream.ready;
  await publish(address, ns.name, EVENTS);
  const full = heapBytes();
  await publish(address, ns.name, 4 * EVENTS);
  const more = heapBytes();
  const megabytes = (more - full) / 1e6;
  rows.push({
    ...benchRow(
      GROUP,
      `memory that ${4 * EVENTS} events more add to a full buffer of ${EVENTS}, MB`,
      { ours: megabytes, theirs: 1, unit: "MB" },
      { bar: 3, better: "lower" },
    ),
    detail: `${(full / 1e6).toFixed(1)} → ${(more / 1e6).toFixed(1)} MB`,
  });
  return rows;
}

/** Something that hands out the names of events, one by one. */
interface Source {
  readonly ready: Promise<unknown>;
  readonly names: AsyncIterableIterator<string>;
}

function nounEvents(ns: Namespace): Source {
  const stream = ns.events({ topic: "/images/create" });
  const names = (async function* () {
    for await (const { event } of stream) yield event.name;
  })();
  return { ready: stream.ready, names };
}

function rawEvents(ns: Namespace): Source {
  const stream = ns.api.events.subscribe({
    filters: [`namespace==${ns.name},topic=="/images/create"`],
  });
  const first = Promise.withResolvers<void>();
  const names = (async function* () {
    for await (const { event } of stream) {
      first.resolve();
      const message = event && unpackMessage(ImageCreateSchema, event);
      if (message) yield message.name;
    }
  })();
  // There is no other way to see that a subscription exists.
  const probing = setInterval(() => {
    void ns.api.events.publish({ topic: "/images/create", event: { typeUrl: "probe" } });
  }, 5);
  void first.promise.then(() => clearInterval(probing));
  return { ready: first.promise, names };
}

/** How long it takes until all events have come that another process publishes. */
async function receive(ns: Namespace, address: string, source: Source): Promise<number> {
  let left = EVENTS;
  let start = 0;
  const all = (async () => {
    for await (const _ of source.names) {
      start ||= performance.now();
      if (--left === 0) break;
    }
    return performance.now() - start;
  })();
  await source.ready;
  await publish(address, ns.name, EVENTS);
  return await all;
}

async function publish(address: string, namespace: string, count: number): Promise<void> {
  const script = new URL("api/publish.ts", import.meta.url).pathname;
  await spawn(Deno.execPath(), ["run", "-A", script, address, namespace, `${count}`]);
}

async function listRows(ns: Namespace, address: string): Promise<BenchRow[]> {
  const image = await loadBusybox(ns);
  const base = ns.container().image(image).command("sleep", "3600").group("bench");
  // One that runs first: the shim of a group is that of its first container.
  const running = [await base.start()];
  for (let i = 1; i < TASKS; i++) running.push(await base.start());
  const { container } = await ns.api.containers.get({ id: running[0]!.id });
  const ids = Array.from({ length: CONTAINERS - TASKS }, (_, i) => `listed-${i}`);
  for (const id of ids) {
    await ns.api.containers.create({ container: { ...container!, id, snapshotKey: "" } });
  }
  const [ours, theirs] = await inTurn([
    () => timed(() => ns.containers.list()),
    () =>
      timed(async () => {
        await ctr(address, ns.name, "containers", "ls");
        await ctr(address, ns.name, "tasks", "ls");
      }),
  ]);
  for (const id of ids) await ns.api.containers.delete({ id });
  for (const container of running) await container.remove();
  await ns.images.remove(image, { sync: true });
  return [benchRow(
    GROUP,
    `list of ${CONTAINERS} containers and their tasks against ctr containers ls and tasks ls`,
    { ours: ours!, theirs: theirs!, unit: "ms" },
    { bar: 0.5, better: "lower" },
  )];
}

async function contentRows(ns: Namespace, address: string): Promise<BenchRow[]> {
  const file = await Deno.makeTempFile({ prefix: "davit-bench-" });
  try {
    await Deno.writeFile(file, randomBlob());
    await using lease = await ns.leases.create();
    const { content } = ns.withLease(lease);
    const { digest } = await content.write((await Deno.open(file)).readable);
    const read = await inTurn([
      () =>
        timed(async () => {
          let size = 0;
          for await (const part of content.read(digest)) size += part.length;
          if (size !== BLOB_BYTES) throw new Error(`read ${size} bytes`);
        }),
      () => timed(() => ctr(address, ns.name, "content", "get", digest)),
    ]);
    const write = await inTurn([
      () =>
        timedWrite(ns, digest, async () => {
          await content.write((await Deno.open(file)).readable);
        }),
      () =>
        timedWrite(ns, digest, () =>
          spawn("/bin/sh", [
            "-c",
            'exec "$0" -a "$1" -n "$2" content ingest bench < "$3"',
            ctrBin("2.1"),
            address,
            ns.name,
            file,
          ])),
    ]);
    const row = (name: string, [ours, theirs]: number[], bar: number) => {
      const rate = (ms: number) => BLOB_BYTES / 1e3 / ms;
      return benchRow(
        GROUP,
        name,
        { ours: rate(ours!), theirs: rate(theirs!), unit: "MB/s" },
        { bar, better: "higher" },
      );
    };
    return [
      row("content read against ctr content get", read, 1),
      row("content write against ctr content ingest", write, 0.9),
    ];
  } finally {
    await Deno.remove(file);
  }
}

/** Times a write of a blob that the store does not have. */
async function timedWrite(ns: Namespace, digest: string, write: () => Promise<void>) {
  await ns.content.delete(digest).catch(() => {/* collected already */});
  await ns.leases.create().then((lease) => lease.delete({ sync: true }));
  return await timed(write);
}

function randomBlob(): Uint8Array {
  const data = new Uint8Array(BLOB_BYTES);
  for (let at = 0; at < data.length; at += 65_536) {
    crypto.getRandomValues(data.subarray(at, at + 65_536));
  }
  return data;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median times of several things, in milliseconds, done in turn. */
async function inTurn(things: readonly (() => Promise<number>)[]): Promise<number[]> {
  const times = things.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, thing] of things.entries()) {
      const time = await thing();
      // The first round fills caches.
      if (round >= 0) times[i]!.push(time);
    }
  }
  return times.map(median);
}

async function ctr(address: string, namespace: string, ...args: string[]): Promise<void> {
  await spawn(ctrBin("2.1"), ["-a", address, "-n", namespace, ...args]);
}

async function spawn(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}

/** Bytes of the heap that are in use, garbage aside. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return Deno.memoryUsage().heapUsed;
}

if (import.meta.main) {
  const address = Deno.args[0];
  if (address === undefined) throw new Error("usage: api.ts ADDRESS");
  for (const { name, ratio, bar, ok, detail } of await apiBench({ address })) {
    console.log(`${ok ? "ok  " : "FAIL"} ${name}: ${ratio.toFixed(2)} (bar ${bar}) ${detail}`);
  }
}
