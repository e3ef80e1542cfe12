/** What a check is, and how it runs other programs. @module */

import { ROOT } from "../setup/paths.ts";

/** What a check found. */
export interface Finding {
  readonly ok: boolean;
  /** What is wrong where, for people; shown when it is not ok. */
  readonly output: string;
  /** What is worth knowing although nothing is wrong. */
  readonly notes?: readonly string[];
}

/** A finding of problems: ok when there are none. */
export function findingOf(problems: readonly string[], notes: readonly string[] = []): Finding {
  return { ok: problems.length === 0, output: problems.join("\n"), notes };
}

/** Longer than any check takes. */
const LIMIT_MS = 300_000;

/** Runs this very Deno in the project's folder; ok when it ends with 0. */
export async function deno(...args: string[]): Promise<Finding & { stdout: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const decoder = new TextDecoder();
  const stdout = decoder.decode(output.stdout);
  // Deno says on standard error what it checks, line by line, and where it gave up; no results.
  const stderr = decoder.decode(output.stderr)
    .replace(/^Check .*\n/gm, "")
    .replace(/^Stack backtrace:\n(?: +.*\n)*/gm, "");
  return { ok: output.success, stdout, output: `${stdout}${stderr}`.trim() };
}
