/**
 * What the tests of the image builder share.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { toolPath } from "../../.ci/setup/paths.ts";
import type { ImageBuilder } from "../../lib/build/builder.ts";
import type { StageBase } from "../../lib/build/stage.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { ctrRun } from "../harness/ctr.ts";
import { daemonTest, type DaemonTestEnv, type DaemonTestOptions } from "../harness/daemons.ts";

/** A builder in the test's namespace. */
export type Build = (base: StageBase) => ImageBuilder;

/** A test with the daemon's versions, and a way to builders. */
export function buildTest(
  name: string,
  fn: (t: DaemonTestEnv, build: Build) => Promise<void>,
  options: DaemonTestOptions = {},
): void {
  // Under load, unpacking and running a few containers takes its time.
  daemonTest(name, (t) => fn(t, (base) => t.ns.build(base)), { timeoutMs: 120_000, ...options });
}

/** Checks that a namespace has nothing in it. */
export async function assertNothing(t: DaemonTestEnv): Promise<void> {
  assertEquals(await t.ns.images.list(), []);
  assertEquals((await t.ns.api.content.listStatuses({})).statuses, []);
  assertEquals(await t.ns.leases.list(), []);
}

/** Runs a command in a new container of an image, by ctr. */
export function runIn(t: DaemonTestEnv, image: Image, ...argv: string[]): Promise<string> {
  return ctrRun(t, image.name, ...argv);
}

/** Gives `fn` a folder that is gone afterwards. */
export async function withFolder(fn: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await fn(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs a tool. @returns What it printed. */
export async function tool(name: "skopeo" | "umoci", args: string[]): Promise<string> {
  const output = await new Deno.Command(toolPath(name), { args }).output();
  const { success, stdout, stderr } = output;
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** A build that things happen to: commands, files, and a stage beside them. */
export function faultyBuild(ns: Namespace, base: StageBase): ImageBuilder {
  const other = ns.build(base).as("other").sh`mkdir /out && echo 1 > /out/other`;
  return ns.build(base)
    .sh`echo 1 > /first && rm -r /home`
    .copy({ "one": "1", "two": "2".repeat(100_000) }, "/files")
    .copy("/out", "/out", { from: other })
    .tag("faulty:1");
}
