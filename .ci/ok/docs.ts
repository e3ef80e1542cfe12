/**
 * Checks that all that is exported is documented, and refers to nothing that is not; and that links
 * in the documentation lead somewhere.
 *
 * @module
 */

import { ROOT } from "../setup/paths.ts";
import { deno, type Finding, findingOf } from "./check.ts";
import { projectFiles, readText } from "./files.ts";
import { judgeLinks } from "./links.ts";

function entries(): string[] {
  const config = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`)) as {
    exports: Record<string, string>;
  };
  return Object.values(config.exports);
}

/**
 * Types of the packages that the API is made of. They are documented there; exporting them again
 * would bring their own gaps here.
 */
const OF_PACKAGES = [
  "Any",
  "DescMessage",
  "DescMethodBiDiStreaming",
  "DescMethodClientStreaming",
  "DescMethodServerStreaming",
  "DescMethodUnary",
  "DescService",
  "Message",
  "MessageInitShape",
  "MessageShape",
  "Timestamp",
  "Transport",
];

/** Names that generated code exports: `@davit/sdk/api` has them in namespaces. */
function* generated(folder = `${ROOT}/lib/gen`): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* generated(path);
    else {
      const exported = /^export (?:type|const|enum) (\w+)/gm;
      for (const [, symbol] of Deno.readTextFileSync(path).matchAll(exported)) yield symbol!;
    }
  }
}

/** One line for each error of `deno doc --lint`, which takes ten. */
export function shorten(output: string): string {
  const errors = output.matchAll(/^error\[[\w-]+\]: (.*)\n +--> (.*?:\d+):\d+$/gm);
  const lines = [...errors].map(([, what, at]) => `${at!.replace(`${ROOT}/`, "")}: ${what}`);
  return lines.length > 0 ? lines.join("\n") : output;
}

/** Links of README and docs/ that lead nowhere. */
function deadLinks(): string[] {
  const files = projectFiles();
  return files.filter((path) => path === "README.md" || /^docs\/.*\.md$/.test(path))
    .flatMap((path) => judgeLinks(path, readText(path) ?? "", files));
}

/** What `deno doc --lint` finds. */
async function undocumented(): Promise<string[]> {
  const { ok, output } = await deno("doc", "--lint", ...entries());
  if (ok) return [];
  const elsewhere = new Set([...OF_PACKAGES, ...generated()]);
  return shorten(output).split("\n").filter((line) => {
    const type = /references private type '(\w+)'$/.exec(line)?.[1];
    return !(type && elsewhere.has(type)) && !line.startsWith("lib/gen/");
  });
}

/** Runs the check. */
export async function checkDocs(): Promise<Finding> {
  return findingOf([...deadLinks(), ...await undocumented()]);
}
