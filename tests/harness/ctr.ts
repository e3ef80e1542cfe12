/**
 * containerd's own command line, as an independent judge.
 *
 * @module
 */
import { TOOLS_BIN } from "../../.ci/setup/paths.ts";
import type { DaemonTestEnv } from "./daemons.ts";

/**
 * Runs `ctr` of the test's daemon in the test's namespace.
 *
 * @returns What it printed.
 * @throws What it complained about, when it failed.
 */
export async function ctr(env: DaemonTestEnv, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(`${env.bin}/ctr`, {
    args: ["--address", env.address, "--namespace", env.ns.name, ...args],
    env: { PATH: `${env.bin}:${TOOLS_BIN}:${Deno.env.get("PATH")}` },
    stdin: "null",
    signal: env.signal,
  }).output();
  const decoder = new TextDecoder();
  if (output.success) return decoder.decode(output.stdout);
  throw new Error(`ctr ${args.join(" ")}: ${decoder.decode(output.stderr)}`);
}

/** How often `ctr` is asked again for an output that does not come. */
const RUNS = 5;

/**
 * Has `ctr` run a process that prints something, in a container that goes with it.
 *
 * A process that ends at once may have done so before `ctr` has opened the pipe of its output, which
 * it gives up then: on a busy machine one output in a hundred is lost. So it is asked again.
 *
 * @returns What it printed.
 */
export async function ctrRun(
  env: DaemonTestEnv,
  image: string,
  ...argv: string[]
): Promise<string> {
  let output = "";
  for (let i = 0; i < RUNS && output === ""; i++) {
    output = await ctr(env, "run", "--rm", image, `x${crypto.randomUUID().slice(0, 8)}`, ...argv);
  }
  return output;
}

/** Has `ctr` write an archive of an image. */
export async function ctrExport(env: DaemonTestEnv, path: string, image: string): Promise<void> {
  // By the daemon, which is 2.x's default, ctr may end before the last of it is written.
  const local = env.version === "2.1" ? ["--local"] : [];
  await ctr(env, "images", "export", ...local, path, image);
}
