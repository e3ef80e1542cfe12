/**
 * A hostile server in memory: whatever it sends, every call settles with a result or a
 * `ConnectError`, the connection is closed in the end, nothing is left unhandled, and memory stays
 * bounded. Inputs are made from seeds; a failure names the one that makes it happen again.
 */

import { assert, assertInstanceOf } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { Content, ReadContentResponseSchema } from "../gen/containerd/services/content_pb.ts";
import { Version, VersionResponseSchema } from "../gen/containerd/services/version_pb.ts";
import type { ByteConn } from "./dial.ts";
import { Flag, FrameType, Setting, settingsFrame, wordFrame } from "./frames.ts";
import {
  concat,
  dataFrame,
  frame,
  grpcMessage,
  headersFrame,
  responseHeaders,
  responseTrailers,
} from "./scripted_peer_test.ts";
import { createGrpcTransport, type GrpcTransport } from "./transport.ts";
import { WireError } from "./wire_error.ts";

/** Each seed makes this many inputs. */
const INPUTS_PER_SEED = 25_000;
const SEEDS = [1, 20_261, 0xdeadbeef, 0x7fffffff];

/** Inputs that once broke something: seed and index. */
const REGRESSIONS: readonly (readonly [number, number])[] = [];

/** How long a call may take to settle once the server has closed, far above what it needs. */
const SETTLE_MS = 5000;

/** Growth of the process's memory that no bounded buffer explains. */
const MAX_GROWTH_BYTES = 512 * 1024 * 1024;

