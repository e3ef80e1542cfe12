/**
 * What serves and asks by DNS in the daemon's network: tests run it there, since a responder listens
 * in the network of its own process.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
// @ts-types="../../lib/core/network/dns/dns_packet.d.ts"
import packet from "dns-packet";
import { toolPath } from "../../.ci/setup/paths.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import { readFrame, writeFrame } from "../../lib/core/network/dns/forward.ts";
import { Listener } from "../../lib/core/network/dns/listener.ts";
import { PORT, Served } from "../../lib/core/network/dns/served.ts";
import type { ServeDnsOptions } from "../../lib/core/network/dns/types.ts";
import type { Image } from "../../lib/core/image/image.ts";
import {
  CanceledError,
  InvalidArgumentError,
  NetworkError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { BUSYBOX } from "../harness/images.ts";
import { clientOf } from "../harness/daemons.ts";
import { eventually, exec, useTestPlugins } from "./support.ts";

/** What the parts of this script work with. */
interface Place {
  readonly ns: Namespace;
  readonly image: Image;
  /** The file that `/etc/resolv.conf` is here. */
  readonly resolvConf: string;
}

const LIMIT_MS = 30_000;

/** Asks a server. */
async function ask(
  server: string,
  name: string,
  type: string,
  options: { tcp?: boolean; edns?: number; version?: number } = {},
): Promise<packet.DecodedPacket & { rcode?: string }> {
  const { edns, version = 0 } = options;
  const bytes = packet.encode({
    type: "query",
    id: 4711,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type: type as packet.RecordType }],
    additionals: edns === undefined ? [] : [{
      ...{ type: "OPT", name: ".", udpPayloadSize: edns, extendedRcode: 0 },
      ...{ ednsVersion: version, flags: 0, flag_do: false, options: [] },
    }],
  });
  const answer = options.tcp ? await askTcp(server, bytes) : await askUdp(server, bytes);
  const decoded = packet.decode(Buffer.from(answer));
  assertEquals([decoded.id, decoded.flag_qr], [4711, true]);
  assertEquals(decoded.questions?.[0]?.name ?? name, name, "the question in its very letters");
  return decoded;
}

async function askTcp(server: string, bytes: Uint8Array): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  using connection = await Deno.connect({ hostname: server, port: 53, signal });
  await writeFrame(connection, bytes);
  return (await readFrame(connection))!;
}

