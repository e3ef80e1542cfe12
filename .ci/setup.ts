/**
 * Fetches what the tasks need: `deno run -A .ci/setup.ts [hello|test]`.
 *
 * Without a profile only `@std` is looked after. What is done is skipped, with one look at a stamp.
 *
 * @module
 */

import { CACHE, ROOT } from "./setup/paths.ts";
import { BROWSER, PLAN, type Profile } from "./setup/plan.ts";
import { onPath, run, say, SetupError } from "./setup/run.ts";
import { ensureStd } from "./setup/std.ts";

/** Tells a stamp of this plan at this place from one of an older plan or a moved folder. */
function stampKey(profile: Profile): string {
  const parts = profile === "test" ? [...PLAN.test, BROWSER] : PLAN[profile];
  return `${CACHE} ${JSON.stringify(parts)}`;
}

function readStamp(profile: Profile): string[] {
  try {
    return Deno.readTextFileSync(`${CACHE}/${profile}.stamp`).split("\n");
  } catch {
    return [];
  }
}

function writeStamp(profile: Profile, lines: string[]): void {
  Deno.mkdirSync(CACHE, { recursive: true });
  Deno.writeTextFileSync(`${CACHE}/${profile}.stamp`, [...lines, ""].join("\n"));
}

/** Says which containerd and runc PATH has: enough to see that they were exchanged. */
function machineKey(): string | undefined {
  const paths = [onPath("containerd"), onPath("runc")];
  if (paths.some((path) => path === undefined || path.startsWith(CACHE))) return undefined;
  return paths.map((path) => `${path} ${Deno.statSync(path!).mtime?.getTime()}`).join(" ");
}

/** Whether the machine's own containerd is good enough for `hello`. */
async function machineWillDo(): Promise<boolean> {
  const key = machineKey();
  if (key === undefined) return false;
  if (readStamp("hello")[0] === key) return true;
  const version = /\bv?(\d+)\.\d+\.\d+/.exec(await run(["containerd", "--version"]))?.[1];
  if (Number(version) < 2) {
    say(`the containerd on PATH is ${version}.x, the examples want 2.x: use one of our own`);
    return false;
  }
  say("containerd 2.x and runc are on PATH: nothing to fetch");
  writeStamp("hello", [key]);
  return true;
}

async function main(profile: string | undefined): Promise<void> {
  if (profile !== undefined && profile !== "hello" && profile !== "test") {
    throw new SetupError(`Cannot set up "${profile}": the profiles are hello and test`);
  }
  const did = await ensureStd(ROOT);
  if (did) say(did);
  if (profile === undefined) return;
  const isDone = () => readStamp(profile)[0] === stampKey(profile);
  if (isDone()) return;
  if (profile === "hello" && await machineWillDo()) return;
  const { setUp } = await import("./setup/main.ts");
  await setUp(profile, isDone, (got) => {
    writeStamp(profile, [stampKey(profile), ...got]);
    // `test` has all that `hello` wants.
    if (profile === "test") writeStamp("hello", [stampKey("hello")]);
    say("done");
  });
}

try {
  await main(Deno.args[0]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`set-up: ${error.message}`);
  if (error.cause instanceof Error) console.error(`  ${error.cause.message}`);
  Deno.exit(1);
}
