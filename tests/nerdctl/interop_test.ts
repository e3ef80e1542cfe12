import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { containerdDir, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

/** nerdctl is in no Debian release: where it is on PATH it is the judge. */
async function findNerdctl(): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/nerdctl`;
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
}

const path = await findNerdctl();
const skip = path === undefined ? "there is no nerdctl on PATH" : undefined;

/** Runs nerdctl against the test's daemon and namespace, with its networks in a folder of its own. */
function nerdctlOf({ address, ns }: DaemonTestEnv) {
  const dir = address.slice(0, address.lastIndexOf("/"));
  const networks = Deno.makeTempDirSync({ prefix: "davit-nerdctl-" });
  const run = async (...args: string[]): Promise<{ code: number; text: string }> => {
    const { code, stdout, stderr } = await new Deno.Command(path!, {
      args: [
        ...["--address", address, "--data-root", `${dir}/nerdctl`, "--namespace", ns.name],
        ...["--cni-netconfpath", networks, ...args],
      ],
      env: { PATH: `${containerdDir("2.1")}:${TOOLS_BIN}:${Deno.env.get("PATH")}` },
    }).output();
    const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    return { code, text };
  };
  return { nerdctl: run, [Symbol.dispose]: () => Deno.removeSync(networks, { recursive: true }) };
}

const options = { versions: ["2.1"] as const, skip };

daemonTest("nerdctl drives what Davit made", async (t) => {
  const { ns, image } = t;
  using judge = nerdctlOf(t);
  const { nerdctl } = judge;
  await using data = await ns.volumes.create("data", { labels: { a: "b" } });
  const web = await ns.container("web").image(await image())
    .mount({ volume: "data", to: "/data" }).sh`echo hello; exec sleep 600`.keep().start();
  try {
    for await (const { text } of web.logs({ follow: true })) if (text === "hello") break;
    assertStringIncludes((await nerdctl("ps")).text, "web");
    assertEquals(await nerdctl("logs", "web"), { code: 0, text: "hello\n" });
    assertStringIncludes((await nerdctl("exec", "web", "ls", "/data/..")).text, "data\n");
    assertStringIncludes((await nerdctl("volume", "inspect", "data")).text, data.path);
    const inUse = await nerdctl("volume", "rm", "data");
    assert(inUse.code !== 0, inUse.text);
    for (const args of [["stop", "-t", "1"], ["start"], ["rm", "-f"]]) {
      const { code, text } = await nerdctl(...args, "web");
      assertEquals(code, 0, text);
    }
    assertEquals(await ns.containers.list(), []);
  } finally {
    await web.remove();
  }
}, options);

daemonTest("Davit drives what nerdctl made", async (t) => {
  const { ns, image } = t;
  using judge = nerdctlOf(t);
  const { nerdctl } = judge;
  const { name } = await image();
  const script = "echo from nerdctl; exec sleep 600";
  const made = await nerdctl(
    ...["run", "-d", "--net", "none", "--name", "theirs", "-v", "vol:/data", name],
    ...["sh", "-c", script],
  );
  assertEquals(made.code, 0, made.text);
  const theirs = await ns.containers.running("theirs");
  try {
    for await (const { text } of theirs.logs({ follow: true })) if (/nerdctl/.test(text)) break;
    assertEquals(await theirs.exec("id", "-u").text(), "0");
    assertEquals(await (await ns.volumes.get("vol")).usedBy(), [theirs.id]);
    await theirs.stop({ timeout: "1s" });
  } finally {
    await theirs.remove();
  }
  await (await ns.volumes.get("vol")).remove();
}, options);
