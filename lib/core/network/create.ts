/**
 * Makes networks.
 *
 * @module
 */
import { AlreadyExistsError, NetworkError, UnsupportedError } from "../../errors/errors.ts";
import { makeFolders } from "../../host/folders.ts";
import { checkNetworkName, type CniConfig, parseCniConfig } from "../../oci/cni_config.ts";
import {
  checkNetworkOptions,
  networkConfig,
  type NetworkOptions,
  subnetsOf,
  wantedSubnets,
} from "../../oci/cni_network.ts";
import type { WantedSubnet } from "../../oci/cni_ranges.ts";
import {
  formatSubnet,
  nextSubnet,
  parseSubnet,
  type Subnet,
  subnetsOverlap,
} from "../../oci/ip_address.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { type HostState, hostState } from "./host_state.ts";
import { type NetworkPlace, networkPlace } from "./place.ts";
import {
  DEFAULT_NETWORK,
  DEFAULT_NETWORK_LABEL,
  fileOfNetwork,
  findNetwork,
  namesIn,
  permissionError,
  readNetworks,
  type StoredNetwork,
} from "./store.ts";

/** The subnet of the default network, and the first one of others; nerdctl's. */
const FIRST_SUBNETS = { default: "10.4.0.0/24", other: "10.4.1.0/24" };

/** Held while a network is written or removed; nerdctl's. */
const LOCK = ".nerdctl.lock";

/** The mode of folders of configurations: every user may see which networks there are. */
const ENTERED_BY_ALL = 0o755;

/**
 * Makes a network.
 *
 * @throws {AlreadyExistsError} when there is one of this name.
 * @throws {NetworkError} when a subnet overlaps another, or a plugin is missing.
 */
export async function createNetwork(
  context: Context,
  name: string,
  options: NetworkOptions,
  signal?: AbortSignal,
): Promise<StoredNetwork> {
  try {
    return await create(context, name, options, signal);
  } catch (error) {
    throw permissionError(error, `make network "${name}"`, await networkPlace(context));
  }
}

async function create(
  context: Context,
  name: string,
  options: NetworkOptions,
  signal?: AbortSignal,
): Promise<StoredNetwork> {
  checkNetworkName(name);
  const checked = checkNetworkOptions(options);
  const wanted = wantedSubnets(checked);
  const place = await networkPlace(context);
  const what = `making network "${name}"`;
  const types = pluginTypes(
    networkConfig(
      await partsOf(place, name, checked, wanted.length > 0 ? wanted : [firstSubnet(name)]),
    ),
  );
  const state = await hostState(context, place, types, what, signal);
  checkPlugins(name, place, state, checked);
  throwIfAborted(signal, what);
  using _ = await lockNetworks(context, place, signal);
  const stored = await readNetworks(context, place);
  const existing = findNetwork(stored, name);
  const file = fileOfNetwork(place, context.namespace, name);
  const { host } = context.session;
  if (existing || await host.lstat(file)) {
    throw new AlreadyExistsError(
      `Cannot make network "${name}" in namespace "${context.namespace}": it exists` +
        (existing ? `, with ${subnetsOf(existing.config).map((s) => s.subnet).join(" and ")}` : ""),
    );
  }
  const others = await allNetworks(context, place);
  const bridge = await bridgeName(place, name);
  const subnets = chooseSubnets(name, checked, wanted, others, state, bridge);
  const config = networkConfig(await partsOf(place, name, checked, subnets));
  const text = JSON.stringify(config, undefined, 2);
  await makeFolders(host, file.slice(0, file.lastIndexOf("/")), ENTERED_BY_ALL);
  await host.createFile(file, new TextEncoder().encode(text));
  return { file, config: parseCniConfig(text, file) };
}

/** Makes the default network where there is none. */
export async function ensureDefaultNetwork(context: Context, place: NetworkPlace): Promise<void> {
  if (hasDefault(await readNetworks(context, place))) return;
  // Many containers may be made at once.
  const key = "network\0default";
  await context.session.memo(key, async () => {
    try {
      await createNetwork(context, DEFAULT_NETWORK, {
        labels: { [DEFAULT_NETWORK_LABEL]: "true" },
      });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    } finally {
      context.session.forget(key);
    }
  });
}

/** The default network; what it would be, where there is none yet. */
export async function provisionalDefault(
  context: Context,
  place: NetworkPlace,
): Promise<CniConfig> {
  const found = findNetwork(await readNetworks(context, place), DEFAULT_NETWORK);
  if (found) return found.config;
  const parts = await partsOf(place, DEFAULT_NETWORK, {}, [firstSubnet(DEFAULT_NETWORK)]);
  return parseCniConfig(JSON.stringify(networkConfig(parts)), DEFAULT_NETWORK);
}

function hasDefault(stored: { networks: readonly StoredNetwork[] }): boolean {
  return stored.networks.some(({ config }) => config.name === DEFAULT_NETWORK);
}

/** Holds the lock of the networks' files. */
export async function lockNetworks(
  context: Context,
  place: NetworkPlace,
  signal?: AbortSignal,
): Promise<Disposable> {
  const { host } = context.session;
  await makeFolders(host, place.confDir, ENTERED_BY_ALL);
  const lock = `${place.confDir}/${LOCK}`;
  if (!await host.lstat(lock)) {
    await host.createFile(lock).catch(() => {/* somebody else has made it */});
  }
  return await host.lockDir(lock, signal);
}