/** A small generator of random numbers (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number, index: number) {
    this.#state = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return this.next() % end;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }
}

const versionBody = toBinary(
  VersionResponseSchema,
  create(VersionResponseSchema, { version: "2.1.9" }),
);

function readBody(random: Random): Uint8Array {
  const data = random.bytes(random.pick([0, 1, 10, 300]));
  return toBinary(ReadContentResponseSchema, create(ReadContentResponseSchema, { data }));
}

// Makers of what a server sends. Each gives frames, which may be anything.

function validFrames(random: Random, streams: number): Uint8Array[] {
  const frames = [settingsFrame([[Setting.MAX_CONCURRENT_STREAMS, random.pick([0, 1, 100])]])];
  frames.push(frame(FrameType.SETTINGS, Flag.ACK, 0));
  for (let i = 0; i < streams; i++) {
    const id = 1 + 2 * i;
    if (random.chance(20)) {
      frames.push(responseTrailers(id, String(random.below(18)), ":status", "200"));
      continue;
    }
    frames.push(responseHeaders(id));
    for (let n = random.below(4); n >= 0; n--) {
      const body = i === 0 ? versionBody : readBody(random);
      frames.push(dataFrame(id, grpcMessage(body)));
    }
    frames.push(responseTrailers(id, random.pick(["0", "0", "5", "14", "x"])));
  }
  return frames;
}

function randomBytes(random: Random): Uint8Array[] {
  return [random.bytes(random.below(200))];
}

function bytesAfterSettings(random: Random): Uint8Array[] {
  return [settingsFrame([]), random.bytes(random.below(300))];
}

function mutated(random: Random, streams: number): Uint8Array[] {
  const bytes = concat(...validFrames(random, streams));
  for (let n = random.below(6); n >= 0; n--) {
    const at = random.below(bytes.length);
    bytes[at] = random.chance(50) ? bytes[at]! ^ (1 << random.below(8)) : random.next();
  }
  return [bytes];
}

function shuffled(random: Random, streams: number): Uint8Array[] {
  const [settings, ...frames] = validFrames(random, streams);
  for (let n = random.below(4); n >= 0; n--) {
    const [moved] = frames.splice(random.below(frames.length), 1);
    if (random.chance(70)) frames.splice(random.below(frames.length + 1), 0, moved!);
    if (random.chance(20)) frames.push(moved!);
  }
  return [settings!, ...frames];
}

function truncated(random: Random, streams: number): Uint8Array[] {
  const bytes = concat(...validFrames(random, streams));
  return [bytes.subarray(0, random.below(bytes.length))];
}

function randomFrames(random: Random): Uint8Array[] {
  const frames = [settingsFrame([])];
  for (let n = random.below(12); n >= 0; n--) {
    const type = random.below(11);
    const id = random.pick([0, 0, 1, 1, 3, 5, 2, random.next() >>> 1]);
    const length = random.pick([0, 4, 4, 5, 8, 6, 12, random.below(64)]);
    frames.push(frame(type, random.next() & 0xff, id, random.bytes(length)));
  }
  return frames;
}

function controlFrames(random: Random): Uint8Array[] {
  const frames = [settingsFrame([])];
  for (let n = random.below(20); n >= 0; n--) {
    const value = random.pick([0, 1, 100, 65_535, 0x7fffffff, 0xffffffff, random.next()]);
    const id = random.pick([0, 1, 3]);
    frames.push(
      random.pick([
        () => settingsFrame([[random.below(8), value], [random.below(8), random.below(70_000)]]),
        () => wordFrame(FrameType.WINDOW_UPDATE, id, value),
        () => wordFrame(FrameType.RST_STREAM, id, value),
        () => wordFrame(FrameType.GOAWAY, 0, value, random.below(16)),
        () => frame(FrameType.PING, random.below(2), 0, random.bytes(8)),
        () => responseHeaders(id),
        () => dataFrame(id, grpcMessage(readBody(random))),
      ])(),
    );
  }
  return frames;
}

function headerBombs(random: Random): Uint8Array[] {
  const bomb: Uint8Array[] = [];
  // One large entry in the dynamic table, then references to it.
  const name = random.bytes(random.below(60)).map((byte) => 97 + byte % 26);
  const value = new Uint8Array(random.below(100)).fill(97);
  bomb.push(Uint8Array.of(0x40, name.length), name, Uint8Array.of(value.length), value);
  bomb.push(new Uint8Array(random.below(3000)).fill(random.pick([0xbe, 0xbf, 0x82, 0xc0])));
  if (random.chance(50)) bomb.unshift(Uint8Array.of(0x3f, random.next() & 0xff, random.below(64)));
  if (random.chance(50)) bomb.push(random.bytes(random.below(50)));
  const block = concat(...bomb);
  const cut = random.below(block.length + 1);
  const frames = [
    settingsFrame([]),
    frame(FrameType.HEADERS, random.chance(50) ? 0 : Flag.END_STREAM, 1, block.subarray(0, cut)),
  ];
  for (let n = random.below(5); n > 0; n--) {
    frames.push(frame(FrameType.CONTINUATION, 0, 1, random.bytes(random.below(20))));
  }
  frames.push(frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, block.subarray(cut)));
  return frames;
}

function oversized(random: Random): Uint8Array[] {
  const prefix = random.bytes(5);
  if (random.chance(70)) prefix[0] = random.below(3);
  const head = Uint8Array.of(random.next(), random.next(), random.next(), random.below(10));
  return [
    settingsFrame([]),
    responseHeaders(1),
    dataFrame(1, concat(prefix, random.bytes(random.below(100)))),
    concat(head, random.bytes(random.below(40))),
  ];
}

function strangeHeaders(random: Random): Uint8Array[] {
  const names = [":status", "content-type", "grpc-status", "grpc-message", "grpc-encoding"];
  const values = ["200", "0", "13", "-1", "1e3", "application/grpc", "%%%41%zz", "\x00\xff", ""];
  names.push("grpc-status-details-bin", "x-bin", "bad name", "", "trailer");
  const frames = [settingsFrame([])];
  for (let n = random.below(4); n >= 0; n--) {
    const fields: string[] = random.chance(60)
      ? [":status", "200", "content-type", "application/grpc"]
      : [];
    for (let i = random.below(6); i > 0; i--) fields.push(random.pick(names), random.pick(values));
    const flags = Flag.END_HEADERS | (random.chance(40) ? Flag.END_STREAM : 0);
    frames.push(headersFrame(random.pick([1, 3, 5]), fields, flags));
    if (random.chance(30)) frames.push(dataFrame(1, grpcMessage(random.bytes(random.below(9)))));
  }
  return frames;
}

const MAKERS = [
  randomBytes,
  bytesAfterSettings,
  validFrames,
  mutated,
  mutated,
  shuffled,
  truncated,
  randomFrames,
  controlFrames,
  headerBombs,
  oversized,
  strangeHeaders,
];

/** Gives prepared chunks, then ends; takes writes whole, in part, or not at all. */
class HostileConn implements ByteConn {
  closed = false;
  readonly #chunks: Uint8Array[];
  readonly #random: Random;
  readonly #breakWrites: boolean;

  constructor(chunks: Uint8Array[], random: Random) {
    this.#chunks = chunks;
    this.#random = random;
    this.#breakWrites = random.chance(5);
  }

