/**
 * Removes networks.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import { bridgeOf } from "../../oci/cni_network.ts";
import { listContainers } from "../container/list.ts";
import { Context } from "../context.ts";
import { lockNetworks } from "./create.ts";
import { runHostScript } from "./host_script.ts";
import { CNI_LOCK } from "./hook.ts";
import { NETWORKS_LABEL } from "./labels.ts";
import { type NetworkPlace, networkPlace } from "./place.ts";
import { DEFAULT_NETWORK, DEFAULT_NETWORK_LABEL, needNetwork, readNetworks } from "./store.ts";

/** A container that is to be on a network. */
interface Use {
  readonly namespace: string;
  readonly id: string;
  readonly running: boolean;
}

/*
 * Removes a bridge, and the bookings of addresses where none is left. Another container may be
 * getting its address at this moment, by an earlier copy of the configuration: hence the lock.
 */
const SCRIPT = String.raw`
lock=$1 bridge=$2 leases=$3
mkdir -p "$\{lock%/*}"; exec 9>>"$lock"; flock 9
if [ -n "$bridge" ] && [ -d "/sys/class/net/$bridge/brif" -o ! -e "/sys/class/net/$bridge" ]; then
  ip link del "$bridge" 2>/dev/null
fi
[ -d "$leases" ] || exit 0
for f in "$leases"/*; do
  case $f in */last_reserved_ip.*|*/lock|*'/*') ;; *) exit 0;; esac
done
rm -rf "$leases"
`.replaceAll("$\\{", "${");

/** Removes a network. */
export async function removeNetwork(
  context: Context,
  name: string,
  options: { force?: boolean; signal?: AbortSignal },
): Promise<void> {
  const place = await networkPlace(context);
  const { file, config } = await needNetwork(context, name, place);
  const refuse = (why: string): never => {
    throw new FailedPreconditionError(`Cannot remove network "${config.name}": ${why}`);
  };
  if (config.nerdctlID === undefined) {
    refuse(`neither Davit nor nerdctl made it; remove "${file}" if nobody needs it`);
  }
  const users = (await usesOf(context, options.signal)).get(config.name) ?? [];
  const running = users.filter((use) => use.running);
  if (running.length > 0 && !options.force) {
    const names = running.map(({ namespace, id }) => `"${id}" (namespace "${namespace}")`);
    refuse(`it is used by ${names.join(", ")}; stop what uses it, or use "force"`);
  }
  {
    using _ = await lockNetworks(context, place, options.signal);
    await context.session.host.remove(file);
  }
  await clearAway(context, place, config.name, bridgeOf(config.plugins), config.plugins[0]?.ipam);
}

async function clearAway(
  context: Context,
  place: NetworkPlace,
  name: string,
  bridge: string | undefined,
  ipam: unknown,
): Promise<void> {
  const own = typeof ipam === "object" && ipam !== null && "dataDir" in ipam ? ipam.dataDir : "";
  const dataDir = typeof own === "string" && own !== "" ? own : "/var/lib/cni/networks";
  await runHostScript(context, SCRIPT, {
    args: [`${place.confDir}/${CNI_LOCK}`, bridge ?? "", `${dataDir}/${name}`],
    path: place.path,
    what: `removing network "${name}"`,
  });
}

/** Removes the networks of a namespace that nobody is to be on. */
export async function pruneNetworks(
  context: Context,
  options: { signal?: AbortSignal },
): Promise<string[]> {
  const place = await networkPlace(context);
  const { networks } = await readNetworks(context, place);
  const used = await usesOf(context, options.signal);
  const own = `${place.confDir}/${context.namespace}/`;
  const removed: string[] = [];
  for (const { file, config } of networks) {
    if (!file.startsWith(own) || config.nerdctlID === undefined || used.has(config.name)) continue;
    const labels = config.nerdctlLabels ?? {};
    if (config.name === DEFAULT_NETWORK || DEFAULT_NETWORK_LABEL in labels) continue;
    await removeNetwork(context, config.name, options);
    removed.push(config.name);
  }
  return removed;
}

/** Who is to be on which network, in all namespaces. */
async function usesOf(context: Context, signal?: AbortSignal): Promise<Map<string, Use[]>> {
  const { session } = context;
  const found = new Map<string, Use[]>();
  const { namespaces } = await session.api().namespaces.list({}, { signal });
  const STOPPED = 3;
  for (const { name: namespace } of namespaces) {
    const there = new Context(session, namespace);
    const { tasks } = await there.api.tasks.list({}, { signal });
    const running = new Set(
      tasks.filter(({ status }) => status !== STOPPED).map(({ id, containerId }) =>
        containerId || id
      ),
    );
    const filters = [`labels."${NETWORKS_LABEL}"`];
    for await (const { id, labels } of listContainers(there, { filters, signal })) {
      let names: unknown;
      try {
        names = JSON.parse(labels[NETWORKS_LABEL] ?? "[]");
      } catch { /* somebody else's label */ }
      for (const name of Array.isArray(names) ? names.map(String) : []) {
        const use = { namespace, id, running: running.has(id) };
        found.set(name, [...found.get(name) ?? [], use]);
      }
    }
  }
  return found;
}
