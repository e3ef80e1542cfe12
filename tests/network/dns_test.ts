/** Names of a network by DNS. What is asked and looked at is in `dns_script.ts`. @module */

import { assertMatch, assertRejects } from "@std/assert";
import { CNI_BIN, HELLO_BIN, ROOT, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { UnsupportedError } from "../../lib/errors/errors.ts";
import { killProcess } from "../core/robust_support.ts";
import { eventually, type NetworkedDaemon, networkedTest } from "./support.ts";

networkedTest("examples/dns.ts runs", ["2.1"], async (daemon) => {
  const { code, stdout, stderr } = await daemon.inside(
    ...["env", `CONTAINERD_ADDRESS=${daemon.address}`, `SHOP_NAMESPACE=${daemon.ns.name}`],
    ...[`CNI_PATH=${CNI_BIN}:${TOOLS_BIN}`, "NO_COLOR=1"],
    ...[`PATH=${HELLO_BIN}:${TOOLS_BIN}:${Deno.env.get("PATH")}`],
    ...[Deno.execPath(), "run", "-A", `${ROOT}/examples/dns.ts`],
  );
  const address = "10\\.4\\.1\\.\\d+";
  const lines = [
    `web: ${address}, ${address}`,
    `web, one more: ${address}, ${address}, ${address}`,
    ...[1, 2, 3].map(() => "0 0 80 davit-[a-z0-9-]+\\.farm"),
    `web, one less: ${address}, ${address}`,
    "nobody: no such name",
    "\\d+ questions answered, 0 refused",
  ];
  assertMatch(stdout, new RegExp(`^${lines.join("\n")}\n$`), `${code} ${stdout} ${stderr}`);
});

/** Runs a part of the script in the daemon's network, with a `/etc/resolv.conf` of its own. */
async function script(daemon: NetworkedDaemon, part: string): Promise<void> {
  const resolvConf = `${daemon.dir}/resolv.conf`;
  await Deno.writeTextFile(resolvConf, "");
  const { code, stdout, stderr } = await daemon.inside(
    ...["unshare", "--mount", "sh", "-c", 'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"'],
    ...["sh", resolvConf, Deno.execPath(), "run", "-A", "--no-check"],
    ...[new URL("dns_script.ts", import.meta.url).pathname, part],
    ...[daemon.address, daemon.ns.name, resolvConf],
  );
  assertMatch(stdout, /^all right$/m, `exit code ${code}\n${stdout}\n${stderr}`);
}

networkedTest("names() of a network follow its containers", ["1.6", "2.1"], async (daemon) => {
  await script(daemon, "names");
});

networkedTest("serveDns() answers what fits, to who is on the network", ["2.1"], async (daemon) => {
  await script(daemon, "packets");
});

networkedTest("serveDns() asks others, and never in a circle", ["2.1"], async (daemon) => {
  await script(daemon, "forward");
});

networkedTest("serveDns() listens at addresses that come later", ["2.1"], async (daemon) => {
  await script(daemon, "late");
  await daemon.ns.networks.create("apart");
  // This test is in another network namespace than the daemon.
  const error = await assertRejects(
    () => daemon.ns.networks.serveDns("apart"),
    UnsupportedError,
  );
  assertMatch(error.message, /another network namespace of the host/);
});

networkedTest("serveDns() follows a daemon that is started again", ["2.1"], async (daemon) => {
  const resolvConf = `${daemon.dir}/resolv.conf`;
  const running = script(daemon, "restart");
  const told = async () => {
    // The script may have failed.
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 100))]);
    return await Deno.readTextFile(resolvConf);
  };
  const pid = await eventually(told, (text) => text.startsWith("pid "), "the script");
  await killProcess(daemon.pid);
  await killProcess(Number(pid.slice(4)));
  await daemon.restart();
  await Deno.writeTextFile(resolvConf, "again");
  await running;
});
