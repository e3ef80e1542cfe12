/** Devices, CDI and rules for them, seen from inside. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { tempFolder } from "./support.ts";

daemonTest("device() gives devices of the host, under other names and access", async (t) => {
  const run = t.ns.run(await t.image())
    .device("/dev/net/tun", { device: "/dev/fuse", to: "/dev/hole", access: "r" });
  const text = await run.sh`stat -c '%F %t:%T' /dev/net/tun /dev/hole
    : < /dev/hole && echo read; (: > /dev/hole) 2>/dev/null || echo refused`.text();
  assertEquals(text, "character special file a:c8\ncharacter special file a:e5\nread\nrefused");
  // A folder brings all that is in it.
  const folder = await t.ns.run(await t.image()).device("/dev/net").command("ls", "/dev/net")
    .text();
  assertEquals(folder, "tun");
}, { skip: skipWithout("/dev/fuse", "/dev/net/tun") });

function skipWithout(...paths: string[]): string | undefined {
  const missing = paths.find((path) => {
    try {
      Deno.lstatSync(path);
      return false;
    } catch {
      return true;
    }
  });
  return missing && `the machine has no ${missing}`;
}

daemonTest("deviceRule() allows devices whose nodes are made inside", async ({ ns, image }) => {
  const run = ns.run(await image());
  const make = ["sh", "-c", "mknod /tmp/fuse c 10 229 && : < /tmp/fuse"];
  // Not one of the devices that runc allows every container.
  await run.deviceRule("c 10:229 rm").command(...make);
  await assertRejects(async () => await run.command(...make), ExitError, "not permitted");
  assertThrows(() => run.deviceRule("c 1 rwm"), InvalidArgumentError, 'write it as "c 10:200 rwm"');
});

daemonTest("device() takes CDI devices from JSON and YAML files", async ({ ns, image }) => {
  await using folder = await tempFolder("cdi");
  const low = `${folder.path}/low`, high = `${folder.path}/high`;
  await Deno.mkdir(low);
  await Deno.mkdir(high);
  await Deno.writeTextFile(`${folder.path}/tool`, "from the host\n");
  await Deno.writeTextFile(
    `${low}/acme.json`,
    JSON.stringify({
      cdiVersion: "0.6.0",
      kind: "acme.com/net",
      devices: [
        { name: "a", containerEdits: { env: ["ACME=low"] } },
        { name: "b", containerEdits: { env: ["B=1"], additionalGids: [4321] } },
      ],
      containerEdits: { env: ["ALL=1"] },
    }),
  );
  await Deno.writeTextFile(
    `${high}/acme.yaml`,
    `cdiVersion: "0.6.0"
kind: acme.com/net
devices:
  - name: a
    containerEdits:
      env: [ "ACME=high" ]
      deviceNodes: [ { path: /dev/acme, hostPath: /dev/null, permissions: rw } ]
      mounts:
        - { hostPath: ${folder.path}/tool, containerPath: /acme/tool }
      hooks:
        - hookName: createRuntime
          path: /bin/sh
          args: [ sh, -c, "echo ran > ${folder.path}/hook" ]
`,
  );
  const run = ns.run(await image()).cdiFolders(low, high).device(
    "acme.com/net=a",
    "acme.com/net=b",
  );
  const lines = await run.sh`echo $ACME $B $ALL; cat /acme/tool; stat -c %t:%T /dev/acme; id -G`
    .lines();
  assertEquals(lines, ["high 1 1", "from the host", "1:3", "0 4321"]);
  assertEquals(await Deno.readTextFile(`${folder.path}/hook`), "ran\n");
  assertEquals((await run.spec()).by("process.env.ACME"), "device");
  const missing = run.device("acme.com/net=c").command("true");
  await assertRejects(async () => await missing, NotFoundError, 'CDI device "acme.com/net=c"');
  await Deno.writeTextFile(`${high}/bad.yaml`, "kind: [\n");
  await assertRejects(async () => await missing, InvalidArgumentError, "bad.yaml");
  await Deno.writeTextFile(`${high}/bad.yaml`, await Deno.readTextFile(`${high}/acme.yaml`));
  await assertRejects(async () => await run.command("true"), InvalidArgumentError, "both");
});

daemonTest("gpus() are CDI devices of NVIDIA", async ({ ns, image }) => {
  await using folder = await tempFolder("gpus");
  const spec = {
    cdiVersion: "0.5.0",
    kind: "nvidia.com/gpu",
    devices: ["all", "0", "1"].map((name) => ({
      name,
      containerEdits: { env: [`GPU_${name}=yes`] },
    })),
  };
  await Deno.writeTextFile(`${folder.path}/nvidia.json`, JSON.stringify(spec));
  const run = ns.run(await image()).cdiFolders(folder.path);
  const lines = await run.gpus(2).command("env").lines();
  assertEquals(lines.filter((line) => line.startsWith("GPU_")).sort(), ["GPU_0=yes", "GPU_1=yes"]);
  assert((await run.gpus("all").command("env").lines()).includes("GPU_all=yes"));
  await assertRejects(async () => await run.gpus(["7"]).command("true"), NotFoundError, "gpu=7");
  assertThrows(() => run.gpus(0), InvalidArgumentError, "0 GPUs");
});

daemonTest("devices that are not there are named", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  await assertRejects(async () => await run.device("/dev/davit-none"), NotFoundError, "davit-none");
  await assertRejects(
    async () => await run.device("/etc/passwd"),
    InvalidArgumentError,
    "no device",
  );
  assertThrows(() => run.device("dev/null"), InvalidArgumentError, "absolute path");
  const access = { device: "/dev/null", access: "rx" };
  assertThrows(() => run.device(access), InvalidArgumentError, "r, w and m");
});