/** The networks of all namespaces. */
async function allNetworks(context: Context, place: NetworkPlace): Promise<StoredNetwork[]> {
  const { host } = context.session;
  const names = await namesIn(host, place.confDir);
  const found = new Map<string, StoredNetwork>();
  for (const name of [context.namespace, ...names]) {
    if ((await host.lstat(`${place.confDir}/${name}`))?.kind !== "directory") continue;
    const { networks } = await readNetworks(context, place, name);
    for (const network of networks) found.set(network.file, network);
  }
  return [...found.values()];
}

function chooseSubnets(
  name: string,
  options: NetworkOptions,
  wanted: readonly WantedSubnet[],
  others: readonly StoredNetwork[],
  state: HostState,
  bridge: string,
): WantedSubnet[] {
  if (options.ipam === "dhcp") return [];
  const used = others.flatMap(({ config }) =>
    subnetsOf(config).flatMap(({ subnet }) => {
      try {
        return [{ subnet: parseSubnet(subnet), by: `network "${config.name}"` }];
      } catch {
        return [];
      }
    })
  );
  // Containers of macvlan and ipvlan are on the subnet of the host's interface.
  const routes = state.routes.filter((route) =>
    route.interface !== bridge && (options.driver ?? "bridge") === "bridge"
  ).map(({ subnet, interface: on, direct }) => ({ subnet, direct, by: `the host's "${on}"` }));
  for (const { subnet, options: { subnet: text } } of wanted) {
    const taken = [...used, ...routes.filter(({ direct }) => direct)]
      .find((other) => subnetsOverlap(other.subnet, subnet));
    if (!taken) continue;
    throw new NetworkError(
      `Cannot make network "${name}": its subnet ${text} overlaps ` +
        `${formatSubnet(taken.subnet)} of ${taken.by}; choose another, or none to get a free one`,
      "subnet_overlap",
      { network: name },
    );
  }
  if (options.ipv4 === false || wanted.some(({ subnet }) => subnet.family === 4)) {
    return [...wanted];
  }
  const all = [...used, ...routes];
  let free: Subnet | undefined = firstSubnet(name).subnet;
  while (free && all.some(({ subnet }) => subnetsOverlap(subnet, free!))) free = nextSubnet(free);
  if (!free || free.first >> 24n !== 10n) {
    throw new NetworkError(
      `Cannot make network "${name}": no subnet of 10.0.0.0/8 is free from 10.4.1.0/24 on; name one`,
      "subnet_overlap",
      { network: name },
    );
  }
  return [{ subnet: free, options: { subnet: formatSubnet(free) } }, ...wanted];
}

function firstSubnet(name: string): WantedSubnet {
  const subnet = name === DEFAULT_NETWORK ? FIRST_SUBNETS.default : FIRST_SUBNETS.other;
  return { subnet: parseSubnet(subnet), options: { subnet } };
}

async function partsOf(
  place: NetworkPlace,
  name: string,
  options: NetworkOptions,
  subnets: readonly WantedSubnet[],
) {
  const { dataDir } = place;
  return {
    ...{ name, options, subnets, dataDir },
    id: await sha256(name),
    bridge: await bridgeName(place, name),
  };
}

/** nerdctl's names; those of a private daemon are its own, since bridges are the host's. */
async function bridgeName(place: NetworkPlace, name: string): Promise<string> {
  if (!place.salt) {
    return name === DEFAULT_NETWORK ? "nerdctl0" : `br-${(await sha256(name)).slice(0, 12)}`;
  }
  return `br-${(await sha256(`${place.salt} ${name}`)).slice(0, 12)}`;
}

async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The programs that a configuration needs. */
export function pluginTypes(config: Record<string, unknown>): string[] {
  const { plugins } = parseCniConfig(JSON.stringify(config), "to be made");
  return pluginsOf(plugins);
}

/** The programs of plugins, with those that give addresses. */
export function pluginsOf(plugins: CniConfig["plugins"]): string[] {
  const types = plugins.flatMap(({ type, ipam }) => {
    const inner = typeof ipam === "object" && ipam !== null && "type" in ipam ? ipam.type : "";
    return typeof inner === "string" && inner !== "" ? [type, inner] : [type];
  });
  return [...new Set(types)];
}

function checkPlugins(
  name: string,
  place: NetworkPlace,
  state: HostState,
  options: NetworkOptions,
): void {
  const [missing] = state.missing;
  if (missing !== undefined) {
    throw new NetworkError(
      `Cannot make network "${name}": CNI plugin "${missing}" is not in ` +
        `${place.pluginDirs.join(", ")}; install containernetworking-plugins, or set $CNI_PATH`,
      "plugin_missing",
      { network: name, plugin: missing },
    );
  }
  if (options.icc !== false || isFirewallIsolating(state.firewall)) return;
  throw new UnsupportedError(
    `Cannot make network "${name}": containers cannot be kept from each other by CNI plugin ` +
      `"firewall" ${state.firewall ?? "of unknown version"}; leave "icc" out, or install 1.7.1`,
    { needed: 'CNI plugin "firewall" 1.7.1', found: state.firewall ?? "an unknown version" },
  );
}

function isFirewallIsolating(version: string | undefined): boolean {
  const [major = 0, minor = 0, patch = 0] = (version ?? "0").split(".").map(Number);
  return major > 1 || major === 1 && (minor > 7 || minor === 7 && patch >= 1);
}