  async read(into: Uint8Array): Promise<number | null> {
    await null;
    if (this.closed) throw new Error("closed");
    const chunk = this.#chunks.shift();
    if (chunk === undefined) {
      if (this.#random.chance(20)) throw new Error("reset");
      return null;
    }
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    if (count < chunk.length) this.#chunks.unshift(chunk.subarray(count));
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await null;
    if (this.closed || (this.#breakWrites && this.#random.chance(50))) throw new Error("pipe");
    return this.#random.chance(80) ? bytes.length : 1 + this.#random.below(bytes.length);
  }

  close(): void {
    this.closed = true;
  }
}

function makeChunks(random: Random, streams: number): Uint8Array[] {
  const frames = random.pick(MAKERS)(random, streams);
  if (random.chance(50)) return [concat(...frames)];
  if (random.chance(50)) return frames.filter(({ length }) => length > 0);
  const bytes = concat(...frames);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.pick([3, 40, 400]));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

async function* requests(random: Random) {
  for (let n = random.below(3); n >= 0; n--) {
    yield await Promise.resolve({ ref: "r", data: new Uint8Array(random.pick([0, 10, 70_000])) });
  }
}

async function* digests() {
  yield await Promise.resolve({ digest: "sha256:0" });
}

function startCall(transport: GrpcTransport, i: number, random: Random): Promise<unknown> {
  const controller = random.chance(15) ? new AbortController() : undefined;
  const signal = controller?.signal;
  const abort = async (turns: number): Promise<void> => {
    for (; turns > 0; turns--) await null;
    controller?.abort();
  };
  if (controller !== undefined) void abort(random.below(30));
  if (i === 0) {
    const { version } = Version.method;
    return transport.unary(version, signal, undefined, undefined, {}).then((response) => {
      // Lazy parts must hold as well.
      return [...response.header, ...response.trailer, response.message];
    });
  }
  const { read, write } = Content.method;
  const call = i === 1
    ? transport.stream(read, signal, undefined, undefined, digests())
    : transport.stream(write, signal, undefined, undefined, requests(random));
  const stopAfter = random.pick([0, 1, 1000]);
  return call.then(async ({ message }) => {
    let count = 0;
    for await (const _ of message) if (++count >= stopAfter) break;
  });
}

async function runInput(seed: number, index: number): Promise<void> {
  const random = new Random(seed, index);
  // Now and then more calls than a connection takes before it knows the server's limit.
  const streams = random.chance(2) ? 15 : 1 + random.below(3);
  const conns: HostileConn[] = [];
  const transport = createGrpcTransport({
    address: "/fuzz.sock",
    dial: () => {
      const conn = new HostileConn(makeChunks(random, streams), random);
      conns.push(conn);
      return Promise.resolve(conn);
    },
  });
  const calls = Array.from({ length: streams }, (_, i) => startCall(transport, i, random));
  const results = await Promise.allSettled(calls);
  await transport.close();
  for (const result of results) {
    if (result.status === "rejected") {
      assertInstanceOf(result.reason, WireError);
      assert(result.reason.metadata instanceof Headers);
    }
  }
  for (const conn of conns) {
    // What a dial gives after its calls were aborted is closed one turn later.
    if (!conn.closed) await new Promise((resolve) => setTimeout(resolve));
    assert(conn.closed, "a connection was left open");
  }
}

/** Runs inputs one after the other, and tells which one does not settle. */
async function runInputs(seed: number, indices: Iterable<number>): Promise<void> {
  let index = 0;
  let started = performance.now();
  const stuck = Promise.withResolvers<never>();
  stuck.promise.catch(() => {});
  const watch = setInterval(() => {
    if (performance.now() - started < SETTLE_MS) return;
    stuck.reject(new Error(`seed ${seed}, input ${index}: a call did not settle`));
  }, 100);
  const unhandled = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    stuck.reject(
      new Error(`seed ${seed}, input ${index}: unhandled rejection`, { cause: event.reason }),
    );
  };
  addEventListener("unhandledrejection", unhandled);
  const before = Deno.memoryUsage().rss;
  try {
    for (index of indices) {
      started = performance.now();
      try {
        await Promise.race([runInput(seed, index), stuck.promise]);
      } catch (cause) {
        throw new Error(`seed ${seed}, input ${index} failed`, { cause });
      }
      if (index % 500 === 0) {
        // Lets timers and unhandled rejections come through.
        await new Promise((resolve) => setTimeout(resolve));
        const growth = Deno.memoryUsage().rss - before;
        assert(growth < MAX_GROWTH_BYTES, `seed ${seed}, input ${index}: grew by ${growth} bytes`);
      }
    }
  } finally {
    clearInterval(watch);
    removeEventListener("unhandledrejection", unhandled);
  }
}

for (const [seed, index] of REGRESSIONS) {
  Deno.test(`createGrpcTransport() survives input ${index} of seed ${seed}`, async () => {
    await runInputs(seed, [index]);
  });
}

for (const seed of SEEDS) {
  Deno.test(`createGrpcTransport() survives a hostile server, seed ${seed}`, async () => {
    await runInputs(seed, Array(INPUTS_PER_SEED).keys());
  });
}
