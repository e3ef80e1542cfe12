/**
 * Davit's transport against connect-node and grpc-js: same runtime, same daemon, taking turns.
 *
 * @module
 */
import { type BenchRow, pairedRow } from "./row.ts";
import {
  type BenchClient,
  connectNodeClient,
  davitClient,
  grpcJsClient,
  NAMESPACE,
} from "./rpc/clients.ts";
import { putBlob, removeBlob } from "./rpc/blob.ts";

const GROUP = "rpc";
const ROUNDS = 7;
const BLOB_BYTES = 64 * 1024 * 1024;
const WRITE_CHUNK_BYTES = 1024 * 1024;
const START_ROUNDS = 15;

/** The benchmark's groups, by name. */
export const groups = { rpc: rpcBench, startup: startupBench };

/** Calls and streams of processes that run already. */
export async function rpcBench(env: { address: string }): Promise<BenchRow[]> {
  const davit = davitClient(env.address);
  const connectNode = connectNodeClient(env.address);
  const grpcJs = grpcJsClient(env.address);
  const all = [davit, connectNode, grpcJs];
  const blob = await putBlob(env.address, NAMESPACE, BLOB_BYTES);
  const chunk = crypto.getRandomValues(new Uint8Array(65_536));
  const data = new Uint8Array(BLOB_BYTES / 4);
  for (let at = 0; at < data.length; at += chunk.length) data.set(chunk, at);
  try {
    const one = await takeTurns(all, (client) => callsPerSecond(client, 1, 1500));
    const many = await takeTurns(all, (client) => callsPerSecond(client, 64, 6000));
    const read = await takeTurns(all, async (client) => {
      const start = performance.now();
      const size = await client.read(blob);
      if (size !== BLOB_BYTES) throw new Error(`${client.name} read ${size} bytes`);
      return size / 1e3 / (performance.now() - start);
    });
    const write = await takeTurns([davit, connectNode], async (client) => {
      const start = performance.now();
      await client.write!(data, WRITE_CHUNK_BYTES);
      return data.length / 1e3 / (performance.now() - start);
    });
    const row = (
      what: string,
      results: ReadonlyMap<BenchClient, number[]>,
      other: BenchClient,
      unit: string,
      bar: number,
    ): BenchRow =>
      pairedRow(
        GROUP,
        `${what} against ${other.name}`,
        { ours: results.get(davit)!, theirs: results.get(other)!, unit },
        { bar, better: "higher" },
      );
    return [
      row("sequential unary", one, connectNode, "calls/s", 2),
      row("sequential unary", one, grpcJs, "calls/s", 1.5),
      row("64 concurrent", many, connectNode, "calls/s", 4.5),
      row("64 concurrent", many, grpcJs, "calls/s", 2.5),
      row("content read", read, connectNode, "MB/s", 3),
      row("content read", read, grpcJs, "MB/s", 1.5),
      row("content write", write, connectNode, "MB/s", 0.8),
    ];
  } finally {
    await removeBlob(env.address, NAMESPACE, blob);
    for (const client of all) await client.close();
  }
}

/** Whole processes that ask for the version. */
export async function startupBench(env: { address: string }): Promise<BenchRow[]> {
  const scripts = ["version_davit.ts", "version_connect_node.ts"] as const;
  const first: Record<string, number[]> = {};
  const whole: Record<string, number[]> = {};
  for (let round = -1; round < START_ROUNDS; round++) {
    for (const script of scripts) {
      const { firstMs, wholeMs } = await runScript(script, env.address);
      // The first round fills the caches of the runtime and of the file system.
      if (round < 0) continue;
      (first[script] ??= []).push(firstMs);
      (whole[script] ??= []).push(wholeMs);
    }
  }
  const row = (name: string, times: Record<string, number[]>, bar: number): BenchRow =>
    pairedRow(
      "startup",
      name,
      { ours: times[scripts[0]]!, theirs: times[scripts[1]]!, unit: "ms" },
      { bar, better: "lower" },
    );
  return [
    row("first call of a process against connect-node", first, 0.5),
    row("whole process against connect-node", whole, 0.65),
  ];
}

async function runScript(
  script: string,
  address: string,
): Promise<{ firstMs: number; wholeMs: number }> {
  const path = new URL(`./rpc/${script}`, import.meta.url).pathname;
  const start = performance.now();
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path, address],
    stderr: "inherit",
  }).output();
  const wholeMs = performance.now() - start;
  if (!success) throw new Error(`${script} failed`);
  return { firstMs: parseFloat(new TextDecoder().decode(stdout)), wholeMs };
}

/** Measures each client once per round, in turn. */
async function takeTurns(
  clients: readonly BenchClient[],
  measure: (client: BenchClient) => Promise<number>,
): Promise<Map<BenchClient, number[]>> {
  const results = new Map<BenchClient, number[]>(clients.map((client) => [client, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const client of clients) {
      const result = await measure(client);
      if (round >= 0) results.get(client)!.push(result);
    }
  }
  return results;
}

async function callsPerSecond(
  client: BenchClient,
  concurrency: number,
  calls: number,
): Promise<number> {
  let left = calls;
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (left-- > 0) await client.version();
  }));
  return calls / (performance.now() - start) * 1000;
}

if (import.meta.main) {
  const address = Deno.args[0];
  if (address === undefined) throw new Error("usage: rpc.ts ADDRESS");
  for (const bench of [rpcBench, startupBench]) {
    for (const { name, ratio, bar, ok, detail } of await bench({ address })) {
      console.log(`${ok ? "ok  " : "FAIL"} ${name}: ${ratio.toFixed(2)} (bar ${bar}) ${detail}`);
    }
  }
}
