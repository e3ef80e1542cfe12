/** Containers on networks: addresses, names, published ports. @module */

import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { CONTAINERD_VERSIONS, toolPath } from "../../.ci/setup/paths.ts";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NetworkError,
} from "../../lib/errors/errors.ts";
import { eventually, fetchFrom, HOST, networkedTest, SERVE } from "./support.ts";

networkedTest(
  "containers talk by name, and are reached from outside through published ports",
  CONTAINERD_VERSIONS,
  async (daemon) => {
    const { ns, image } = daemon;
    await using web = await ns.container("web").image(image)
      .publish("8080:80", `${HOST}:8081-8082:81-82`, "80", "127.0.0.1:5353:53/udp")
      .command("sh", "-c", SERVE).start();
    await web.until({ port: 80 });
    const ports = await web.ports();
    assertEquals(ports.slice(0, 3), [
      { hostIp: "0.0.0.0", hostPort: 8080, containerPort: 80, protocol: "tcp" },
      { hostIp: HOST, hostPort: 8081, containerPort: 81, protocol: "tcp" },
      { hostIp: HOST, hostPort: 8082, containerPort: 82, protocol: "tcp" },
    ]);
    const chosen = ports[3]!;
    assert(chosen.hostPort > 1024 && chosen.containerPort === 80, JSON.stringify(chosen));
    assertEquals(await fetchFrom(daemon, `http://${HOST}:8080/`), "web");
    assertEquals(await fetchFrom(daemon, `http://${HOST}:${chosen.hostPort}/`), "web");
    assertEquals(await fetchFrom(daemon, "http://127.0.0.1:8080/", "inside"), "web");

    // Who has the port is seen, by whoever looks.
    const listening = await daemon.inside("cat", "/proc/net/tcp");
    assertMatch(listening.stdout, /00000000:1F90 00000000:0000 0A/);

    const client = ns.run(image).network("bridge");
    assertEquals(await client.command("wget", "-q", "-O", "-", "http://web/").text(), "web");
    // Nothing of a container that has gone; it goes behind.
    const hosts = await eventually(
      () => web.exec("cat", "/etc/hosts").text(),
      (hosts) => !hosts.includes("davit-"),
      "hosts file",
    );
    assertMatch(hosts, /^10\.4\.0\.\d+ +web$/m);
    await web.remove();
    assertEquals(await fetchFrom(daemon, `http://${HOST}:8080/`), "");
  },
);

networkedTest("publishAll() publishes what the image listens on", ["2.1"], async (daemon) => {
  const { ns } = daemon;
  const image = await ns.build(daemon.image).expose(80, "53/udp").tag("web:1").build();
  const asked = ns.container("web").image(image).publish("8080:80").publishAll(90)
    .command("sh", "-c", SERVE);
  await using web = await asked.start();
  const ports = (await web.ports()).map(({ hostPort, containerPort, protocol }) => {
    assert(hostPort > 0);
    return `${containerPort === 80 ? hostPort : "any"}:${containerPort}/${protocol}`;
  });
  assertEquals(ports, ["8080:80/tcp", "any:90/tcp", "any:53/udp"]);
  await using second = await ns.container("second").image("web:1").publishAll()
    .command("sh", "-c", SERVE).start();
  await second.until({ port: 80 });
  const [first] = (await second.ports()).filter(({ containerPort }) => containerPort === 80);
  assertEquals(await fetchFrom(daemon, `http://${HOST}:${first!.hostPort}/`), "second");
  assertThrows(() => asked.publishAll("80:80"), InvalidArgumentError);
});

