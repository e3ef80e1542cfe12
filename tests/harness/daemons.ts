/**
 * Tests against real daemons, one for each version of containerd. `deno task test` starts them.
 *
 * @module
 */
import { CONTAINERD_VERSIONS, type ContainerdVersion } from "../../.ci/setup/paths.ts";
import { Client } from "../../lib/client/client.ts";
import type { Image } from "../../lib/core/image/image.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { LocalHost } from "../../lib/host/local.ts";
import { dialUnix } from "../../lib/rpc/dial.ts";
import { createGrpcTransport } from "../../lib/rpc/transport.ts";
import { loadBusybox } from "./images.ts";
import { CallLog } from "./call_log.ts";
import { leftIn, RawDaemon, removeNamespace, sweepNamespace } from "./leftovers.ts";

/** A daemon that the test runner started. */
export interface TestDaemon {
  /** Path of its gRPC socket. */
  readonly address: string;
  /** The folder of all its files. */
  readonly dir: string;
  /** The folder with its `containerd`, `ctr` and shims. */
  readonly bin: string;
}

/** What a test of {@linkcode daemonTest} works with. */
export interface DaemonTestEnv extends TestDaemon {
  /** The version of containerd, such as `"2.1"`. */
  readonly version: ContainerdVersion;
  /** A client of its own; closed after the test. */
  readonly client: Client;
  /** A namespace of its own; emptied and deleted after the test. */
  readonly ns: Namespace;
  /** The busybox image in that namespace, loaded by the first call. */
  image(): Promise<Image>;
  /** Aborted when the test has taken too long. */
  readonly signal: AbortSignal;
}

/** How to run a {@linkcode daemonTest}. */
export interface DaemonTestOptions {
  /** Which versions of containerd. Default: all. */
  readonly versions?: readonly ContainerdVersion[];
  /** Load the busybox image before the test. Default: the first `image()` does. */
  readonly image?: boolean;
  /** Why this test is not run, where it is not: shown with its name. */
  readonly skip?: string | undefined;
  /** How long the test may take, in milliseconds. Default: 30000. */
  readonly timeoutMs?: number;
}

let told = false;

/** The daemon of a version, or why there is none. */
function daemonOf(version: ContainerdVersion): TestDaemon | string {
  const text = Deno.env.get("DAVIT_TEST_DAEMONS");
  if (text === undefined) {
    if (!told) console.error('Tests against daemons are left out: run "deno task test"');
    told = true;
    return 'run "deno task test"';
  }
  const daemons = JSON.parse(text) as Record<string, TestDaemon>;
  return daemons[version] ?? `no containerd ${version} was started`;
}

/**
 * Registers one test for each version of containerd, named `[2.1] name`.
 *
 * The test gets a client and an empty namespace. Afterwards a connection of its own looks whether
 * containers, tasks, leases, snapshots, ingests or sandboxes are left there; that is a failure.
 */
export function daemonTest(
  name: string,
  fn: (env: DaemonTestEnv, t: Deno.TestContext) => Promise<void>,
  options: DaemonTestOptions = {},
): void {
  for (const version of options.versions ?? CONTAINERD_VERSIONS) {
    const daemon = daemonOf(version);
    const reason = options.skip ?? (typeof daemon === "string" ? daemon : undefined);
    if (reason !== undefined || typeof daemon === "string") {
      Deno.test({ name: `[${version}] ${name} (skipped: ${reason})`, ignore: true, fn: () => {} });
    } else {
      Deno.test({
        name: `[${version}] ${name}`,
        sanitizeOps: true,
        sanitizeResources: true,
        fn: (t) => runTest({ version, daemon, fn, options, t }),
      });
    }
  }
}

interface TestRun {
  readonly version: ContainerdVersion;
  readonly daemon: TestDaemon;
  readonly fn: (env: DaemonTestEnv, t: Deno.TestContext) => Promise<void>;
  readonly options: DaemonTestOptions;
  readonly t: Deno.TestContext;
}

/** A client of a daemon's socket. */
export function clientOf(address: string, calls?: CallLog): Client {
  const own = createGrpcTransport({ dial: dialUnix(address), address });
  const transport = calls?.watch(own) ?? own;
  return new Client({ transport, address, host: new LocalHost() });
}

async function runTest({ version, daemon, fn, options, t }: TestRun): Promise<void> {
  const namespace = `t-${crypto.randomUUID().slice(0, 13)}`;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const errors: unknown[] = [];
  const calls = new CallLog();
  const client = clientOf(daemon.address, calls);
  const limit = new Limit(timeoutMs, () => `the test did not end within ${timeoutMs} ms\n${calls}`);
  try {
    const ns = client.namespace(namespace);
    let image: Promise<Image> | undefined;
    const env: DaemonTestEnv = {
      ...daemon,
      version,
      client,
      ns,
      image: () => image ??= loadBusybox(ns),
      signal: limit.signal,
    };
    if (options.image) await env.image();
    await limit.race(fn(env, t));
  } catch (error) {
    errors.push(error);
  } finally {
    limit.end();
  }
  try {
    await new Limit(30_000, () => `client.close() did not end within 30 s\n${calls}`).race(
      client.close(),
    );
  } catch (error) {
    errors.push(error);
  }
  try {
    await new Limit(30_000, () => "the look at what the test left did not end within 30 s").race(
      clearAway(daemon.address, namespace),
    );
  } catch (error) {
    errors.push(error);
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join("\nand: "));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Looks at what a test left, removes it and its namespace. */
async function clearAway(address: string, namespace: string): Promise<void> {
  await using daemon = new RawDaemon(address);
  const left = await leftIn(daemon, namespace);
  if (left.length > 0) await sweepNamespace(daemon, namespace);
  await removeNamespace(daemon, namespace);
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
}

/** A limit of time for something that may never end. */
class Limit {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal = this.#controller.signal;

  /** @param message Of the failure, asked for when the time is over. */
  constructor(timeoutMs: number, message: () => string) {
    this.#timer = setTimeout(() => this.#controller.abort(new Error(message())), timeoutMs);
  }

  /** The result of `work`, or the failure that the time is over. */
  async race(work: Promise<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.signal.reason);
    this.signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([work, promise]);
    } finally {
      this.end();
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
