/**
 * Runs the tests: `deno task test [PATH…] [--filter TEXT]`.
 *
 * Every file runs in a process of its own. Those of `tests/` find a private daemon of each version
 * of containerd in `$DAVIT_TEST_DAEMONS`. Afterwards the machine must be as it was before. The last
 * line counts the tests; the look for leaks is one of them.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { RUN_MARK, takeBaseline } from "../tests/harness/leaks.ts";
import { TOOLS_BIN } from "./setup/paths.ts";
import { findTests, needsDaemons } from "./test/files.ts";
import { checkAndStop } from "./test/leak_check.ts";
import {
  type Daemons,
  describeDaemons,
  makeTestRun,
  removeRun,
  startDaemons,
  sweepOldRuns,
} from "./test/run_daemons.ts";
import { type FileResult, runFile } from "./test/run_file.ts";

/** How many files run at once: they wait for daemons half of the time. */
const PARALLEL = 4;
/** For one file. */
const FILE_LIMIT_MS = 300_000;
/** For all files together; the clean-up comes on top. */
const TOTAL_LIMIT_MS = 870_000;
/** How many failed files are run again. */
const AGAIN = 4;

const args = parseArgs(Deno.args, {
  string: ["filter"],
  unknown: (name, key) => {
    if (key === undefined) return true;
    console.error(`Unknown option "${name}"; usage: deno task test [PATH…] [--filter TEXT]`);
    Deno.exit(2);
  },
});
const files = (() => {
  try {
    return findTests(args._.map(String));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
})();

const stop = new AbortController();
const interrupts = (["SIGINT", "SIGTERM"] as const).map((name) => {
  const listener = () => {
    if (!stop.signal.aborted) console.log(`${name}: end the tests and clean up`);
    stop.abort(name);
  };
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
});
const timer = setTimeout(
  () => stop.abort(`all tests together did not end within ${TOTAL_LIMIT_MS / 1000} s`),
  TOTAL_LIMIT_MS,
);

const results: FileResult[] = [];
/** What failed beside others and passed alone. */
const unstable: FileResult[] = [];

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function show(result: FileResult): void {
  const { path, passed, failed, skipped, durationMs } = result;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const line = `${path}: ${counts.join(", ")} (${seconds(durationMs)})`;
  if (failed === 0) return console.log(`ok    ${line}`);
  console.log(`FAIL  ${line}\n${result.output.trimEnd().replace(/^/gm, "      ")}\n`);
}

async function runOne(path: string, env: Record<string, string>): Promise<FileResult> {
  const limits = { limitMs: FILE_LIMIT_MS, signal: stop.signal };
  const result = await runFile(path, { filter: args.filter, env, ...limits });
  show(result);
  return result;
}

async function runFiles(paths: readonly string[], env: Record<string, string>): Promise<void> {
  const queue = [...paths];
  const worker = async () => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      if (stop.signal.aborted) return;
      results.push(await runOne(path, env));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/**
 * Runs the few files that failed once more, alone: tells a defect from what only a busy machine
 * shows. That is reported too, since it is one to find.
 */
async function runFailedAgain(env: Record<string, string>): Promise<void> {
  const failed = results.filter((result) => result.failed > 0);
  if (failed.length > AGAIN) return;
  for (const first of failed) {
    if (stop.signal.aborted) return;
    console.log(`again ${first.path}, alone`);
    const second = await runOne(first.path, env);
    if (second.failed > 0) continue;
    unstable.push(first);
    results.splice(results.indexOf(first), 1, second);
  }
}

async function runAll(): Promise<{ leaks: string[] }> {
  await sweepOldRuns();
  const baseline = takeBaseline();
  const run = makeTestRun();
  // For the daemons too.
  Deno.env.set(RUN_MARK, run.mark);
  Deno.env.set("TMPDIR", run.temporary);
  Deno.env.set("PATH", `${TOOLS_BIN}:${Deno.env.get("PATH")}`);

  const withDaemons = files.filter(needsDaemons);
  const starting: Promise<Daemons> = withDaemons.length > 0
    ? startDaemons(run.dir, stop.signal)
    : Promise.resolve(new Map());
  starting.catch(() => {});
  let daemons: Daemons = new Map();
  const leaks: string[] = [];
  try {
    await runFiles(files.filter((path) => !needsDaemons(path)), {});
    daemons = await starting;
    for (const [name, daemon] of daemons) {
      console.log(`containerd ${name} is ${daemon.version} at ${daemon.address}`);
    }
    const env = { DAVIT_TEST_DAEMONS: JSON.stringify(describeDaemons(daemons)) };
    await runFiles(withDaemons, env);
    await runFailedAgain(env);
  } catch (error) {
    leaks.push(`the run itself failed: ${error instanceof Error ? error.stack : error}`);
    daemons = await starting.catch(() => new Map());
  }
  const report = await checkAndStop(baseline, run, daemons);
  leaks.push(...report.leaks);
  for (const note of report.notes) console.log(`note: not known to be of this run: ${note}`);
  leaks.push(...await removeRun(run.dir));
  return { leaks };
}

const started = performance.now();
const { leaks } = await runAll();
clearTimeout(timer);
for (const remove of interrupts) remove();

const sum = (key: "passed" | "failed" | "skipped") =>
  results.reduce((total, result) => total + result[key], 0);
for (const { path, skippedNames } of results) {
  for (const name of skippedNames) {
    // daemonTest() and whoever follows it write the reason into the name.
    const reason = name.includes("skipped: ") ? "" : " (no reason given)";
    console.log(`skip  ${path}: ${name}${reason}`);
  }
}
const problems = [
  ...(stop.signal.aborted ? [`stopped: ${stop.signal.reason}`] : []),
  ...(sum("passed") + sum("failed") === 0 ? ["no test was run"] : []),
];
// Once more, and shortened: a log is often read from its end.
for (const [word, ended] of [["UNSTABLE", unstable], ["FAIL ", results]] as const) {
  for (const { path, failures } of ended) {
    for (const text of failures) console.log(`${word} ${path}: ${text.replace(/\n/g, "\n      ")}`);
  }
}
if (leaks.length > 0) {
  console.log(`FAIL  leak check:\n${leaks.join("\n").replace(/^/gm, "      ")}`);
} else console.log("ok    leak check: nothing is left");
for (const problem of problems) console.log(`FAIL  ${problem}`);
console.log(`${results.length} files, ${seconds(performance.now() - started)}`);

const passed = sum("passed") + (leaks.length === 0 ? 1 : 0);
const failed = sum("failed") + (leaks.length > 0 ? 1 : 0) + problems.length;
console.log(`${passed} passed, ${failed} failed, ${sum("skipped")} skipped`);
Deno.exit(failed > 0 ? 1 : 0);
