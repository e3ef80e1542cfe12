/**
 * Serves the names of a network's containers by DNS, at the network's gateway.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../../../errors/errors.ts";
import { bridgeOf, subnetsOf } from "../../../oci/cni_network.ts";
import { formatIp, parseIp, parseSubnet } from "../../../oci/ip_address.ts";
import { throwIfAborted } from "../../call/abort.ts";
import type { Context } from "../../context.ts";
import { ensureDefaultNetwork } from "../create.ts";
import { networkPlace } from "../place.ts";
import { checkHostName } from "../plan.ts";
import { DEFAULT_NETWORK, needNetwork } from "../store.ts";
import { openBridge } from "./bridge.ts";
import { parseUpstream } from "./forward.ts";
import { Listener } from "./listener.ts";
import { Members } from "./members.ts";
import { Responder } from "./responder.ts";
import { PORT, Served } from "./served.ts";
import { isDnsName } from "./table.ts";
import type { NetworkDns, ServeDnsOptions } from "./types.ts";

/** Begins to serve the names of a network. */
export async function serveDns(
  context: Context,
  name: string,
  options: ServeDnsOptions = {},
): Promise<NetworkDns> {
  const { signal, ...wanted } = options;
  const verb = `serve the names of network "${name}"`;
  checkOptions(wanted);
  throwIfAborted(signal, `serving the names of network "${name}"`);
  const { session } = context;
  if (session.host.remote) {
    throw new UnsupportedError(
      `Cannot ${verb}: its gateway is on ${session.host.name}; run the script there`,
      { needed: "a daemon of this machine", found: session.host.name },
    );
  }
  const place = await networkPlace(context);
  if (name === DEFAULT_NETWORK) await ensureDefaultNetwork(context, place);
  const { config } = await needNetwork(context, name, place);
  const subnets = subnetsOf(config).map(({ subnet, gateway }) => {
    const parsed = parseSubnet(subnet);
    const ip = gateway === undefined
      ? { family: parsed.family, value: parsed.first + 1n }
      : parseIp(gateway);
    return { subnet: parsed, gateway: formatIp(ip) };
  });
  const [first] = config.plugins;
  if (bridgeOf(config.plugins) === undefined || first?.isGateway !== true || !subnets[0]) {
    throw new UnsupportedError(
      `Cannot ${verb}: the host has no address on it; use a network of driver "bridge" that is ` +
        "not internal",
      { needed: "a bridge with a gateway", found: first?.type ?? "no plugin" },
    );
  }
  await openBridge(
    context,
    place,
    config,
    subnets.map(({ subnet, gateway }) => `${gateway}/${subnet.prefix}`),
    { verb, signal },
  );
  const ending = new AbortController();
  const addresses = subnets.map(({ gateway }) => gateway);
  const responder = new Responder({
    network: config.name,
    options: wanted,
    addresses,
    subnets: subnets.map(({ subnet }) => subnet),
    readServers: async () =>
      new TextDecoder().decode(await session.host.readFile("/etc/resolv.conf")),
    look: () => members.look(),
    signal: ending.signal,
  });
  const members: Members = new Members({
    context,
    place,
    network: config.name,
    signal: ending.signal,
    onLook: (list) => {
      responder.update(list);
      if (list.length > 0) dns.listen();
    },
  });
  const listeners = addresses.map((address) =>
    new Listener(address, PORT, responder.answer, responder.drop)
  );
  const dns = new Served({
    ...{ network: config.name, verb, listeners, ending },
    stats: () => responder.stats(),
  });
  const abort = () => void dns.close();
  ending.signal.addEventListener("abort", () => {
    signal?.removeEventListener("abort", abort);
    session.disown(dns);
  });
  session.own(dns);
  signal?.addEventListener("abort", abort);
  try {
    if (signal?.aborted) abort();
    // What is in use is found out before anybody is told to ask here.
    await dns.open();
    await members.start();
    throwIfAborted(signal, `serving the names of network "${name}"`);
    return dns;
  } catch (error) {
    await dns.close();
    throw error;
  }
}

function checkOptions({ forward, domain, services = {} }: ServeDnsOptions): void {
  if (typeof forward === "object") forward.forEach(parseUpstream);
  if (domain !== undefined) {
    checkHostName(domain);
    if (!isDnsName(domain)) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(domain)} as domain: its parts have 63 letters at most, and ` +
          "all of it 120",
      );
    }
  }
  for (const [service, port] of Object.entries(services)) {
    if (!/^_[a-z0-9-]{1,62}\._(tcp|udp|sctp)\.[\w.-]+$/i.test(service) || !isDnsName(service)) {
      throw new InvalidArgumentError(
        `Cannot serve ${JSON.stringify(service)}: use a form such as "_http._tcp.web"`,
      );
    }
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new InvalidArgumentError(
        `Cannot serve "${service}" with port ${port}: use a number from 1 to 65535`,
      );
    }
  }
}