async function askUdp(server: string, bytes: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket(server.includes(":") ? "udp6" : "udp4");
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const timer = setTimeout(() => reject(new Error(`${server} gives no answer`)), LIMIT_MS);
  socket.on("message", resolve);
  socket.send(bytes, 53, server);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/** The addresses, names or ports of an answer, sorted; its code when there are none. */
async function data(...question: Parameters<typeof ask>): Promise<string> {
  const { answers = [], rcode } = await ask(...question);
  const texts = answers.map((answer) => {
    if (answer.type === "SRV") {
      const { port, target } = answer.data as { port: number; target: string };
      return `${target}:${port}`;
    }
    return "data" in answer && typeof answer.data === "string" ? answer.data : answer.type;
  });
  return texts.sort().join(" ") || `${rcode}`;
}

/** Names, as containers ask for them. */
async function names({ ns, image }: Place): Promise<void> {
  // Whoever joins asks here.
  await ns.networks.create("shop", { subnets: ["10.9.0.0/24", "fd00:9::/64"], dns: true });
  await using dns = await ns.networks.serveDns("shop", {
    domain: "shop.internal",
    services: { "_http._tcp.www": 80 },
    forward: false,
  });
  assertEquals(dns.addresses, ["10.9.0.1", "fd00:9::1"]);
  // The bridge is there before the first container.
  await dns.listening;
  const service = (id?: string) =>
    ns.container(id).image(image).command("sleep", "600").logs(false);
  const base = service();
  await using db = await service("db").hostname("sql").domainname("example.org")
    .network("shop", { ip: "10.9.0.50", ip6: "fd00:9::50", aliases: ["database"] }).start();
  assertMatch(
    await db.exec("cat", "/etc/resolv.conf").text(),
    /^nameserver 10\.9\.0\.1\nnameserver fd00:9::1$/m,
  );
  // Busybox' nslookup asks the server alone.
  const lookup = async (...args: string[]) =>
    (await db.exec("nslookup", ...args).noThrow().text()).replaceAll(/\s+/g, " ");
  for (
    const name of ["db", "sql", "DataBase", "db.shop", "database.shop.internal", "sql.example.org"]
  ) {
    const text = await lookup("-type=a", name);
    assertMatch(text, /Server: 10\.9\.0\.1 Address: 10\.9\.0\.1:53/);
    assertMatch(text, new RegExp(`Name: ${name} Address: 10\\.9\\.0\\.50`));
  }
  assertMatch(await lookup("-type=aaaa", "db"), /Address: fd00:9::50/);
  assertMatch(await lookup("10.9.0.50"), /50\.0\.9\.10\.in-addr\.arpa name = db\.shop\.internal/);
  assertMatch(await lookup("fd00:9::50"), /ip6\.arpa name = db\.shop\.internal/);
  assertMatch(await lookup("-type=a", "nobody"), /can't find nobody: NXDOMAIN/);
  assertMatch(await lookup("-type=a", "elsewhere.org"), /can't find elsewhere\.org: REFUSED/);

  // Those that come later, and share a name; no file of the first one is looked at.
  assertEquals(await data(dns.address, "www.shop", "A"), "NXDOMAIN");
  const webs = await Promise.all(
    [61, 62, 63].map((last) =>
      base.network("shop", { ip: `10.9.0.${last}`, aliases: ["www"] }).start()
    ),
  );
  const all = "10.9.0.61 10.9.0.62 10.9.0.63";
  // Of those that share a name the others are told until the last one is known.
  await eventually(() => data(dns.address, "www", "A"), (text) => text === all, "all of them");
  const firsts = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const [first] = (await ask(dns.address, "www.shop", "A")).answers ?? [];
    if (first?.type === "A") firsts.add(String(first.data));
  }
  assertEquals([...firsts].sort().join(" "), all, "they take turns");
  const srv = await ask(dns.address, "_http._tcp.www.shop", "SRV", { edns: 4096 });
  assertEquals(
    await data(dns.address, "_http._tcp.www.shop", "SRV"),
    webs.map(({ id }) => `${id}.shop.internal:80`).sort().join(" "),
  );
  assert(srv.additionals?.some(({ type }) => type === "A"), "with addresses");
  // Connected while it runs, taken off, gone.
  await ns.networks.create("other");
  await using late = await base.network("other").start();
  assertEquals(await data(dns.address, late.id, "A"), "NXDOMAIN");
  await ns.networks.connect("shop", late, { ip: "10.9.0.70", aliases: ["www"] });
  await eventually(
    () => data(dns.address, "www", "A"),
    (text) => text === `${all} 10.9.0.70`,
    "the one that was connected",
  );
  await ns.networks.disconnect("shop", late);
  await webs[0]!.kill("SIGKILL");
  await webs[1]!.remove();
  await eventually(
    () => data(dns.address, "www", "A"),
    (text) => text === "10.9.0.63",
    "the one that is left",
  );
  assertEquals(await data(dns.address, "62.0.9.10.in-addr.arpa", "PTR"), "NXDOMAIN");
  for (const web of webs) await web.remove();
  await late.remove();
  await db.remove();
  await eventually(
    () => data(dns.address, "db", "A"),
    (text) => text === "NXDOMAIN",
    "nobody is left",
  );
  const { malformed, queries, refused } = dns.stats();
  assert(malformed === 0 && queries > 20 && refused >= 1, JSON.stringify(dns.stats()));
}

/** Packets: what fits, what is malformed, who may ask. */
async function packets({ ns, image }: Place): Promise<void> {
  await ns.networks.create("shop", { subnets: ["10.9.0.0/24", "fd00:9::/64"] });
  await using dns = await ns.networks.serveDns("shop", { forward: false });
  const { address } = dns;
  // Enough names for one container that its answers do not fit.
  const base = ns.container().image(image).command("sleep", "600").logs(false);
  const web = base.network("shop", {
    aliases: ["a-name-of-sixty-letters-that-all-of-these-containers-share-ok"],
  });
  const running = await Promise.all(Array.from({ length: 6 }, () => web.start()));
  const name = "a-name-of-sixty-letters-that-all-of-these-containers-share-ok.shop";
  await eventually(
    () => ask(address, name, "A", { tcp: true }),
    ({ answers }) => answers?.length === running.length,
    "all of them",
  );
  for (const server of dns.addresses) {
    const short = await ask(server, name, "A");
    assertEquals([short.flag_tc, short.answers?.length], [true, 0], server);
    const edns = await ask(server, name, "A", { edns: 4096 });
    assertEquals([edns.flag_tc, edns.answers?.length], [false, 6], server);
    const tcp = await ask(server, name, "A", { tcp: true });
    assertEquals([tcp.flag_tc, tcp.flag_aa, tcp.answers?.length], [false, true, 6], server);
  }
  const opt = (await ask(address, name, "A", { edns: 512 })).additionals?.[0];
  assertEquals(opt?.type === "OPT" && opt.udpPayloadSize, 1232);
  const newer = await ask(address, name, "A", { edns: 1232, version: 1 });
  assert(newer.additionals?.some((answer) => answer.type === "OPT" && answer.extendedRcode === 1));

  const none = await ask(address, name, "TXT");
  assertEquals([none.rcode, none.answers, none.authorities?.[0]?.type], ["NOERROR", [], "SOA"]);
  const missing = await ask(address, "no.shop", "A");
  assertEquals([missing.rcode, missing.authorities?.[0]?.type], ["NXDOMAIN", "SOA"]);
  assertEquals(await data(address, name, "AXFR"), "REFUSED");
  assertEquals(await data(address, "shop", "NS"), "ns.shop");

  // What is no question gets no answer, and harms nobody.
  const before = dns.stats();
  const sender = createSocket("udp4");
  const junk = [new Uint8Array(0), new Uint8Array(5), new Uint8Array(2000).fill(255)];
  for (let i = 0; i < 200; i++) junk.push(crypto.getRandomValues(new Uint8Array(8 + i)));
  const pointer = new Uint8Array(18);
  pointer.set([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
  junk.push(pointer);
  const sent = junk.map((bytes) =>
    new Promise<void>((resolve) => sender.send(bytes, 53, address, () => resolve()))
  );
  await Promise.all(sent);
  // An answer is none either; nor is half a packet of TCP.
  await new Promise<void>((resolve) =>
    sender.send(packet.encode({ type: "response", id: 1 }), 53, address, () => resolve())
  );
  sender.close();
  const half = await Deno.connect({ hostname: address, port: 53 });
  await half.write(new Uint8Array([0, 50, 1, 2, 3]));
  assertEquals(await data(address, running[0]!.id, "AAAA", { tcp: true }) !== "NXDOMAIN", true);
  half.close();
  await eventually(
    () => Promise.resolve(dns.stats().malformed - before.malformed),
    (count) => count >= 4,
    "malformed packets",
  );

  // Containers of other networks are refused.
  await ns.networks.create("other", { subnets: ["10.10.0.0/24"] });
  await using stranger = await base.network("other").start();
  const { refused } = dns.stats();
  const text = await stranger.exec("nslookup", "-type=a", running[0]!.id, address).noThrow()
    .text();
  assertMatch(text, /REFUSED/);
  assert(dns.stats().refused > refused);

  // One responder for an address.
  const taken = await assertRejects(() => ns.networks.serveDns("shop"), NetworkError);
  assertEquals(taken.reason, "port_taken");
  assertMatch(taken.message, /^Cannot serve the names of network "shop": 10\.9\.0\.1:53 is taken/);
  await dns.close();
  await dns.close();
  await using again = await ns.networks.serveDns("shop");
  await again.listening;
  for (const container of running) await container.remove();

  await ns.networks.create("alone", { internal: true });
  await assertRejects(() => ns.networks.serveDns("alone"), UnsupportedError);
  const bad: readonly ServeDnsOptions[] = [
    { domain: "a..b" },
    { forward: ["nowhere"] },
    { forward: ["192.0.2.1:0"] },
    { services: { "http.web": 80 } },
    { services: { "_http._tcp.web": 0 } },
  ];
  for (const options of bad) {
    await assertRejects(() => ns.networks.serveDns("other", options), InvalidArgumentError);
  }
  const signal = AbortSignal.abort();
  await assertRejects(() => ns.networks.serveDns("other", { signal }), CanceledError);
}

/** Other names: the host's servers are asked, and others that are named; never in a circle. */
async function forward({ ns, image, resolvConf }: Place): Promise<void> {
  await ns.networks.create("shop", { subnets: ["10.9.0.0/24"] });
  await ns.networks.create("back", { subnets: ["10.10.0.0/24"] });
  const alias = "a-name-of-sixty-letters-that-all-of-these-containers-share-ok";
  const base = ns.container().image(image).command("sleep", "600").logs(false);
  const running = await Promise.all(
    Array.from({ length: 6 }, () => base.network("back", { aliases: [alias, "b.a"] }).start()),
  );
  await using back = await ns.networks.serveDns("back", { forward: false, domain: "back.test" });
  // The server behind takes questions from its own network alone: this process has an address there.
  const name = `${alias}.back.test`;
  await Deno.writeTextFile(resolvConf, "nameserver 10.9.0.1\nnameserver 10.10.0.1\n");
  {
    await using shop = await ns.networks.serveDns("shop");
    await Promise.all([back.listening, shop.listening]);
    assertEquals((await ask(shop.address, name, "A", { edns: 1232 })).answers?.length, 6);
    const short = await ask(shop.address, name, "A");
    assertEquals([short.flag_tc, short.answers?.length], [true, 0]);
    assertEquals((await ask(shop.address, name, "A", { tcp: true })).answers?.length, 6);
    assertEquals(await data(shop.address, "no.back.test", "A"), "NXDOMAIN");
    assertEquals(await data(shop.address, "b.a.back.test", "TXT"), "NOERROR");
    // What only others know is asked there with its own letters.
    await ask(shop.address, "B.a.BACK.test", "A", { edns: 1232 });
    assertEquals(await data(shop.address, "elsewhere.org", "A"), "REFUSED");
    assert(shop.stats().forwarded >= 7, JSON.stringify(shop.stats()));
    // The host's servers change.
    await using client = await base.network("shop").dns({ servers: [shop.address] }).start();
    assertMatch(
      await client.exec("nslookup", "-type=a", `${running[0]!.id}.back.test`).text(),
      /Address: 10\.10\.0\.\d+$/m,
    );
  }
  // A circle: each asks the other.
  await back.close();
  await using one = await ns.networks.serveDns("shop", { forward: ["10.10.0.1"] });
  await using two = await ns.networks.serveDns("back", { forward: ["10.9.0.1"] });
  assertEquals(await data(one.address, "nobody.org", "A"), "SERVFAIL");
  const { queries } = two.stats();
  assert(queries > 0 && queries < 20, `${queries} questions went round`);
  // Itself is no server to ask.
  await one.close();
  await using self = await ns.networks.serveDns("shop", { forward: ["10.9.0.1"] });
  assertEquals(await data(self.address, "nobody.org", "A"), "SERVFAIL");
  assertEquals(self.stats().queries, 1);
  for (const container of running) await container.remove();
}

/** It listens at addresses that come later, and go, and come again. */
async function late({ ns, image }: Place): Promise<void> {
  const ip = toolPath("ip");
  const ending = new AbortController();
  const answer = (bytes: Uint8Array) => Promise.resolve(bytes);
  const listener = new Listener("10.77.0.1", PORT, answer, () => {});
  const stats = () => ({
    ...{ queries: 0, answered: 0, forwarded: 0, refused: 0, malformed: 0, dropped: 0 },
  });
  await using served = new Served({
    ...{ network: "late", verb: "serve", listeners: [listener], ending, stats },
  });
  assertEquals(await served.open(), false);
  served.listen();
  await exec(ip, "addr", "add", "10.77.0.1/32", "dev", "lo");
  await served.listening;
  assertEquals((await askUdp("10.77.0.1", new Uint8Array(3))).length, 3);
  await served.close();
  await exec(ip, "addr", "del", "10.77.0.1/32", "dev", "lo");

  await ns.networks.create("shop", { subnets: ["10.9.0.0/24", "fd00:9::/64"] });
  const abort = new AbortController();
  const options = { forward: false, signal: abort.signal };
  await using dns = await ns.networks.serveDns("shop", options);
  const { file } = await ns.networks.inspect("shop");
  const bridge = /"bridge": "(.*)"/.exec(await Deno.readTextFile(file))![1]!;
  assertEquals((await exec(ip, "link", "del", bridge)).code, 0);
  await using db = await ns.container("db").image(image).command("sleep", "600").logs(false)
    .network("shop", { ip: "10.9.0.50" }).start();
  // An address of IPv6 that a plugin made is looked for on the link before it is of use.
  await eventually(
    () => exec(ip, "addr", "show", "dev", bridge),
    ({ stdout }) => stdout.includes("fd00:9::1/64") && !stdout.includes("tentative"),
    "the bridge's addresses",
  );
  for (const address of dns.addresses) {
    assertEquals(await data(address, "db", "A", { tcp: true }), "10.9.0.50");
    assertEquals(await data(address, "db", "A"), "10.9.0.50");
  }
  await db.remove();
  abort.abort();
  await assertRejects(() => askTcp(dns.address, new Uint8Array(12)), Error);
}

/** It follows a daemon that is started again; the file tells both sides how far the other is. */
async function restart({ ns, image, resolvConf }: Place): Promise<void> {
  await ns.networks.create("shop", { subnets: ["10.9.0.0/24"] });
  await using dns = await ns.networks.serveDns("shop", { forward: false });
  const service = (id: string, ip: string) =>
    ns.container(id).image(image).command("sleep", "600").logs(false).network("shop", { ip })
      .start();
  await using db = await service("db", "10.9.0.50");
  await using _web = await service("web", "10.9.0.51");
  assertEquals(await data(dns.address, "db", "A"), "10.9.0.50");
  await Deno.writeTextFile(resolvConf, `pid ${db.pid}`);
  await eventually(() => Deno.readTextFile(resolvConf), (text) => text === "again", "the daemon");
  await eventually(
    () => data(dns.address, "db", "A"),
    (text) => text === "NXDOMAIN",
    "the one that ended meanwhile",
  );
  assertEquals(await data(dns.address, "web", "A"), "10.9.0.51");
  await using late = await service("late", "10.9.0.52");
  assertEquals(await data(dns.address, "late", "A"), "10.9.0.52");
  await late.remove();
  await eventually(
    () => data(dns.address, "late", "A"),
    (text) => text === "NXDOMAIN",
    "the one that has gone",
  );
}

const PARTS: Readonly<Record<string, (place: Place) => Promise<void>>> = {
  names,
  packets,
  forward,
  late,
  restart,
};

useTestPlugins();
const [part, address, namespace, resolvConf] = Deno.args;
await using client = clientOf(address!);
const ns = client.namespace(namespace!);
await PARTS[part!]!({ ns, image: await ns.images.get(BUSYBOX), resolvConf: resolvConf! });
console.log("all right");
