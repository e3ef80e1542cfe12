/**
 * Starting containers with networks, in a network of the benchmark's own, against the plugins alone.
 *
 * @module
 */
import { CNI_BIN, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { exec, type NetworkedDaemon, startNetworked, useTestPlugins } from "../network/support.ts";
import { type BenchRow, benchRow, median } from "./row.ts";

const GROUP = "network";
const ROUNDS = 15;
const AT_ONCE = 50;

/** The benchmark's groups, by name. */
export const groups = { network: networkBench };

/** One start after another with bridge and two ports, the same without, the plugins alone; many. */
export async function networkBench(): Promise<BenchRow[]> {
  useTestPlugins();
  await using daemon = await startNetworked("2.1");
  const { ns, image } = daemon;
  const base = ns.container().image(image).logs(false).command("sleep", "600");
  const times = { bridge: [] as number[], none: [] as number[], plugins: [] as number[] };
  for (let round = -1; round < ROUNDS; round++) {
    const bridge = await startTime(base.publish("8080:80", "8443:443"));
    const none = await startTime(base);
    const plugins = await pluginTime(daemon, round);
    // The first round makes the network, and fills caches.
    if (round < 0) continue;
    times.bridge.push(bridge);
    times.none.push(none);
    times.plugins.push(plugins);
  }
  const seconds = median(times.bridge) / 1000;
  const share = median(times.bridge.map((time, i) => time - times.none[i]!));
  const rows = [
    benchRow(
      GROUP,
      "create and start with bridge and two ports, in seconds",
      { ours: seconds, theirs: 1, unit: "s" },
      { bar: 0.35, better: "lower" },
    ),
    benchRow(
      GROUP,
      "what bridge and two ports add to a start against the plugins alone",
      { ours: share, theirs: median(times.plugins), unit: "ms" },
      { bar: 1.5, better: "lower" },
    ),
    await crowd(ns, image),
  ];
  await ns.networks.remove("bridge");
  const left = await daemon.left();
  if (left.length > 0) throw new Error(`left behind: ${left.join("\n")}`);
  return rows;
}

async function startTime(builder: ReturnType<Namespace["container"]>): Promise<number> {
  const start = performance.now();
  const container = await builder.start();
  const time = performance.now() - start;
  await container.remove();
  return time;
}

/** How many of many starts at once are right: addresses of their own, ports, hosts files. */
async function crowd(ns: Namespace, image: Image): Promise<BenchRow> {
  const base = ns.container().image(image).logs(false).command("sleep", "600");
  const start = performance.now();
  const all = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) => base.publish(`${20000 + i}:80`, 443).start()),
  );
  const seconds = (performance.now() - start) / 1000;
  const { containers } = await ns.networks.inspect("bridge");
  const addresses = new Set(containers.flatMap(({ addresses }) => addresses));
  const ports = new Set(
    (await Promise.all(all.map((container) => container.ports()))).flat()
      .map(({ hostPort }) => hostPort),
  );
  await Promise.all(all.map((container) => container.remove()));
  const right = addresses.size === AT_ONCE && ports.size === 2 * AT_ONCE ? AT_ONCE : 0;
  return {
    ...benchRow(
      GROUP,
      `${AT_ONCE} such starts at once that are right`,
      { ours: right, theirs: AT_ONCE, unit: "" },
      { bar: 1, better: "higher" },
    ),
    detail: `${right} / ${AT_ONCE}, in ${seconds.toFixed(1)} s`,
  };
}

/** The time that the same plugins take for the same, called one after the other by a shell. */
async function pluginTime(daemon: NetworkedDaemon, round: number): Promise<number> {
  const { ns, dir, inside } = daemon;
  const { config } = await ns.networks.inspect("bridge");
  const name = `alone-${round + 1}`;
  const portMappings = [[8080, 80], [8443, 443]].map(([hostPort, containerPort]) => ({
    ...{ hostPort, containerPort, protocol: "tcp", hostIP: "0.0.0.0" },
  }));
  const inputs = config.plugins.map(({ capabilities, ...plugin }) => ({
    type: plugin.type,
    text: JSON.stringify({
      ...plugin,
      name: config.name,
      cniVersion: config.cniVersion,
      ...(capabilities?.portMappings ? { runtimeConfig: { portMappings } } : {}),
    }).slice(0, -1),
  }));
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const call = (command: string, { type, text }: { type: string; text: string }) =>
    `r=$(printf '%s%s}' ${quote(text)} "\${r:+,\\"prevResult\\":$r}" | ` +
    `CNI_COMMAND=${command} ${CNI_BIN}/${type}) || exit 1`;
  const script = (lines: string[]) =>
    [
      `export PATH=${TOOLS_BIN}:$PATH CNI_PATH=${CNI_BIN} CNI_CONTAINERID=${name} CNI_IFNAME=eth0`,
      `export CNI_NETNS=/run/netns/${daemon.netns}-${name}`,
      ...lines,
    ].join("\n");
  // Measured where it runs, as far as the shell can.
  const now = "date +%s%N";
  const add = [
    now,
    ...inputs.map((input) => call("ADD", input)),
    now,
    `printf %s "$r" >${dir}/result`,
  ];
  const del = inputs.toReversed().map((input) => `r=$(cat ${dir}/result); ${call("DEL", input)}`);
  const netns = `${daemon.netns}-${name}`;
  await check(inside(`${TOOLS_BIN}/ip`, "netns", "add", netns));
  try {
    // In a session of its own, as hooks are: sessions share a busy machine's time evenly.
    const namespace = `--net=/run/netns/${daemon.netns}`;
    const added = await check(
      exec("setsid", "-w", "nsenter", namespace, "/bin/sh", "-c", script(add)),
    );
    const [start, end] = added.trim().split("\n").map(Number);
    const time = (end! - start!) / 1e6;
    await check(inside("/bin/sh", "-c", script(del)));
    return time;
  } finally {
    await check(inside(`${TOOLS_BIN}/ip`, "netns", "del", netns));
  }
}

async function check(output: ReturnType<NetworkedDaemon["inside"]>): Promise<string> {
  const { code, stdout, stderr } = await output;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}${stdout}`);
  return stdout;
}
