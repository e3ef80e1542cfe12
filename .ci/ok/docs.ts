/** Checks that all that is exported is documented, and refers to nothing that is not. @module */

import { ROOT } from "../setup/paths.ts";
import { deno, type Finding } from "./check.ts";

function entries(): string[] {
  const config = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`)) as {
    exports: Record<string, string>;
  };
  return Object.values(config.exports);
}

/** One line for each error of `deno doc --lint`, which takes ten. */
export function shorten(output: string): string {
  const errors = output.matchAll(/^error\[[\w-]+\]: (.*)\n +--> (.*?:\d+):\d+$/gm);
  const lines = [...errors].map(([, what, at]) => `${at!.replace(`${ROOT}/`, "")}: ${what}`);
  return lines.length > 0 ? lines.join("\n") : output;
}

/** Runs the check. */
export async function checkDocs(): Promise<Finding> {
  const { ok, output } = await deno("doc", "--lint", ...entries());
  return { ok, output: shorten(output) };
}
