/**
 * Processes of containers against `ctr` on the same daemon, taking turns; their streams against
 * pipes of this machine.
 *
 * @module
 */
import { pack, PACKAGE } from "../../.ci/pack.ts";
import { ctrBin } from "../../.ci/setup/paths.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { type BenchRow, benchRow, median, pairedRow } from "./row.ts";

const GROUP = "containers";
const EXECS = 40;
const RUNS = 25;
const CROWD = 100;
const CAPTURE_MIB = 1024;
const ECHOES = 400;
const FOLLOWERS = 500;
const LINES = 200;

/** The benchmark's groups, by name. */
export const groups = { containers: containersBench };

/** What all of it works with. */
interface Place {
  readonly address: string;
  readonly ns: Namespace;
  readonly image: Image;
  /** Runs `ctr`. */
  ctr(...args: string[]): Promise<void>;
}

/** Execs, starts, crowds, shims, captures, terminals and followers. */
export async function containersBench(env: { address: string }): Promise<BenchRow[]> {
  await using client = clientOf(env.address);
  const ns = client.namespace("bench-containers");
  const image = await loadBusybox(ns);
  const ctr = (...args: string[]) =>
    spawn(ctrBin("2.1"), ["-a", env.address, "-n", ns.name, ...args]);
  const place: Place = { address: env.address, ns, image, ctr };
  const rows: BenchRow[] = [];
  for (const measure of [execs, firstByte, crowd, sharedShim, capture, echo, followers]) {
    rows.push(...await measure(place));
  }
  await ns.images.remove(image, { sync: true });
  return rows;
}

async function execs({ ns, image, ctr }: Place): Promise<BenchRow[]> {
  await using box = await ns.container("box").image(image).command("sleep", "1d").start();
  let count = 0;
  const [ours, theirs] = await inTurn([
    async () => void await box.exec("/bin/true"),
    () => ctr("tasks", "exec", "--exec-id", `e${count++}`, "box", "/bin/true"),
  ], EXECS);
  const bar = { bar: 0.9, better: "lower" } as const;
  const rounds = { ours: ours!, theirs: theirs!, unit: "ms" };
  return [pairedRow(GROUP, "exec of /bin/true against ctr tasks exec", rounds, bar)];
}

async function firstByte({ ns, image, address }: Place): Promise<BenchRow[]> {
  const run = ns.run(image).command("echo", "here");
  let count = 0;
  const [ours, theirs] = await inTurn([
    async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const over = run.stdout(new WritableStream({ write: () => resolve() }));
      const ended = over.then(() => {});
      await Promise.race([promise, ended]);
      return async () => await ended;
    },
    async () => {
      const args = ["-a", address, "-n", ns.name, "run", "--rm", image.name, `f${count++}`];
      const process = new Deno.Command(ctrBin("2.1"), {
        args: [...args, "echo", "here"],
        stdout: "piped",
      }).spawn();
      const reader = process.stdout.getReader();
      await reader.read();
      return async () => {
        await reader.cancel();
        await process.status;
      };
    },
  ], RUNS);
  const bar = { bar: 1, better: "lower" } as const;
  const rounds = { ours: ours!, theirs: theirs!, unit: "ms" };
  return [pairedRow(GROUP, "start to first byte against ctr run", rounds, bar)];
}

async function crowd({ ns, image, address }: Place): Promise<BenchRow[]> {
  const run = ns.run(image).command("/bin/true");
  const base = `${ctrBin("2.1")} -a ${address} -n ${ns.name} run --rm ${image.name}`;
  let round = 0;
  const [ours, theirs] = await inTurn([
    async () => void await Promise.all(Array.from({ length: CROWD }, () => run.then())),
    async () => {
      const name = `r${round++}`;
      const script = `i=0; while [ $i -lt ${CROWD} ]; do ${base} ${name}-$i /bin/true & ` +
        "i=$((i+1)); done; wait";
      await spawn("/bin/sh", ["-c", script]);
    },
  ], 3);
  const perSecond = (times: readonly number[]) => times.map((ms) => CROWD / ms * 1000);
  const rounds = { ours: perSecond(ours!), theirs: perSecond(theirs!), unit: "/s" };
  const bar = { bar: 1.2, better: "higher" } as const;
  return [pairedRow(GROUP, `${CROWD} runs at once against ctr run --rm from a shell`, rounds, bar)];
}

async function sharedShim({ ns, image }: Place): Promise<BenchRow[]> {
  const own = ns.run(image).command("/bin/true");
  await using _holder = await ns.container("holder").image(image).group("bench")
    .command("sleep", "1d").start();
  const shared = own.group("bench");
  const [ours, theirs] = await inTurn(
    [async () => void await shared, async () => void await own],
    RUNS,
  );
  const perSecond = (times: readonly number[]) => times.map((ms) => 1000 / ms);
  const rounds = { ours: perSecond(ours!), theirs: perSecond(theirs!), unit: "/s" };
  const bar = { bar: 1.15, better: "higher" } as const;
  return [pairedRow(GROUP, "runs one by one, shared shim against one each", rounds, bar)];
}

