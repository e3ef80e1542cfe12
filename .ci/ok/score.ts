/**
 * Checks what JSR scores a package by, as far as other checks do not: types without slow ones are
 * the publish dry run's, documented symbols are the documentation's.
 *
 * @module
 */
import { type Finding, findingOf } from "./check.ts";
import { readText } from "./files.ts";

/** What JSR takes of a description. */
const MAX_DESCRIPTION = 250;

/** What is wrong with the documentation at the head of an entry. */
export function judgeEntry(path: string, text: string): string[] {
  const head = /^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? "";
  const problems: string[] = [];
  if (!head.includes("@module")) problems.push(`${path}: no documentation of the module`);
  else if (!/```(ts|text)/.test(head)) problems.push(`${path}: its documentation has no example`);
  return problems;
}

/** Runs the check. */
export function checkScore(): Finding {
  const config = JSON.parse(readText("deno.json") ?? "{}") as {
    description?: string;
    license?: string;
    exports: Record<string, string>;
  };
  const problems = Object.values(config.exports).flatMap((entry) => {
    const path = entry.replace(/^\.\//, "");
    return judgeEntry(path, readText(path) ?? "");
  });
  const { description = "", license } = config;
  if (description === "") problems.push("deno.json: no description");
  if (description.length > MAX_DESCRIPTION) {
    problems.push(`deno.json: a description of ${description.length} characters`);
  }
  if (!license || !readText("LICENSE")) problems.push("deno.json: no license");
  if (!/```ts/.test(readText("README.md") ?? "")) problems.push("README.md: no example");
  if (!/id-token: write/.test(readText(".github/workflows/publish.yml") ?? "")) {
    problems.push(".github/workflows/publish.yml: no token for the package's provenance");
  }
  return findingOf(problems);
}
