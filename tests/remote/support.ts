/** What the tests of daemons on other machines share. @module */
import { connect } from "../../lib/client/connect.ts";
import type { Client } from "../../lib/client/client.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";
import { listProcesses } from "../harness/machine.ts";
import { type SshdOptions, TestSshd } from "../harness/sshd.ts";

/** What a test works with: the daemon's own client, and how to get there by ssh. */
export interface RemoteTestEnv extends DaemonTestEnv {
  /** The sshd. */
  readonly sshd: TestSshd;
  /** The daemon's address by way of it. */
  readonly remote: string;
  /** Connects by way of it. */
  connect(): Promise<Client>;
}

/** Registers a test against the newest daemon with an sshd before it. Looks at what it left. */
export function remoteTest(
  name: string,
  fn: (env: RemoteTestEnv) => Promise<void>,
  options: { sshd?: SshdOptions; image?: boolean; timeoutMs?: number } = {},
): void {
  const { image = true, timeoutMs = 60_000 } = options;
  daemonTest(name, async (env) => {
    await using sshd = await TestSshd.start(options.sshd);
    const remote = `ssh://box${env.address}`;
    const { ssh } = sshd;
    await fn({
      ...env,
      sshd,
      remote,
      connect: () => connect({ address: remote, ssh, onExit: "leave", signal: env.signal }),
    });
    await nothingLeft(sshd);
  }, { versions: ["2.1"], image, timeoutMs });
}

/** The processes that belong to an sshd's connections: on this side and on the other. */
export function processesOf({ dir, port }: TestSshd): string[] {
  return listProcesses().map(({ argv }) => argv.join(" ")).filter((line) =>
    line.includes(`${dir}/tmp/`) || line.includes(`${dir}/ssh_config`) ||
    line.includes(`davit-ssh-`) && line.includes(`${port}`)
  );
}

/** Fails when something is left there, after what ends by itself has had time to. */
export async function nothingLeft(sshd: TestSshd): Promise<void> {
  for (let left = 200;; left--) {
    const found = [...processesOf(sshd), ...sshd.left()];
    if (found.length === 0) return;
    if (left === 0) throw new Error(`left on the other machine:\n${found.join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
