import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadBusybox } from "../harness/images.ts";
import { toolPath } from "../../.ci/setup/paths.ts";
import { processesOf, remoteTest, type RemoteTestEnv } from "./support.ts";

/** A folder for PATH in which `ssh` knows the sshd. */
function pathWithSsh({ sshd }: RemoteTestEnv): string {
  const bin = `${sshd.dir}/bin`;
  Deno.mkdirSync(bin);
  const words = [toolPath("ssh"), ...sshd.ssh.args ?? []].map((word) => `'${word}'`).join(" ");
  Deno.writeTextFileSync(`${bin}/ssh`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return `${bin}:${Deno.env.get("PATH")}`;
}

remoteTest("examples/remote.ts runs with the permissions that it names", async (t) => {
  const ns = t.client.namespace("remote");
  const { name } = await loadBusybox(ns);
  const path = new URL("../../examples/remote.ts", import.meta.url).pathname;
  const header = Deno.readTextFileSync(path).split("*/")[0]!;
  const flags = /`(--allow-run=ssh[^`]*)`/.exec(header)![1]!.split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, path, t.remote, name],
    env: { PATH: pathWithSsh(t), NO_COLOR: "1" },
    stdin: "null",
    signal: t.signal,
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, `${output}\n${errors}`);
  for (const line of [`at ${t.remote}`, "there: 4", "back", "log: ready", "log: stopped", "root"]) {
    assertStringIncludes(output!, line);
  }
  await ns.images.remove(name, { sync: true });
  await t.client.namespaces.delete("remote");
}, { image: false, timeoutMs: 120_000 });

remoteTest("the prompt connects by ssh, and says why it cannot", async (t) => {
  const prompt = async (address: string, line: string) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("../../lib/repl/mod.ts", import.meta.url).pathname, address],
      env: { PATH: pathOf, NO_COLOR: "1", XDG_STATE_HOME: t.sshd.dir },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: t.signal,
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${line}\nclose()\n`));
    await writer.close().catch(() => {/* it has ended */});
    const { stdout, stderr } = await child.output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  };
  const pathOf = pathWithSsh(t);
  const shown = await prompt(t.remote, "(await davit.version()).version");
  assertStringIncludes(shown.replaceAll(/\s+/g, " "), `at ${t.remote}, namespace default`);
  const refused = await prompt("ssh://127.0.0.1:1", "1");
  assertStringIncludes(refused, 'Cannot connect to "ssh://127.0.0.1:1": nothing listens there');
  assertEquals(processesOf(t.sshd), []);
}, { image: false, timeoutMs: 120_000 });
