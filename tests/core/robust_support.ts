/** A daemon of a test's own, to be killed and started again. @module */

import { CONTAINERD_VERSIONS, type ContainerdVersion } from "../../.ci/setup/paths.ts";
import type { Client } from "../../lib/client/client.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { Image } from "../../lib/core/image/image.ts";
import { processRef, waitForEnd } from "../../lib/daemon/processes.ts";
import type { DaemonConfig } from "../../lib/daemon/config.ts";
import { type Daemon, startDaemon } from "../../lib/daemon/private_daemon.ts";
import { makePlace, type Place, settledTraces } from "../daemon/support.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** What a test of {@linkcode ownDaemonTest} works with. */
export interface OwnDaemon {
  readonly version: ContainerdVersion;
  readonly place: Place;
  readonly address: string;
  readonly client: Client;
  /** Unique on the machine, as runc's state is. */
  readonly ns: Namespace;
  readonly image: Image;
  /** Kills the daemon with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
}

/** Kills a process that need not be our child, and waits for its end. */
export async function killProcess(pid: number): Promise<void> {
  const process = processRef(pid);
  if (!process) return;
  Deno.kill(pid, "SIGKILL");
  await waitForEnd([process], 10_000);
}

/** Registers a test for each version of containerd, with a daemon of its own. */
export function ownDaemonTest(
  name: string,
  fn: (own: OwnDaemon) => Promise<void>,
  more: {
    /** Of containerd; all by default. */
    readonly versions?: readonly ContainerdVersion[];
    /** Of `startDaemon()`. */
    readonly config?: DaemonConfig;
  } = {},
): void {
  for (const version of more.versions ?? CONTAINERD_VERSIONS) {
    Deno.test(`[${version}] ${name}`, async () => {
      await using made = await makePlace(version);
      const { config } = more;
      const place = { ...made, options: { ...made.options, ...(config && { config }) } };
      const daemons: Daemon[] = [await startDaemon(place.options)];
      const address = daemons[0]!.address;
      try {
        await using client = clientOf(address);
        const ns = client.namespace(place.namespace);
        await fn({
          version,
          place,
          address,
          client,
          ns,
          image: await loadBusybox(ns),
          kill: () => killProcess(daemons.at(-1)!.pid),
          start: async () => void daemons.push(await startDaemon(place.options)),
        });
      } finally {
        for (const daemon of daemons) await daemon.stop();
        await settledTraces(place.dir);
      }
    });
  }
}
