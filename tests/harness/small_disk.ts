/**
 * Daemons whose disk is soon full.
 *
 * @module
 */
import {
  CONTAINERD_VERSIONS,
  containerdBin,
  containerdDir,
  type ContainerdVersion,
  TOOLS_BIN,
} from "../../.ci/setup/paths.ts";
import type { Client } from "../../lib/client/client.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { clientOf } from "./daemons.ts";

/**
 * Registers a test for each version of containerd, with a daemon all of whose files are on a disk of
 * its own.
 *
 * @param megabytes The disk's size.
 */
export function smallDiskTest(
  name: string,
  megabytes: number,
  fn: (client: Client, version: ContainerdVersion) => Promise<void>,
): void {
  const reason = Deno.uid() === 0 ? "" : " (skipped: it takes root)";
  for (const version of CONTAINERD_VERSIONS) {
    Deno.test({
      name: `[${version}] ${name}${reason}`,
      ignore: reason !== "",
      fn: async () => {
        const dir = await Deno.makeTempDir({ prefix: "davit-full-" });
        await run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", dir);
        try {
          await using daemon = await startDaemon({
            dir,
            containerd: containerdBin(version),
            path: [containerdDir(version), TOOLS_BIN],
          });
          {
            await using client = clientOf(daemon.address);
            await fn(client, version);
          }
          await daemon.stop();
        } finally {
          await run("umount", "-l", dir);
          await Deno.remove(dir, { recursive: true });
        }
      },
    });
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
