/** Checks that imports of lib/ point down only, and a few rules of its text. @module */

import { ROOT } from "../setup/paths.ts";
import { deno, type Finding, findingOf } from "./check.ts";
import { readText, typeScriptFiles } from "./files.ts";

/** Folders of lib/ from the lowest to the highest; each may import those before it. */
const LAYERS = [
  "errors",
  "gen",
  "oci",
  "rpc",
  "api",
  "host",
  "io",
  "registry",
  "core",
  "build",
  "daemon",
  "serve",
  "client",
  "repl",
  "testing",
];

/** Folders that may import less than their place allows. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  gen: [],
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
          .flatMap(({ code, type }) => [code?.specifier, type?.specifier])
          .filter((to) => to?.startsWith(own))
          .map((to) => ({ from: specifier.slice(own.length), to: to!.slice(own.length) }))
      );
  } finally {
    Deno.removeSync(entry);
  }
}

/** Runs the check. */
export async function checkLayers(): Promise<Finding> {
  const files = typeScriptFiles().filter((path) => path.startsWith("lib/"));
  const problems = (await listImports(files)).flatMap((item) => judgeImport(item) ?? []);
  const notes: string[] = [];
  for (const path of files) {
    const text = readText(path) ?? "";
    problems.push(...judgeText(path, text));
    const lines = text.split("\n").length;
    if (lines > LONG && layerOf(path) !== "gen") notes.push(`${path} has ${lines} lines`);
  }
  return findingOf([...new Set(problems)], notes);
}