networkedTest("a port that is taken is named, with who has it", ["2.1"], async (daemon) => {
  const { ns, image } = daemon;
  const base = ns.container().image(image).command("sleep", "60").logs(false);
  await using web = await ns.container("web").image(image).command("sleep", "60").logs(false)
    .publish("8080:80", "127.0.0.1:8081:81").start();
  const taken = await assertRejects(() => base.publish("8080:80").start(), NetworkError);
  assertEquals([taken.reason, taken.code], ["port_taken", "already_exists"]);
  assertMatch(
    taken.message,
    new RegExp(
      `^Cannot start container "davit-.*": port 0.0.0.0:8080/tcp of the host is taken by ` +
        `container "${ns.name}-web"; choose another$`,
    ),
  );
  // Another address, another protocol, and the next of a range are free.
  const free = base.publish(`${HOST}:8081:81`, "8080:80/udp", "8080-8090:80");
  await using other = await free.start();
  assertEquals((await other.ports()).map(({ hostPort }) => hostPort), [8081, 8080, 8082]);
  // A process of the host.
  await using _ = await listener(daemon.netns);
  const process = await assertRejects(() => base.publish("7000:80").start(), NetworkError);
  assertMatch(process.message, /0.0.0.0:7000\/tcp of the host is taken by process \d+ \(.*deno/);
  const nowhere = await assertRejects(() => base.publish("10.99.0.1:80:80").start(), NetworkError);
  assertMatch(nowhere.message, /cannot be taken: Cannot assign requested address/i);
  await assertRejects(
    async () => void await base.network("none").publish("1:1").create(),
    InvalidArgumentError,
  );
  assertEquals((await ns.containers.list()).length, 2);
  void web;
});

/** Something that listens on port 7000 of the daemon's host. */
async function listener(netns: string): Promise<AsyncDisposable> {
  const script = 'Deno.listen({ port: 7000 }); console.log("up"); setInterval(() => {}, 1e6)';
  const child = new Deno.Command("nsenter", {
    args: [`--net=/run/netns/${netns}`, Deno.execPath(), "eval", script],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.status;
    },
  };
}

networkedTest(
  "several networks; addresses, names and servers that were asked for",
  ["1.6", "2.1"],
  async (daemon) => {
    const { ns, image } = daemon;
    await ns.networks.create("front", {
      subnets: ["10.9.0.0/24", { subnet: "fd00:9::/64", gateway: "fd00:9::1" }],
    });
    await ns.networks.create("back", { subnets: ["10.10.0.0/24"], internal: true, mtu: 1400 });
    const asked = ns.container("db").image(image).command("sleep", "60").logs(false).hostname("sql")
      .domainname("example.org")
      .network("front", { ip: "10.9.0.50", ip6: "fd00:9::50", mac: "02:42:0a:09:00:32" })
      .network("back", { aliases: ["postgres"] })
      .addHost({ "gate.way": "host-gateway", "elsewhere": "192.0.2.77" })
      .dns({ servers: ["192.0.2.53"], searches: ["example.org"], options: ["ndots:2"] });
    await using db = await asked.start();
    const addresses = await db.exec("ip", "addr").text();
    for (const part of ["10.9.0.50/24", "fd00:9::50/64", "02:42:0a:09:00:32", "mtu 1400"]) {
      assert(addresses.includes(part), `${part}\n${addresses}`);
    }
    assertEquals(
      await db.exec("cat", "/etc/resolv.conf").text(),
      "search example.org\nnameserver 192.0.2.53\noptions ndots:2",
    );
    const hosts = await db.exec("cat", "/etc/hosts").text();
    assertMatch(hosts, /^10\.9\.0\.1 +gate\.way$/m);
    assertMatch(hosts, /^192\.0\.2\.77 +elsewhere$/m);
    assertMatch(
      hosts,
      /^10\.9\.0\.50 +sql\.example\.org sql sql\.front db db\.front$/m,
    );
    assertEquals(await db.exec("cat", "/etc/hostname").text(), "sql");
    // Only those on the same network, by all their names, and with others as users.
    const neighbour = ns.run(image).network("back").user("1000");

    await neighbour.sh`nc -z -w 5 postgres 9 || [ $? = 1 ]; ping -c1 -W5 postgres.back`.noThrow();
    const seen = await neighbour.command("cat", "/etc/hosts").text();
    assert(seen.includes("postgres.back") && !seen.includes("10.9.0.50"), seen);
    // An internal network leads nowhere else.
    assert(!(await neighbour.command("ip", "route").text()).includes("default"));

    const taken = await assertRejects(
      () => ns.container("thief").image(image).network("front", { ip: "10.9.0.50" }).start(),
      NetworkError,
    );
    assertEquals([taken.reason, taken.network], ["address_taken", "front"]);
    const inUse = await assertRejects(() => ns.networks.remove("back"), FailedPreconditionError);
    assertMatch(inUse.message, /it is used by "db"/);
    await db.remove();
    assertEquals(await ns.networks.prune(), ["back", "front"]);
    const links = (await daemon.inside(toolPath("ip"), "-o", "link")).stdout;
    assert(!links.includes("br-"), links);
  },
);

networkedTest(
  "the network of the host, of another container, of a namespace; and none",
  ["1.6", "2.1"],
  async (daemon) => {
    const { ns, image } = daemon;
    const links = (network: string) => ns.run(image).network(network).command("ip", "addr").text();
    assert((await links("host")).includes(`inet ${HOST}/24`));
    assert(
      (await links(`ns:/run/netns/${daemon.netns.replace("-in-", "-out-")}`)).includes(
        "192.0.2.2/24",
      ),
    );
    assert(!(await links("none")).includes("eth0"));
    await assertRejects(() => links("container:nobody"), "there is none");
    await using first = await ns.container("first").image(image).network("bridge")
      .sh`hostname >/tmp/index.html; httpd -h /tmp; sleep 60`.start();
    await first.until({ port: 80 });
    const second = ns.run(image).network("container:first");
    assertEquals(
      await second.command("wget", "-q", "-O", "-", "http://localhost/").text(),
      "first",
    );
    assertEquals(await second.command("hostname").text(), "first");
    await using joined = await ns.container("joined").image(image).network("container:first")
      .command("sleep", "60").logs(false).start();
    // Its namespace has another path when it is started again.
    const stopped = await joined.stop({ with: "SIGKILL" });
    const other = await first.stop({ with: "SIGKILL" });
    await assertRejects(
      async () => void await stopped.start(),
      FailedPreconditionError,
      "does not run",
    );
    await other.start();
    const again = await stopped.start();
    assertMatch(await again.exec("ip", "addr").text(), /inet 10\.4\.0\.\d+/);
  },
);
