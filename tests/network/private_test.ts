/** Networks of a private daemon go with it. @module */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import { listProcesses } from "../harness/machine.ts";
import { exec } from "./support.ts";

Deno.test("a private daemon that stops leaves no bridge, no rule and no port taken", async () => {
  const netns = `davit-own-${crypto.randomUUID().slice(0, 8)}`;
  const dir = await Deno.makeTempDir({ prefix: "davit-net-" });
  const inside = (...argv: string[]) => exec("nsenter", `--net=/run/netns/${netns}`, ...argv);
  assertEquals((await exec(toolPath("ip"), "netns", "add", netns)).code, 0);
  try {
    await inside(toolPath("ip"), "link", "set", "lo", "up");
    const script = new URL("private_script.ts", import.meta.url).pathname;
    const run = await inside(Deno.execPath(), "run", "-A", "--no-check", script, `${dir}/d`, netns);
    assertEquals(run.code, 0, run.stderr);
    assertMatch(run.stdout, /"addresses":\["10\.4\.0\.2\/24"\]/);
    const links = (await inside(toolPath("ip"), "-o", "link")).stdout;
    assert(!/br-|veth/.test(links), links);
    const rules = (await inside(toolPath("iptables"), "-t", "nat", "-S")).stdout;
    assert(!/CNI-DN-|10\.4\.0\.2/.test(rules), rules);
    assertEquals(listProcesses().filter(({ argv }) => argv.join(" ").includes(netns)), []);
  } finally {
    await exec(toolPath("ip"), "netns", "del", netns);
    await Deno.remove(dir, { recursive: true });
  }
});
