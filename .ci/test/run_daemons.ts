/** The daemons that the tests run against: one of each version. @module */

import { unmountUnder } from "../../lib/daemon/mounts.ts";
import { type Daemon, startDaemon } from "../../lib/daemon/private_daemon.ts";
import { removeDeadSockets } from "../../lib/host/shim_sockets.ts";
import type { TestDaemon } from "../../tests/harness/daemons.ts";
import { endLeaked, findLeaks, type TestRun } from "../../tests/harness/leaks.ts";
import { readIfThere } from "../../tests/harness/machine.ts";
import {
  CONTAINERD_VERSIONS,
  containerdBin,
  containerdDir,
  type ContainerdVersion,
  TOOLS_BIN,
} from "../setup/paths.ts";
import { within } from "./within.ts";

/** Running daemons by version. */
export type Daemons = ReadonlyMap<ContainerdVersion, Daemon>;

function start(version: ContainerdVersion, dir: string, signal?: AbortSignal): Promise<Daemon> {
  return startDaemon({
    dir,
    containerd: containerdBin(version),
    path: [containerdDir(version), TOOLS_BIN],
    ephemeral: true,
    signal,
  });
}

/** Starts all of them at once, each in a folder below `dir`. */
export async function startDaemons(dir: string, signal: AbortSignal): Promise<Daemons> {
  const starts = CONTAINERD_VERSIONS.map(async (version) =>
    [version, await start(version, `${dir}/${version}`, signal)] as const
  );
  const settled = await within(60_000, "the start of the daemons", Promise.allSettled(starts));
  const failed = settled.find((result) => result.status === "rejected");
  const started = settled.filter((result) => result.status === "fulfilled");
  if (!failed) return new Map(started.map((result) => result.value));
  await stopDaemons(new Map(started.map((result) => result.value)));
  throw failed.reason;
}

/** What the tests are told of them. */
export function describeDaemons(daemons: Daemons): Record<string, TestDaemon> {
  return Object.fromEntries(
    [...daemons].map(([version, { address, dir }]) => [
      version,
      { address, dir, bin: containerdDir(version) },
    ]),
  );
}

/** Stops all of them, and throws what went wrong afterwards. */
export async function stopDaemons(daemons: Daemons): Promise<void> {
  const settled = await Promise.allSettled([...daemons.values()].map((daemon) => daemon.stop()));
  const errors = settled.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (errors.length > 0) throw new AggregateError(errors, errors.join("\n"));
}

/** Start of the names of the folders of runs. Short, as paths of sockets are. */
const PREFIX = "dt-";

function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function testRunIn(dir: string): TestRun {
  return { mark: dir, dir, temporary: `${dir}/t` };
}

/** Makes this run's folders, named after this process. */
export function makeTestRun(): TestRun {
  const run = testRunIn(`/tmp/${PREFIX}${Deno.pid}-${startOf(Deno.pid)}`);
  Deno.mkdirSync(run.dir, { mode: 0o711 });
  Deno.mkdirSync(run.temporary);
  Deno.chmodSync(run.temporary, 0o1777);
  return run;
}

/**
 * Removes a run's folder, with what tests left mounted in it that were killed.
 *
 * @returns What stays, in words.
 */
export async function removeRun(dir: string): Promise<string[]> {
  const mounted = await unmountUnder([dir]);
  await removeDeadSockets();
  try {
    Deno.removeSync(dir, { recursive: true });
    return [];
  } catch (error) {
    return [`cannot remove ${dir}: ${error}`, ...mounted.map((point) => `mount ${point}`)];
  }
}

/** Ends what is left of runs that were killed: daemons, processes, folders. */
export async function sweepOldRuns(): Promise<void> {
  for (const { name, isDirectory } of Deno.readDirSync("/tmp")) {
    const [, pid, start_] = /^dt-(\d+)-(\d+)$/.exec(name) ?? [];
    if (!isDirectory || pid === undefined || startOf(Number(pid)) === start_) continue;
    console.log(`clearing away what an interrupted run left in /tmp/${name}`);
    for (const version of CONTAINERD_VERSIONS) {
      const dir = `/tmp/${name}/${version}`;
      // Whoever starts a daemon in a folder takes over what a dead one left; stopping it removes it.
      if (!readIfThere(`${dir}/config.toml`)) continue;
      const sweep = start(version, dir).then((daemon) => daemon.stop());
      await within(120_000, `clearing away ${dir}`, sweep);
    }
    const dir = `/tmp/${name}`;
    const nothing = new Set<string>();
    const before = { processes: nothing, mounts: nothing, networks: nothing, names: nothing };
    endLeaked(findLeaks(before, testRunIn(dir), []));
    for (const left of await removeRun(dir)) console.log(left);
  }
}
