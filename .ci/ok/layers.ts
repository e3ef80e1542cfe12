/** Checks that imports of lib/ point down only and not in circles, and a few rules of its text. @module */

import { ROOT } from "../setup/paths.ts";
import { deno, type Finding, findingOf } from "./check.ts";
import { readText, typeScriptFiles } from "./files.ts";

/** Folders of lib/ from the lowest to the highest; each may import those before it. */
const LAYERS = [
  "errors",
  "descriptors",
  "gen",
  "oci",
  "rpc",
  "api",
  "host",
  "io",
  "registry",
  "config",
  "trust",
  "core",
  "build",
  "progress",
  "daemon",
  "serve",
  "client",
  "repl",
  "notebook",
  "testing",
];

/** Folders that may import less than their place allows. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  descriptors: [],
  gen: ["descriptors"],
  // Pure data, useful without containerd.
  oci: ["errors"],
};

/** Longer files are worth a thought. */
const LONG = 400;

const FORBIDDEN: readonly [RegExp, string][] = [
  [/\bas unknown as\b/, "a cast by way of unknown"],
  [/@ts-ignore|@ts-nocheck/, "the type checker is told to look away"],
];

/** One module imports another; both as paths relative to the project. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** How: for its types alone, when the importing module loads, or later by `import()`. */
  readonly kind?: "type" | "static" | "dynamic";
}

const layerOf = (path: string) => /^lib\/([^/]+)\//.exec(path)?.[1];

const isTest = (path: string) => path.endsWith("_test.ts");

/** What is wrong with an import; `undefined` when it is fine. */
export function judgeImport({ from, to }: Import): string | undefined {
  const layer = layerOf(from);
  if (layer === undefined || isTest(from)) return undefined;
  const at = LAYERS.indexOf(layer);
  if (at < 0) return `${from}: lib/${layer} has no place in LAYERS of .ci/ok/layers.ts`;
  const target = layerOf(to);
  if (target === undefined) return `${from} imports ${to}, which is not in lib/`;
  if (isTest(to)) return `${from} imports the test ${to}`;
  if (target === layer) return undefined;
  const allowed = ONLY[layer] ?? LAYERS.slice(0, at);
  if (allowed.includes(target)) return undefined;
  return `${from} imports ${to}: ${layer} may import ${allowed.join(", ") || "nothing"}`;
}

/**
 * Circles of imports: groups of modules of which each leads to every other one.
 *
 * @returns Their paths, sorted, each group once.
 */
export function findCircles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...next.get(from) ?? [], to]);
  // Tarjan's strongly connected components.
  const order = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (module: string): number => {
    let low = order.size;
    order.set(module, low);
    path.push(module);
    for (const to of next.get(module) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (path.includes(to)) low = Math.min(low, order.get(to)!);
    }
    if (low === order.get(module)) {
      const group = path.splice(path.indexOf(module));
      if (group.length > 1 || next.get(module)?.includes(module)) circles.push(group.sort());
    }
    return low;
  };
  for (const module of next.keys()) if (!order.has(module)) visit(module);
  return circles;
}

/** What is wrong with the text of a file of lib/. */
export function judgeText(path: string, text: string): string[] {
  const layer = layerOf(path);
  if (layer === undefined || layer === "gen") return [];
  return text.split("\n").flatMap((line, index) =>
    FORBIDDEN.filter(([pattern]) => pattern.test(line)).map(([, what]) =>
      `${path}:${index + 1}: ${what}`
    )
  );
}

/** The part of `deno info --json` that is looked at. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
}

/** Every import among the project's own files, as Deno resolves it. */
async function listImports(files: readonly string[]): Promise<Import[]> {
  const entry = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    const lines = files.map((path) => `import ${JSON.stringify(`file://${ROOT}/${path}`)};\n`);
    Deno.writeTextFileSync(entry, lines.join(""));
    const { ok, stdout, output } = await deno("info", "--json", entry);
    if (!ok) throw new Error(output);
    const own = `file://${ROOT}/`;
    return (JSON.parse(stdout) as Graph).modules
      .filter(({ specifier }) => specifier.startsWith(own))
      .flatMap(({ specifier, dependencies = [] }) =>
        dependencies
          .flatMap(({ code, type, isDynamic }) =>
            [
              { to: code?.specifier, kind: isDynamic ? "dynamic" : "static" },
              { to: type?.specifier, kind: "type" },
            ] as const
          )
          .filter(({ to }) => to?.startsWith(own))
          .map(({ to, kind }) => ({
            from: specifier.slice(own.length),
            to: to!.slice(own.length),
            kind,
          }))
      );
  } finally {
    Deno.removeSync(entry);
  }
}

/** Runs the check. */
export async function checkLayers(): Promise<Finding> {
  const files = typeScriptFiles().filter((path) => path.startsWith("lib/"));
  const imports = await listImports(files);
  const problems = imports.flatMap((item) => judgeImport(item) ?? []);
  const notes: string[] = [];
  // Types may speak of one another: no module waits for another one because of that.
  const circles = (...kinds: Import["kind"][]) =>
    findCircles(imports.filter(({ kind }) => kinds.includes(kind))).map((circle) =>
      circle.join(", ")
    );
  problems.push(...circles("static").map((circle) => `imports in a circle: ${circle}`));
  notes.push(
    ...circles("static", "dynamic").map((circle) => `a circle with import() in it: ${circle}`),
  );
  for (const path of files) {
    const text = readText(path) ?? "";
    problems.push(...judgeText(path, text));
    const lines = text.split("\n").length;
    if (lines > LONG && layerOf(path) !== "gen") notes.push(`${path} has ${lines} lines`);
  }
  return findingOf([...new Set(problems)], notes);
}
