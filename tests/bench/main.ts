/**
 * Runs the benchmarks against a daemon of their own: `deno task bench [GROUP…] [--json]`.
 *
 * All are ratios of two things measured in turn on this machine. Ends with 1 when something could
 * not be measured, and, without `--json`, when a bar was missed.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { containerdBin, containerdDir, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { groups as apiGroups } from "./api.ts";
import { groups as containerGroups } from "./containers.ts";
import { groups as buildGroups } from "./build.ts";
import { groups as fileGroups } from "./files.ts";
import { groups as imageGroups } from "./images.ts";
import { groups as networkGroups } from "./network.ts";
import { groups as replGroups } from "./repl.ts";
import type { BenchRow } from "./row.ts";
import { groups as rpcGroups } from "./rpc.ts";
import { groups as runGroups } from "./run.ts";
import { formatJson, formatTable } from "./table.ts";

/** What a group of benchmarks works with. */
export interface BenchEnv {
  /** The socket of a containerd 2.1 that nobody else uses. */
  readonly address: string;
}

const GROUPS: Readonly<Record<string, (env: BenchEnv) => Promise<BenchRow[]>>> = {
  ...rpcGroups,
  ...apiGroups,
  ...runGroups,
  ...containerGroups,
  ...replGroups,
  ...networkGroups,
  ...imageGroups,
  ...buildGroups,
  ...fileGroups,
};

const args = parseArgs(Deno.args, {
  boolean: ["json"],
  unknown: (name, key) => {
    if (key === undefined) return true;
    console.error(`Unknown option "${name}"; usage: deno task bench [GROUP…] [--json]`);
    Deno.exit(2);
  },
});
const wanted = args._.length > 0 ? args._.map(String) : Object.keys(GROUPS);
for (const name of wanted) {
  if (GROUPS[name]) continue;
  console.error(`Unknown group "${name}"; there are: ${Object.keys(GROUPS).join(", ")}`);
  Deno.exit(2);
}

const rows: BenchRow[] = [];
let broken = false;
Deno.env.set("PATH", `${TOOLS_BIN}:${Deno.env.get("PATH")}`);
const daemon = await startDaemon({
  dir: Deno.makeTempDirSync({ prefix: "db-" }),
  containerd: containerdBin("2.1"),
  path: [containerdDir("2.1"), TOOLS_BIN],
  ephemeral: true,
});
const interrupted = () => void daemon.stop().finally(() => Deno.exit(130));
Deno.addSignalListener("SIGINT", interrupted);
Deno.addSignalListener("SIGTERM", interrupted);
try {
  for (const name of wanted) {
    console.error(`bench: measure ${name}`);
    try {
      rows.push(...await GROUPS[name]!({ address: daemon.address }));
    } catch (error) {
      broken = true;
      console.error(`bench: cannot measure ${name}:`, error);
    }
  }
} finally {
  await daemon.stop();
}
console.log(args.json ? formatJson(rows) : formatTable(rows));
Deno.exit(broken || (!args.json && rows.some((row) => !row.ok)) ? 1 : 0);
