/** Making, looking at and removing networks; plugins that fail. @module */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NetworkError,
  NotFoundError,
  UnsupportedError,
} from "../../lib/errors/errors.ts";
import { toolPath } from "../../.ci/setup/paths.ts";
import { eventually, exec, networkedTest, useTestPlugins } from "./support.ts";

networkedTest("networks are made, found and removed", ["2.1"], async (daemon) => {
  const { ns, client } = daemon;
  assertEquals(await ns.networks.list(), []);
  const made = await ns.networks.create("one", { labels: { app: "shop" }, mtu: 1400 });
  assertEquals([made.name, made.driver, made.internal], ["one", "bridge", false]);
  assertEquals(made.subnets, [{ subnet: "10.4.1.0/24", gateway: "10.4.1.1" }]);
  assertEquals(made.labels, { app: "shop" });
  assert(made.file.endsWith(`/cni/net.d/${ns.name}/nerdctl-one.conflist`), made.file);
  const two = await ns.networks.create("two", {
    subnets: [{
      subnet: "10.20.0.0/24",
      gateway: "10.20.0.254",
      ipRange: "10.20.0.128/25",
      reserved: { printer: "10.20.0.130" },
    }],
  });
  assertEquals(two.subnets[0]?.reserved, { printer: "10.20.0.130" });
  // Others of the daemon see neither, and get other subnets.
  const other = client.namespace(`${ns.name}-b`);
  assertEquals(await other.networks.list(), []);
  const theirs = await other.networks.create("one");
  assertEquals(theirs.subnets[0]?.subnet, "10.4.2.0/24");
  await other.networks.remove("one");

  const exists = await assertRejects(() => ns.networks.create("one"), AlreadyExistsError);
  assertMatch(exists.message, /it exists, with 10\.4\.1\.0\/24$/);
  for (
    const [subnet, by] of [["10.20.0.0/16", 'network "two"'], ["192.0.2.0/25", 'the host\'s "up0"']]
  ) {
    const overlap = await assertRejects(
      () => ns.networks.create("three", { subnets: [subnet!] }),
      NetworkError,
    );
    assertEquals(overlap.reason, "subnet_overlap");
    assert(overlap.message.includes(by!), overlap.message);
  }
  const bad: [string, Parameters<typeof ns.networks.create>[1]][] = [
    ["host", {}],
    ["../x", {}],
    ["x", { subnets: ["10.0.0.1/24"] }],
    ["x", { subnets: ["10.8.0.0/31"] }],
    ["x", { ipv6: true }],
    ["x", { options: { "com.docker.network.bridge.nat": "1" } }],
    ["x", { mtu: 10 }],
    ["x", { subnets: [{ subnet: "10.8.0.0/24", gateway: "10.9.0.1" }] }],
    ["x", { driver: "macvlan", internal: true }],
  ];
  for (const [name, options] of bad) {
    await assertRejects(() => ns.networks.create(name, options), InvalidArgumentError);
  }
  await assertRejects(() => ns.networks.create("x", { icc: false }), UnsupportedError, "1.7.1");

  // A file that is none disturbs nobody but those who want it.
  const broken = made.file.replace("nerdctl-one", "nerdctl-broken");
  await Deno.writeTextFile(broken, '{"cniVersion":"1.0.0","name":"broken","plugins":[{}]}');
  assertEquals((await ns.networks.list()).map(({ name }) => name), ["one", "two"]);
  assertEquals((await ns.networks.broken()).map(({ file }) => file), [broken]);
  await assertRejects(() => ns.networks.inspect("broken"), InvalidArgumentError, 'type" must be');
  await Deno.remove(broken);
  const nowhere = await assertRejects(() => ns.networks.inspect("three"), NotFoundError);
  assertMatch(nowhere.message, /there are "one", "two"$/);
  assertEquals((await ns.networks.inspect(made.id!.slice(0, 12))).name, "one");
  // As a script that was granted too little.
  const script = `${daemon.dir}/script.ts`;
  await Deno.writeTextFile(
    script,
    `import { connect } from "${new URL("../../mod.ts", import.meta.url).href}";
    await using davit = await connect("${daemon.address}");
    const { networks } = davit.namespace("${ns.name}");
    await networks.create("four").catch((e) => console.log(e.code, e.message));
    console.log((await davit.namespace("${ns.name}").sweep()).networks);`,
  );
  const root = new URL("../..", import.meta.url).pathname;
  const socket = daemon.address;
  const { stdout, stderr } = await exec(
    ...[Deno.execPath(), "run", "--no-check", `--config=${root}deno.json`, "--allow-env"],
    ...[`--allow-read=${socket}`, `--allow-write=${socket}`, `--allow-net=unix:${socket}`, script],
  );
  assertMatch(
    stdout,
    /^permission_denied Cannot make network "four": files in .*--allow-write.*\n\[\]/,
    stderr,
  );
  assertEquals(await ns.networks.prune(), ["one", "two"]);
  await assertRejects(() => ns.networks.remove("one"), NotFoundError);
});

