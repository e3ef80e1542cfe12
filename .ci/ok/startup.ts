/** Checks how many modules a script loads that only says `import "@davit/sdk"`. @module */

import { ROOT } from "../setup/paths.ts";
import { deno, type Finding, findingOf } from "./check.ts";

/**
 * Every module costs a script's start some 0.4 ms of CPU. What is rarely used is to be loaded when
 * it is used; this is what is left, with a little room. Modules of npm packages are not counted.
 */
const BUDGET = 217;

interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** The modules that load with the first of the graph's roots. */
export function staticModules(graph: Graph): Set<string> {
  const byName = new Map(graph.modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const next = graph.roots.slice(0, 1);
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { isDynamic, code } of byName.get(name)?.dependencies ?? []) {
      if (!isDynamic && code?.specifier) next.push(code.specifier);
    }
  }
  return seen;
}

/** Runs the check. */
export async function checkStartup(): Promise<Finding> {
  const { ok, stdout, output } = await deno("info", "--json", "mod.ts");
  if (!ok) return { ok, output };
  const modules = [...staticModules(JSON.parse(stdout))].map((name) =>
    name.replace(`file://${ROOT}/`, "")
  );
  if (modules.length <= BUDGET) return findingOf([]);
  const list = modules.filter((name) => name.startsWith("lib/")).sort().join(" ");
  return findingOf([
    `import "@davit/sdk" loads ${modules.length} modules, ${BUDGET} are allowed: load what is ` +
    `rarely used by import() where it is used. They are: ${list}`,
  ]);
}
