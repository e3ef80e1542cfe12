/**
 * A daemon in a network namespace of a test's own, and a second namespace from which it is seen as
 * from another machine. The machine's own network is never touched.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  CNI_BIN,
  containerdBin,
  containerdDir,
  type ContainerdVersion,
  toolPath,
  TOOLS_BIN,
} from "../../.ci/setup/paths.ts";
import type { Client } from "../../lib/client/client.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { type Daemon, startDaemon } from "../../lib/daemon/private_daemon.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** The daemon's address, as it is seen from outside. */
export const HOST = "192.0.2.1";

/** For the hooks: the plugins, and iptables, which machines need not have. */
export function useTestPlugins(...before: string[]): void {
  Deno.env.set("CNI_PATH", [...before, CNI_BIN, TOOLS_BIN].join(":"));
}

/** What became of a command. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command and waits for it. */
export async function exec(...argv: string[]): Promise<Output> {
  const [command, ...args] = argv;
  const { code, stdout, stderr } = await new Deno.Command(command!, {
    args,
    stdin: "null",
    env: { PATH: `${TOOLS_BIN}:${Deno.env.get("PATH")}` },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

async function must(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await exec(...argv);
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  return stdout;
}

/** A daemon with a network of its own. */
export interface NetworkedDaemon extends AsyncDisposable {
  /** Its folder. */
  readonly dir: string;
  /** Its socket. */
  readonly address: string;
  /** Its process. */
  readonly pid: number;
  /** A client. */
  readonly client: Client;
  /** A namespace; its name is unique on the machine, as runc's state is. */
  readonly ns: Namespace;
  /** The busybox image in it. */
  readonly image: Image;
  /** The name of the network namespace. */
  readonly netns: string;
  /** Runs a command in the daemon's network. */
  inside(...argv: string[]): Promise<Output>;
  /** Runs a command in the network that is outside. */
  outside(...argv: string[]): Promise<Output>;
  /** Starts it again, after it was killed. */
  restart(): Promise<void>;
  /** What is left of networks: rules, interfaces, bookings of addresses, files. */
  left(): Promise<string[]>;
}

/** What is at a place of the web, seen from inside or outside; empty when nobody answers. */
export async function fetchFrom(
  daemon: NetworkedDaemon,
  url: string,
  from: "inside" | "outside" = "outside",
): Promise<string> {
  const wget = `${TOOLS_BIN}/wget`;
  const { stdout } = await daemon[from](wget, "-q", "-t", "1", "-T", "10", "-O", "-", url);
  return stdout.trim();
}

/** Registers a test with a daemon of its own for some versions of containerd. */
export function networkedTest(
  name: string,
  versions: readonly ContainerdVersion[],
  fn: (daemon: NetworkedDaemon) => Promise<void>,
  config?: Record<string, unknown>,
): void {
  for (const version of versions) {
    Deno.test(`[${version}] ${name}`, async () => {
      useTestPlugins();
      await using daemon = await startNetworked(version, config);
      await fn(daemon);
      assertEquals(await daemon.left(), [], "something is left");
    });
  }
}

/** Asks again and again until the answer is right: for what happens by itself, some time. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  what: string,
): Promise<T> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > limit) throw new Error(`${what}: still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A web server in shell: busybox's, with a page that says its name. */
export const SERVE = "mkdir -p /www; hostname >/www/index.html; exec httpd -f -h /www";

/** Starts a daemon in a network of its own. */
export async function startNetworked(
  version: ContainerdVersion,
  config: Record<string, unknown> = {},
): Promise<NetworkedDaemon> {
  const tag = crypto.randomUUID().slice(0, 8);
  const netns = `davit-in-${tag}`;
  const away = `davit-out-${tag}`;
  const dir = await Deno.makeTempDir({ prefix: "davit-net-" });
  const ip = toolPath("ip");
  const stop: (() => Promise<unknown>)[] = [
    () => Deno.remove(dir, { recursive: true }).catch(() => {}),
  ];
  const end = async () => {
    const errors: unknown[] = [];
    for (const step of stop.splice(0).reverse()) await step().catch((e) => errors.push(e));
    if (errors.length > 0) throw new AggregateError(errors, errors.join("\n"));
  };
  try {
    for (const name of [netns, away]) {
      await must(ip, "netns", "add", name);
      stop.push(() => must(ip, "netns", "del", name));
      await must(ip, "-n", name, "link", "set", "lo", "up");
    }
    await must(
      ...[ip, "-n", netns, "link", "add", "up0", "type", "veth"],
      ...["peer", "name", "up1", "netns", away],
    );
    await must(ip, "-n", netns, "addr", "add", `${HOST}/24`, "dev", "up0");
    await must(ip, "-n", away, "addr", "add", "192.0.2.2/24", "dev", "up1");
    await must(ip, "-n", netns, "link", "set", "up0", "up");
    await must(ip, "-n", away, "link", "set", "up1", "up");
    await must(ip, "-n", netns, "route", "add", "default", "via", "192.0.2.2");
    const program = `${dir}/containerd`;
    await Deno.writeTextFile(
      program,
      `#!/bin/sh\nexec nsenter --net=/run/netns/${netns} ${containerdBin(version)} "$@"\n`,
      { mode: 0o755 },
    );
    const options = {
      dir: `${dir}/d`,
      containerd: program,
      path: [containerdDir(version), TOOLS_BIN],
      ephemeral: true,
      config,
    };
    const daemons: Daemon[] = [await startDaemon(options)];
    stop.push(async () => {
      for (const daemon of daemons) await daemon.stop();
    });
    const client = clientOf(daemons[0]!.address);
    stop.push(() => client.close());
    // Of tests that failed: nothing is to be freed by hooks in the machine's own network.
    stop.push(async () => {
      for (const { id } of await ns.containers.list()) await (await ns.containers.get(id)).remove();
    });
    const ns = client.namespace(`net-${tag}`);
    const image = await loadBusybox(ns);
    const run = (name: string) => (...argv: string[]) =>
      exec("nsenter", `--net=/run/netns/${name}`, ...argv);
    const inside = run(netns);
    return {
      ...{ dir, client, ns, image, netns, inside },
      address: daemons[0]!.address,
      get pid() {
        return daemons.at(-1)!.pid;
      },
      outside: run(away),
      restart: async () => void daemons.push(await startDaemon(options)),
      left: () => leftOf(`${dir}/d`, inside),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end().catch(() => {/* the first error counts */});
    throw error;
  }
}

/** What no container should leave: bridges and the chains that all share stay. */
async function leftOf(
  dir: string,
  inside: (...argv: string[]) => Promise<Output>,
): Promise<string[]> {
  const rules = await inside(toolPath("iptables"), "-t", "nat", "-S");
  const filter = await inside(toolPath("iptables"), "-S");
  const links = await inside(toolPath("ip"), "-o", "link");
  const files: string[] = [];
  const walk = (path: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      if (isDirectory) walk(`${path}/${name}`);
      else files.push(`${path}/${name}`);
    }
  };
  try {
    walk(`${dir}/nerdctl`);
  } catch { /* it never had any */ }
  const isCommon = (file: string) =>
    /\/cni\/(net\.d\/|networks\/[^/]+\/(lock|last_reserved_ip\.\d+)$)/.test(file);
  return [
    ...rules.stdout.split("\n").filter((line) => /id: |CNI-DN-|-A CNI-[0-9a-f]{20}/.test(line)),
    ...filter.stdout.split("\n").filter((line) => /-[sd] 10\.\d/.test(line)),
    ...links.stdout.split("\n").filter((line) => /: veth/.test(line)),
    ...files.filter((file) => !isCommon(file)),
  ];
}
