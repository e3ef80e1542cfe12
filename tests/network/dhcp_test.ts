/** Addresses by DHCP: a server outside, and the plugin's daemon on the daemon's host. @module */

import { assertEquals, assertMatch } from "@std/assert";
import { CNI_BIN, toolPath } from "../../.ci/setup/paths.ts";
import { eventually, exec, type NetworkedDaemon, networkedTest } from "./support.ts";

const BUSYBOX = toolPath("busybox");

/** A program that runs in a network namespace, until it is disposed of. */
function background(netns: string, ...argv: string[]): AsyncDisposable {
  const child = new Deno.Command("nsenter", {
    args: [`--net=/run/netns/${netns}`, ...argv],
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch { /* it has ended */ }
      await child.status;
    },
  };
}

/** Serves addresses outside of the daemon's host. */
async function serve({ dir, netns }: NetworkedDaemon): Promise<AsyncDisposable> {
  await Deno.writeTextFile(`${dir}/leases`, "");
  await Deno.writeTextFile(
    `${dir}/udhcpd.conf`,
    [
      ...["interface up1", "start 192.0.2.100", "end 192.0.2.120", "max_leases 20"],
      ...["option subnet 255.255.255.0", "option router 192.0.2.2", "option lease 600"],
      ...[`lease_file ${dir}/leases`, `pidfile ${dir}/udhcpd.pid`],
    ].join("\n"),
  );
  const outside = netns.replace("-in-", "-out-");
  return background(outside, BUSYBOX, "udhcpd", "-f", `${dir}/udhcpd.conf`);
}

networkedTest("a network gets addresses and tells names by DHCP", ["2.1"], async (daemon) => {
  const { ns, image, dir, netns } = daemon;
  const socket = `${dir}/dhcp.sock`;
  {
    await using _server = await serve(daemon);
    await using _plugin = background(netns, `${CNI_BIN}/dhcp`, "daemon", "-socketpath", socket);
    await eventually(
      () => exec("test", "-S", socket),
      ({ code }) => code === 0,
      "the plugin's daemon",
    );
    await ns.networks.create("lan", {
      ...{ driver: "macvlan", parent: "up0", ipam: "dhcp" },
      dhcp: { socket, provide: { "vendor-class-identifier": "davit" }, request: ["42"] },
    });
    await using box = await ns.container("box").image(image).network("lan").hostname("boxy")
      .command("sleep", "600").logs(false).start();
    assertMatch(
      await box.exec("ip", "addr", "show", "eth0").text(),
      /inet 192\.0\.2\.1[012]\d\/24/,
    );
    assertEquals((await ns.networks.inspect("lan")).containers.length, 1);
    await box.remove();
  }
  // The server has written down whom it gave what when it ended.
  const { stdout } = await exec(BUSYBOX, "dumpleases", "-f", `${dir}/leases`);
  assertMatch(stdout, /192\.0\.2\.1[012]\d +boxy/);
});
