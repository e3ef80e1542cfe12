/**
 * The bridge of a network, as the daemon's host sees it, before any container is on it.
 *
 * @module
 */
import { UnsupportedError } from "../../../errors/errors.ts";
import type { CniConfig } from "../../../oci/cni_config.ts";
import { bridgeOf } from "../../../oci/cni_network.ts";
import type { Context } from "../../context.ts";
import { CNI_LOCK } from "../hook.ts";
import { runHostScript } from "../host_script.ts";
import type { NetworkPlace } from "../place.ts";

/*
 * Tells the network namespace, and makes the bridge as its plugin would: with an own hardware
 * address, which does not change when containers come and go. Where there is no `ip` the first
 * container makes it.
 */
const SCRIPT = String.raw`
readlink /proc/self/ns/net
lock=$1 b=$2 mtu=$3; shift 3
mkdir -p "$\{lock%/*}"; exec 9>>"$lock"; flock 9
if [ ! -e "/sys/class/net/$b" ]; then
  ip link add "$b" type bridge || exit 0
  ip link set "$b" address "$(cat "/sys/class/net/$b/address")"
  [ -z "$mtu" ] || ip link set "$b" mtu "$mtu"
fi 2>/dev/null
for a; do
  case $a in *:*) ip addr add "$a" dev "$b" nodad;; *) ip addr add "$a" dev "$b";; esac
done 2>/dev/null
ip link set "$b" up 2>/dev/null
exit 0
`.replaceAll("$\\{", "${");

/**
 * Makes the bridge of a network, if it can, so that its gateways are there to listen at.
 *
 * @param gateways With the lengths of their prefixes: `"10.4.1.1/24"`.
 * @throws {UnsupportedError} when the bridge is not in this process's network, or on another machine.
 */
export async function openBridge(
  context: Context,
  place: NetworkPlace,
  config: CniConfig,
  gateways: readonly string[],
  options: { verb: string; signal?: AbortSignal },
): Promise<void> {
  const { host } = context.session;
  if (host.remote) {
    throw new UnsupportedError(
      `Cannot ${options.verb}: its containers are on ${host.name}, where this process cannot ` +
        "listen; run the script there",
      { needed: "the daemon's machine", found: "another one" },
    );
  }
  const mtu = config.plugins[0]?.mtu;
  const { stdout } = await runHostScript(context, SCRIPT, {
    args: [
      `${place.confDir}/${CNI_LOCK}`,
      bridgeOf(config.plugins) ?? "",
      typeof mtu === "number" && mtu > 0 ? `${mtu}` : "",
      ...gateways,
    ],
    path: place.path,
    what: options.verb,
    signal: options.signal,
  });
  const [theirs = ""] = stdout.split("\n");
  const ours = ownNetwork();
  if (ours === undefined || theirs === "" || ours === theirs) return;
  throw new UnsupportedError(
    `Cannot ${options.verb}: its containers are in another network namespace of the host than ` +
      "this process, which cannot listen there; run the script where the daemon runs",
    { needed: `the daemon's network namespace (${theirs})`, found: ours },
  );
}

function ownNetwork(): string | undefined {
  try {
    return Deno.readLinkSync("/proc/self/ns/net");
  } catch {
    return undefined; // who may not look finds out when it listens
  }
}