networkedTest("macvlan and ipvlan stand on an interface of the host", ["2.1"], async (daemon) => {
  const { ns, image } = daemon;
  for (const driver of ["macvlan", "ipvlan"] as const) {
    await ns.networks.create(driver, {
      driver,
      parent: "up0",
      subnets: [{ subnet: "192.0.2.0/24", gateway: "192.0.2.2", ipRange: "192.0.2.64/27" }],
    });
    const run = ns.run(image).network(driver).command("ping", "-c1", "-W10", "192.0.2.2");
    const link = ["link", "add", "link", "up0", "name", "try", "type", driver];
    const { code, stderr } = await daemon.inside(toolPath("ip"), ...link);
    if (code === 0) {
      await daemon.inside(toolPath("ip"), "link", "del", "try");
      assertMatch(await run.text(), /1 packets received/);
    } else {
      console.log(`skipped: containers on ${driver}, which this kernel lacks: ${stderr.trim()}`);
      await assertRejects(async () => void await run, NetworkError, "not supported");
    }
    await eventually(() => ns.containers.list(), ({ length }) => length === 0, "containers");
    await ns.networks.remove(driver);
  }
});

networkedTest("live containers are connected and disconnected", ["1.6", "2.1"], async (daemon) => {
  const { ns, image } = daemon;
  const { networks } = ns;
  await networks.create("one");
  await networks.create("two");
  await using db = await ns.container("db").image(image).network("two").logs(false)
    .command("sleep", "600").start();
  // Nobody answers there, at once.
  await using web = await ns.container("web").image(image).network("one").logs(false)
    .dns({ servers: ["127.0.0.1"] }).command("sleep", "600").start();
  const reaches = async (name: string) =>
    (await web.exec("ping", "-c1", "-W5", name).noThrow()).exitCode === 0;
  assert(!await reaches("db"));
  await networks.connect("two", web, { aliases: ["shop"], ip: "10.4.2.99" });
  assert(await reaches("db"), await web.exec("cat", "/etc/hosts").text());
  assertMatch(await db.exec("cat", "/etc/hosts").text(), /^10\.4\.2\.99 .*shop\.two$/m);
  assertEquals((await networks.inspect("two")).containers.map(({ id }) => id), ["db", "web"]);
  await networks.check(web);
  await assertRejects(() => networks.connect("two", web), AlreadyExistsError);
  await assertRejects(
    () => networks.connect("one", db, { ip6: "fd00::9" }),
    InvalidArgumentError,
    "it has no IPv6",
  );
  const taken = await assertRejects(
    () => networks.connect("one", db, { ip: "10.4.1.2" }),
    NetworkError,
  );
  assertEquals(taken.reason, "address_taken");
  assertMatch(taken.message, /^Cannot connect container "db" to network "one": its address/);
  // It is so when it is started again, too.
  const stopped = await web.stop({ with: "SIGKILL" });
  const again = await stopped.start();
  assertMatch(await again.exec("ip", "addr").text(), /10\.4\.2\.99\/24/);
  await networks.disconnect("two", "web");
  assert(!await reaches("db"));
  assert(!(await db.exec("cat", "/etc/hosts").text()).includes("shop"));
  await assertRejects(() => networks.disconnect("two", "web"), NotFoundError);

  // What somebody else took away is seen, and is no hindrance.
  await daemon.inside(toolPath("ip"), "link", "del", (await bridge(daemon, "one"))!);
  const check = await assertRejects(() => networks.check(web), NetworkError);
  assertEquals([check.reason, check.network], ["plugin_failed", "one"]);
  await networks.remove("one", { force: true });
  await web.remove();
  await assertRejects(() => networks.check("web"), NotFoundError);
  await using plain = await ns.container("plain").image(image).logs(false)
    .command("sleep", "600").start();
  await assertRejects(() => networks.connect("two", plain), FailedPreconditionError);
  assertEquals((await ns.containers.list()).length, 2);
});

