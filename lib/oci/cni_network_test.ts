import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseCniConfig, pluginInput } from "./cni_config.ts";
import {
  checkNetworkOptions,
  networkConfig,
  type NetworkOptions,
  resolverOfNetwork,
  subnetsOf,
  userLabels,
  wantedSubnets,
} from "./cni_network.ts";

function make(options: NetworkOptions): Record<string, unknown> {
  const checked = checkNetworkOptions(options);
  const subnets = wantedSubnets(checked);
  return networkConfig({ name: "n", options: checked, subnets, bridge: "br-1", id: "ab" });
}

Deno.test("networkConfig() writes bridges as nerdctl does", () => {
  assertEquals(make({ subnets: ["10.9.0.0/24"], labels: { a: "b" } }), {
    cniVersion: "1.0.0",
    name: "n",
    nerdctlID: "ab",
    nerdctlLabels: { a: "b" },
    plugins: [
      {
        type: "bridge",
        bridge: "br-1",
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          routes: [{ dst: "0.0.0.0/0" }],
          ranges: [[{ subnet: "10.9.0.0/24", gateway: "10.9.0.1" }]],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
      { type: "firewall", ingressPolicy: "same-bridge" },
      { type: "tuning" },
    ],
  });
});

Deno.test("networkConfig() says whom containers ask for names, as CNI has it", () => {
  const first = (options: NetworkOptions) => {
    const parsed = parseCniConfig(JSON.stringify(make(options)), "n");
    return { written: parsed.plugins[0]?.dns, read: resolverOfNetwork(parsed) };
  };
  const subnets = ["10.9.0.0/24", { subnet: "fd00:9::/64", gateway: "fd00:9::5" }];
  assertEquals(first({ subnets, dns: true }), {
    written: { nameservers: ["10.9.0.1", "fd00:9::5"] },
    read: { servers: ["10.9.0.1", "fd00:9::5"], searches: [], options: [] },
  });
  const dns = { servers: ["192.0.2.53"], searches: ["example.org"], options: ["ndots:2"] };
  assertEquals(first({ subnets, dns }), {
    written: { nameservers: ["192.0.2.53"], search: ["example.org"], options: ["ndots:2"] },
    read: dns,
  });
  assertEquals(first({ subnets }).written, undefined);
  // Of others: whatever has another form is left out.
  const plugins = [{
    type: "bridge",
    dns: { domain: "a.b", search: "x", nameservers: [1, "c d"] },
  }];
  const others = parseCniConfig(JSON.stringify({ name: "n", plugins }), "n");
  assertEquals(resolverOfNetwork(others), { servers: [], searches: ["a.b"], options: [] });
  const bad: NetworkOptions[] = [
    { internal: true, dns: true },
    { driver: "ipvlan", dns: true },
    { dns: { servers: ["dns.example.org"] } },
    { dns: { searches: ["a\nnameserver 192.0.2.1"] } },
    { dns: { options: [""] } },
  ];
  for (const options of bad) assertThrows(() => make(options), InvalidArgumentError);
});

Deno.test("networkConfig() keeps reserved addresses out of the ranges, and tells of them", () => {
  const config = make({
    subnets: [{
      subnet: "10.9.0.0/24",
      gateway: "10.9.0.254",
      ipRange: "10.9.0.128/26",
      reserved: { printer: "10.9.0.130", router: "10.9.0.2" },
    }],
  });
  const parsed = parseCniConfig(JSON.stringify(config), "n");
  const ipam = parsed.plugins[0]?.ipam as { ranges: unknown };
  const common = { subnet: "10.9.0.0/24", gateway: "10.9.0.254" };
  assertEquals(ipam.ranges, [[
    {
      ...common,
      rangeStart: "10.9.0.128",
      rangeEnd: "10.9.0.129",
      ipRange: "10.9.0.128/26",
    },
    { ...common, rangeStart: "10.9.0.131", rangeEnd: "10.9.0.191" },
  ]]);
  assertEquals(subnetsOf(parsed), [{
    ...common,
    ipRange: "10.9.0.128/26",
    reserved: { printer: "10.9.0.130", router: "10.9.0.2" },
  }]);
  assertEquals(userLabels(parsed), {});
});

Deno.test("networkConfig() writes macvlan, ipvlan and dhcp", () => {
  const [plugin] = make({
    driver: "ipvlan",
    options: { "ipvlan_mode": "l3", "parent": "eth1", "com.docker.network.driver.mtu": "1400" },
    ipam: "dhcp",
  }).plugins as unknown[];
  const name = { option: "host-name", fromArg: "NERDCTL_CNI_DHCP_HOSTNAME" };
  const ipam = { type: "dhcp", provide: [name] };
  assertEquals(plugin, { type: "ipvlan", master: "eth1", mode: "l3", mtu: 1400, ipam });
  const asked = { provide: { "user-class": "ci" }, request: ["42"], socket: "/run/dhcp.sock" };
  const [other] = make({ driver: "macvlan", ipam: "dhcp", dhcp: asked }).plugins as unknown[];
  assertEquals(other, {
    type: "macvlan",
    ipam: {
      type: "dhcp",
      daemonSocketPath: "/run/dhcp.sock",
      provide: [name, { option: "user-class", value: "ci" }],
      request: [{ option: "42" }],
    },
  });
});

Deno.test("checkNetworkOptions() and wantedSubnets() refuse what does not fit", () => {
  const bad: NetworkOptions[] = [
    { driver: "overlay" as "bridge" },
    { options: { "icc": "maybe" } },
    { options: { "constructor": "1" } },
    { parent: "eth0" },
    { driver: "macvlan", mode: "l2" },
    { subnets: ["10.0.0.0/24", "10.1.0.0/24"] },
    { ipv4: false },
    { ipv4: false, subnets: ["10.0.0.0/24"] },
    { ipam: "dhcp", subnets: ["10.0.0.0/24"] },
    { dhcp: {} },
    { ipam: "dhcp", dhcp: { request: ["a b"] } },
    { ipam: "dhcp", dhcp: { socket: "dhcp.sock" } },
  ];
  for (const options of bad) assertThrows(() => make(options), InvalidArgumentError);
});

Deno.test("parseCniConfig() reads lists and single plugins, and the newest version of several", () => {
  const single = parseCniConfig('{"name":"a","cniVersion":"0.4.0","type":"bridge"}', "a.conf");
  assertEquals([single.cniVersion, single.plugins], ["0.4.0", [{ type: "bridge" }]]);
  const several = { name: "a", cniVersion: "1.0.0", cniVersions: ["0.4.0", "1.1.0", "9.0.0"] };
  const text = JSON.stringify({ ...several, plugins: [{ type: "x" }] });
  assertEquals(parseCniConfig(text, "a").cniVersion, "1.1.0");
  const bad = [
    "",
    "[]",
    "{}",
    '{"name":"a/b","plugins":[{"type":"x"}]}',
    '{"name":"a","plugins":[]}',
    '{"name":"a","plugins":[{"type":"../x"}]}',
    '{"name":"a","cniVersion":"2.0.0","plugins":[{"type":"x"}]}',
  ];
  for (const text of bad) {
    assertThrows(() => parseCniConfig(text, "a"), InvalidArgumentError, 'configuration "a"');
  }
});

Deno.test("pluginInput() tells a plugin only what it can be told", () => {
  const plugin = { type: "x", capabilities: { ips: true, mac: false }, other: 1 };
  const config = { name: "n", cniVersion: "1.0.0" };
  assertEquals(pluginInput(config, plugin, { ips: ["::1"], mac: "02:00", dns: {} }), {
    type: "x",
    other: 1,
    name: "n",
    cniVersion: "1.0.0",
    runtimeConfig: { ips: ["::1"] },
  });
});
