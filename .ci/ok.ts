/**
 * Everything that can be checked without a daemon: `deno task ok [CHECK…]`.
 *
 * @module
 */
import { deno, type Finding } from "./ok/check.ts";
import { checkDocs } from "./ok/docs.ts";
import { checkExamples } from "./ok/examples.ts";
import { projectFiles, typeScriptFiles } from "./ok/files.ts";
import { checkHosts } from "./ok/hosts.ts";
import { checkLayers } from "./ok/layers.ts";
import { checkScore } from "./ok/score.ts";
import { checkStartup } from "./ok/startup.ts";

/** How many checks run at once. */
const PARALLEL = 2;

/** Text files that `deno fmt` knows, but not what is generated or fetched. */
function formatted(): string[] {
  return projectFiles().filter((path) =>
    /\.(ts|mjs|json|md|ya?ml)$/.test(path) && !/^lib\/gen\/|testdata\//.test(path)
  );
}

/** The slowest first. */
const CHECKS: Readonly<Record<string, () => Finding | Promise<Finding>>> = {
  types: () => deno("check", ...typeScriptFiles()),
  examples: checkExamples,
  publish: () => deno("publish", "--dry-run", "--allow-dirty"),
  gen: () => deno("run", "--allow-all", ".ci/gen.ts", "--check"),
  proto: () => deno("run", "--allow-all", ".ci/proto_check.ts"),
  docs: checkDocs,
  rpc: () => deno("run", "--allow-all", ".ci/rpc_docs.ts", "--check"),
  layers: checkLayers,
  startup: checkStartup,
  lint: () => deno("lint", ...typeScriptFiles().filter((path) => !path.startsWith("lib/gen/"))),
  fmt: () => deno("fmt", "--check", ...formatted()),
  hosts: checkHosts,
  score: checkScore,
};

const wanted = Deno.args.length > 0 ? Deno.args : Object.keys(CHECKS);
for (const name of wanted) {
  if (CHECKS[name]) continue;
  console.error(`Unknown check "${name}"; there are: ${Object.keys(CHECKS).join(", ")}`);
  Deno.exit(2);
}

const started = performance.now();
const failed: string[] = [];
const queue = [...wanted];

async function worker(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const begin = performance.now();
    let finding: Finding;
    try {
      finding = await CHECKS[name]!();
    } catch (error) {
      finding = { ok: false, output: String(error instanceof Error ? error.stack : error) };
    }
    const time = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
    console.log(`${finding.ok ? "ok  " : "FAIL"}  ${name} (${time})`);
    for (const note of finding.notes ?? []) console.log(`      ${note}`);
    if (finding.ok) continue;
    failed.push(name);
    console.log(`${finding.output.replace(/^/gm, "      ")}\n`);
  }
}

await Promise.all(Array.from({ length: PARALLEL }, worker));
const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
console.log(
  failed.length === 0
    ? `${wanted.length} checks are fine (${time})`
    : `failed: ${failed.join(", ")} (${wanted.length} checks, ${time})`,
);
Deno.exit(failed.length === 0 ? 0 : 1);
