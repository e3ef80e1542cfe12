/** The example of networks, in a network of its own. @module */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CNI_BIN, HELLO_BIN, ROOT, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { killProcess } from "../core/robust_support.ts";
import { eventually, fetchFrom, HOST, type NetworkedDaemon, networkedTest } from "./support.ts";

async function example(daemon: NetworkedDaemon, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}/examples/network.ts`, ...args],
    env: {
      CONTAINERD_ADDRESS: daemon.address,
      SHOP_NAMESPACE: daemon.ns.name,
      CNI_PATH: `${CNI_BIN}:${TOOLS_BIN}`,
      PATH: `${HELLO_BIN}:${TOOLS_BIN}:${Deno.env.get("PATH")}`,
      NO_COLOR: "1",
    },
    stdin: "null",
    signal: AbortSignal.timeout(180_000),
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, `${output}\n${errors}`);
  return output!;
}

networkedTest(
  "examples/network.ts runs, and survives tasks and the daemon",
  ["2.1"],
  async (daemon) => {
    const { ns } = daemon;
    const output = await example(daemon, "--keep");
    assertMatch(output, /ports: 8080 → 80\norders so far: \d+\nthe web server is back\n/);
    const orders = async () =>
      Number(await fetchFrom(daemon, `http://${HOST}:8080/cgi-bin/orders`));
    const before = await orders();
    assert(before > 0);
    // All of it, with nobody there who could see it.
    const pids = (await ns.containers.list()).map(({ pid }) => pid!);
    assertEquals(pids.length, 3);
    await killProcess(daemon.pid);
    for (const pid of pids) await killProcess(pid);
    await daemon.restart();
    await eventually(orders, (count) => count > before, "orders after the daemon was killed");
    await example(daemon, "--remove");
  },
  { plugins: { "io.containerd.internal.v1.restart": { interval: "1s" } } },
);
