import { assert, assertEquals } from "@std/assert";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";
import { slimImage } from "./support.ts";

/** After how many milliseconds at most a script is killed. */
const MOST_MS = 400;

/** Starts a script, and sweeps when it has ended. @param ms When to kill it. */
async function killed(
  { address, ns }: DaemonTestEnv,
  args: readonly string[],
  ms?: number,
): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", new URL("killed_script.ts", import.meta.url).pathname],
      ...[address, ns.name, "source", ...args],
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  if (ms !== undefined) {
    assert(!done, "the script ended early");
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill("SIGKILL");
  }
  await reader.cancel();
  const { signal, success } = await child.status;
  assert(success || signal === "SIGKILL", "the script failed");
  await ns.sweep();
  return signal === "SIGKILL";
}

daemonTest("fork() leaves nothing when its script is killed, and pauses nothing", async (env) => {
  const { ns, version } = env;
  const image = await slimImage(ns);
  await using source = await ns.container("source").image(image).command("sleep", "600").start();
  await source.files.writeTextFile("/delta", "x".repeat(100_000));
  for (const where of ["near", "far"]) {
    // Most points are the same for all versions.
    for (let round = version === "2.1" ? 0 : 4; round < 6; round++) {
      await killed(env, [where], Math.random() * MOST_MS);
      const found = await ns.containers.list();
      assertEquals(found.map(({ id, state }) => [id, state]), [["source", "running"]]);
      assertEquals((await ns.leases.list()).map(({ id }) => id), []);
      const active = (await ns.snapshots.list()).filter(({ kind }) => kind !== "committed");
      assertEquals(active.map(({ key }) => key), ["source"]);
    }
  }
  assertEquals(await source.exec("wc", "-c", "/delta").text(), "100000 /delta");
}, { timeoutMs: 120_000 });

daemonTest("promote() leaves the old files or the new when its script is killed", async (env) => {
  const { ns, version } = env;
  await using source = await ns.container("source").image(await slimImage(ns)).command("true")
    .create();
  const two = ["/left", "/right"];
  for (const path of two) await source.files.writeTextFile(path, "0");
  const step = version === "2.1" ? 2 : 7;
  let now = "0";
  for (let call = step; await killed(env, ["promote", `${call}`]); call += step) {
    assertEquals((await ns.containers.list()).map(({ id }) => id), ["source"]);
    const [left, right] = await Promise.all(two.map((path) => source.files.readTextFile(path)));
    assertEquals(left, right);
    assert(left === now || left === String(Number(now) + 1), left);
    now = left;
    const { labels } = await ns.containers.get("source");
    assertEquals(Object.keys(labels).filter((label) => /pending|replaced/.test(label)), []);
  }
  assertEquals(await source.files.readTextFile("/left"), String(Number(now) + 1));
}, { timeoutMs: 120_000 });