async function bridge(
  daemon: { ns: { networks: { inspect(name: string): Promise<{ config: unknown }> } } },
  name: string,
): Promise<string | undefined> {
  const { config } = await daemon.ns.networks.inspect(name);
  return /"bridge":"(br-[0-9a-f]+)"/.exec(JSON.stringify(config))?.[1];
}

/** A plugin in shell that writes down what it is asked, and does what its configuration says. */
const PLUGIN = `#!/bin/sh
in=$(cat)
echo "$CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME" >>"$0.log"
case $in in *'"fails":"'$CNI_COMMAND'"'*)
  echo '{"cniVersion":"1.0.0","code":100,"msg":"by intent"}'; exit 1;; esac
case $in in *valid-attachments*) echo "$in" | grep -o '"cni.dev/valid.*' >>"$0.log";; esac
case $CNI_COMMAND in ADD) case $in in *prevResult*) echo "$in" | sed 's/.*"prevResult"://; s/}$//';; *)
  echo '{"cniVersion":"1.1.0","ips":[{"address":"10.99.0.7/24"}]}';; esac;; esac
`;

networkedTest(
  "a plugin that fails half-way is undone; version 1.1 of CNI is spoken",
  ["2.1"],
  async (daemon) => {
    const { ns, image, dir } = daemon;
    await Deno.mkdir(`${dir}/plugins`);
    useTestPlugins(`${dir}/plugins`);
    const write = (file: string, text: string) =>
      Deno.writeTextFile(`${dir}/plugins/${file}`, text, { mode: 0o755 });
    const log = async () => {
      const text = await Deno.readTextFile(`${dir}/plugins/noted.log`);
      await Deno.remove(`${dir}/plugins/noted.log`);
      return text.trim().replaceAll(/davit-[0-9a-f]{16}/g, "ID").split("\n");
    };
    await write("noted", PLUGIN);
    const { file } = await ns.networks.create("one");
    const conflist = JSON.parse(await Deno.readTextFile(file));
    const save = (name: string, change: Record<string, unknown>) =>
      Deno.writeTextFile(
        file.replace("nerdctl-one", name),
        JSON.stringify({ ...conflist, name, nerdctlID: undefined, ...change }),
      );
    const [first] = conflist.plugins;
    await save("half", { plugins: [...conflist.plugins, { type: "noted", fails: "ADD" }] });
    const run = ns.run(image).command("true");
    const failed = await assertRejects(async () => void await run.network("half"), NetworkError);
    assertEquals([failed.reason, failed.network, failed.plugin], [
      "plugin_failed",
      "half",
      "noted",
    ]);
    assertMatch(
      failed.message,
      /^Cannot start container "davit-\w+": .*"noted"\) failed: by intent$/,
    );
    assertEquals(await log(), [`ADD ${ns.name}-ID eth0`, `DEL ${ns.name}-ID eth0`]);
    assertEquals(await daemon.left().then((left) => left.filter((x) => !x.includes("conf"))), []);

    await save("away", { plugins: [{ ...first, bridge: "br-away" }, { type: "absent" }] });
    const missing = await assertRejects(async () => void await run.network("away"), NetworkError);
    assertEquals([missing.reason, missing.plugin], ["plugin_missing", "absent"]);
    await assertRejects(() => ns.networks.status("away"), NetworkError, '"absent"');

    await save("new", { cniVersion: "1.1.0", plugins: [{ type: "noted" }] });
    await ns.networks.status("new");
    await using web = await ns.container("web").image(image).network("new").logs(false)
      .command("sleep", "60").start();
    await ns.networks.check("web");
    await ns.networks.gc("new");
    await web.remove();
    assertEquals(await log(), [
      "STATUS  ",
      `ADD ${ns.name}-web eth0`,
      `CHECK ${ns.name}-web eth0`,
      "GC  ",
      `"cni.dev/valid-attachments":[{"containerID":"${ns.name}-web","ifname":"eth0"}]}`,
      `DEL ${ns.name}-web eth0`,
    ]);
    await save("unready", { cniVersion: "1.1.0", plugins: [{ type: "noted", fails: "STATUS" }] });
    await assertRejects(() => ns.networks.status("unready"), NetworkError, "by intent");
    await assertRejects(() => ns.networks.gc("one"), UnsupportedError, "1.1.0");
    await Deno.remove(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  },
);