async function capture({ address, ns, image }: Place): Promise<BenchRow[]> {
  await pack();
  const map = `${PACKAGE}/import_map.json`;
  Deno.writeTextFileSync(map, JSON.stringify({ imports: { "@davit/sdk": "./dist/mod.js" } }));
  const script = new URL("containers/capture.ts", import.meta.url).pathname;
  const speeds: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < 3; round++) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-config", `--import-map=${map}`, script],
        ...[address, ns.name, image.name, `${CAPTURE_MIB}`],
      ],
      stderr: "inherit",
    }).output();
    const { ms, bytes, peakBytes } = JSON.parse(new TextDecoder().decode(stdout));
    if (bytes !== CAPTURE_MIB * 1024 * 1024) throw new Error(`${bytes} bytes came`);
    speeds.push(bytes / ms / 1000);
    peaks.push(peakBytes / 1e6);
  }
  return [
    benchRow(
      GROUP,
      `capture of ${CAPTURE_MIB} MiB of output against 500 MB/s`,
      { ours: median(speeds), theirs: 500, unit: "MB/s" },
      { bar: 1, better: "higher" },
    ),
    benchRow(
      GROUP,
      "memory of the process that captures against 150 MB",
      { ours: median(peaks), theirs: 150, unit: "MB" },
      { bar: 1, better: "lower" },
    ),
  ];
}

/** Round trips through something that says what it is told. */
async function roundTrips(
  stdin: WritableStream<Uint8Array>,
  stdout: ReadableStream<Uint8Array>,
): Promise<number[]> {
  const writer = stdin.getWriter();
  const reader = stdout.getReader();
  const byte = new TextEncoder().encode("x");
  const times: number[] = [];
  for (let i = -50; i < ECHOES; i++) {
    const start = performance.now();
    await writer.write(byte);
    await reader.read();
    if (i >= 0) times.push(performance.now() - start);
  }
  writer.releaseLock();
  reader.releaseLock();
  return times;
}

async function echo({ ns, image }: Place): Promise<BenchRow[]> {
  // The terminal itself says what is typed.
  await using process = await ns.run(image).tty().command("sleep", "1d").spawn();
  const cat = new Deno.Command("cat", { stdin: "piped", stdout: "piped" }).spawn();
  const over: number[] = [];
  const detail: [number, number] = [0, 0];
  for (let round = 0; round < 5; round++) {
    const terminal = median(await roundTrips(process.stdin, process.stdout));
    const pipe = median(await roundTrips(cat.stdin, cat.stdout));
    over.push(terminal - pipe);
    detail[0] = terminal;
    detail[1] = pipe;
  }
  await cat.stdin.close();
  await cat.stdout.cancel();
  await cat.status;
  return [{
    ...benchRow(
      GROUP,
      "echo of a terminal above that of a local pipe, against 0.5 ms",
      { ours: median(over), theirs: 0.5, unit: "ms" },
      { bar: 1, better: "lower" },
    ),
    detail: `${detail[0].toFixed(3)} - ${detail[1].toFixed(3)} ms`,
  }];
}

async function followers({ ns, image }: Place): Promise<BenchRow[]> {
  const script = `while [ ! -e /go ]; do sleep 0.1; done; seq 1 ${LINES}`;
  const boxes = await Promise.all(
    Array.from(
      { length: 5 },
      () => ns.container().image(image).command("sh", "-c", script).start(),
    ),
  );
  let lines = 0;
  const all = Array.from({ length: FOLLOWERS }, async (_, i) => {
    for await (const _line of boxes[i % boxes.length]!.logs({ follow: true })) lines++;
  });
  const started = performance.now();
  await Promise.all(boxes.map((box) => box.exec("touch", "/go").then()));
  await Promise.all(all);
  const ms = performance.now() - started;
  await Promise.all(boxes.map((box) => box.remove()));
  const wanted = FOLLOWERS * LINES;
  return [{
    ...benchRow(
      GROUP,
      `lines that ${FOLLOWERS} followers of logs got, of ${wanted}`,
      { ours: lines, theirs: wanted, unit: "lines" },
      { bar: 1, better: "higher" },
    ),
    detail: `${lines} lines in ${(ms / 1000).toFixed(1)} s`,
  }];
}

/**
 * Times of several things done in turn, in milliseconds. What a thing returns is done after it,
 * untimed.
 */
async function inTurn(
  things: readonly (() => Promise<void | (() => Promise<void>)>)[],
  rounds: number,
): Promise<number[][]> {
  const times = things.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, thing] of things.entries()) {
      const start = performance.now();
      const rest = await thing();
      // The first round fills caches.
      if (round >= 0) times[i]!.push(performance.now() - start);
      await rest?.();
    }
  }
  return times;
}

async function spawn(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "null" }).spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}
