/**
 * Tests for scripts that use containers, without containers: a containerd in memory, recordings of
 * real sessions, and a fixture for `Deno.test`. Nothing of this needs root, Linux or a permission.
 *
 * @example
 * ```ts
 * import { fakeTest } from "@davit/sdk/testing";
 *
 * fakeTest("greets", async ({ fake, ns }) => {
 *   await fake.addImage(ns.name, "alpine:3.20");
 *   fake.onRun(({ args }) => ({ stdout: `${args.slice(1).join(" ")}\n` }));
 *   const text = await ns.run("alpine:3.20").command("echo", "hello").text();
 *   if (text !== "hello") throw new Error(text);
 * });
 * ```
 *
 * @module
 */
export { recordCassette, type Recording, type RecordOptions } from "./cassette_record.ts";
export { type Replay, replayCassette, type ReplayOptions } from "./cassette_replay.ts";
export { FakeContainerd, fakeContainerd, type FakeOptions } from "./fake.ts";
export type { FakeImageOptions } from "./fake_image.ts";
export { MemoryHost } from "./memory_host.ts";
export type { HostOutput } from "./memory_pipes.ts";
export type { RunHandler, RunOutcome, RunRecord, RunRequest, ScriptOutput } from "./script.ts";
export { fakeTest, type FakeTestContext, type FakeTestOptions } from "./fixture.ts";
export type {
  Host,
  HostFifo,
  HostFile,
  HostFileEvent,
  HostFileInfo,
  HostPipes,
  HostWatch,
  PipeSelection,
} from "../host/host.ts";
export type { HostRoot, RootFile, RootFileChange, RootFileInfo } from "../host/root.ts";
