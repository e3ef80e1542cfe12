/**
 * What of the daemon's host matters for networks: its routes, and the plugins that it has.
 *
 * @module
 */
import { type Subnet, subnetOf } from "../../oci/ip_address.ts";
import type { Context } from "../context.ts";
import { runHostScript } from "./host_script.ts";
import type { NetworkPlace } from "./place.ts";

/** A route of the host. */
export interface HostRoute {
  /** Where it leads. */
  readonly subnet: Subnet;
  /** By which interface. */
  readonly interface: string;
  /** Whether the interface itself is on that subnet. */
  readonly direct: boolean;
}

/** The daemon's host. */
export interface HostState {
  /** Its routes, without those to everywhere. */
  readonly routes: readonly HostRoute[];
  /** Plugins that are missing. */
  readonly missing: readonly string[];
  /** The version of plugin `firewall`, such as `1.1.1`. */
  readonly firewall: string | undefined;
}

const SCRIPT = String.raw`
P=$1; shift
find() { o=$IFS; IFS=:; for d in $P; do [ -x "$d/$1" ] && { IFS=$o; echo "$d/$1"; return; }; done; IFS=$o; return 1; }
for t; do find "$t" >/dev/null || echo "missing $t"; done
f=$(find firewall) && CNI_COMMAND= "$f" </dev/null 2>&1 | sed -n 's/.*firewall.* v\([0-9.]*\).*/firewall \1/p'
sed 's/^/route4 /' /proc/net/route
[ ! -r /proc/net/ipv6_route ] || sed 's/^/route6 /' /proc/net/ipv6_route
exit 0
`;

/**
 * Looks at the host.
 *
 * @param plugins Plugins that are needed.
 * @param what What is done, for messages.
 */
export async function hostState(
  context: Context,
  place: NetworkPlace,
  plugins: readonly string[],
  what: string,
  signal?: AbortSignal,
): Promise<HostState> {
  const args = [place.pluginDirs.join(":"), ...plugins];
  const { stdout } = await runHostScript(context, SCRIPT, { args, path: place.path, what, signal });
  const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const after = (word: string) => lines.filter(([first]) => first === word).map((l) => l.slice(1));
  return {
    routes: [
      ...after("route4").flatMap((line) => parseRoute4(line) ?? []),
      ...after("route6").flatMap((line) => parseRoute6(line) ?? []),
    ],
    missing: after("missing").flat(),
    firewall: after("firewall")[0]?.[0],
  };
}

/** A line of `/proc/net/route`: numbers are as the machine has them in memory. */
function parseRoute4(fields: readonly string[]): HostRoute | undefined {
  const [name, destination = "", gateway, , , , , mask = ""] = fields;
  if (!/^[0-9A-F]{8}$/.test(destination) || !/^[0-9A-F]{8}$/.test(mask)) return undefined;
  const prefix = [...BigInt(`0x${mask}`).toString(2)].filter((bit) => bit === "1").length;
  if (prefix === 0) return undefined;
  const value = BigInt(`0x${destination.match(/../g)!.toReversed().join("")}`);
  return {
    subnet: subnetOf({ family: 4, value }, prefix),
    interface: name!,
    direct: gateway === "00000000",
  };
}

/** A line of `/proc/net/ipv6_route`: numbers are in the network's order. */
function parseRoute6(fields: readonly string[]): HostRoute | undefined {
  const [destination = "", length = "", , , gateway = "", , , , , name] = fields;
  if (!/^[0-9a-f]{32}$/.test(destination) || name === undefined || name === "lo") return undefined;
  const prefix = parseInt(length, 16);
  // Routes to single addresses, to all of multicast, and to neighbours on the link say nothing.
  if (prefix === 0 || prefix === 128 || /^f[ef]/.test(destination)) return undefined;
  return {
    subnet: subnetOf({ family: 6, value: BigInt(`0x${destination}`) }, prefix),
    interface: name,
    direct: /^0*$/.test(gateway),
  };
}
