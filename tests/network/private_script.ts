/** A script with a daemon of its own, whose container it leaves to the daemon's end. */
import { containerdBin, containerdDir, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { useTestPlugins } from "./support.ts";

useTestPlugins();
const [dir, namespace] = Deno.args;
await using daemon = await startDaemon({
  dir: dir!,
  containerd: containerdBin("2.1"),
  path: [containerdDir("2.1"), TOOLS_BIN],
  ephemeral: true,
});
await using client = clientOf(daemon.address);
const ns = client.namespace(namespace!);
await ns.container("web").image(await loadBusybox(ns)).publish("8080:80").logs(false).keep()
  .command("sleep", "600").start();
console.log(JSON.stringify(await ns.networks.inspect("bridge")));
