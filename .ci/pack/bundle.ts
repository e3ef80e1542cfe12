/**
 * Bundles the library: Deno makes JavaScript of it, Rollup puts that into few files.
 *
 * @module
 */
import { type ModuleInfo, type Plugin, rollup } from "npm:rollup@4.68.8";

import { ROOT } from "../setup/paths.ts";
import { chunksOf, type Entry, type Module } from "./chunks.ts";

/**
 * What nearly every script loads as soon as it does something; `import()` keeps it out of those
 * that only import a type or a function.
 */
const ALWAYS = [
  "lib/client/guard.ts",
  "lib/core/image/resolve.ts",
  "lib/core/network/sweep.ts",
  "lib/core/session/sweep.ts",
  "lib/gen/containerd/services/introspection_pb.ts",
  "lib/gen/containerd/services/leases_pb.ts",
];

/** The start of a script that imports the SDK counts more than that of one that wants a part. */
const MAIN = "mod";
const MAIN_WEIGHT = 10;

/** The prompt's two processes load these at once, by `import()`: other entries are to stay small. */
const PROMPT = ["lib/repl/launch.ts", "lib/repl/prompt.ts"];
const PROMPT_WEIGHT = 5;

/**
 * Bundles.
 *
 * @param entries Sources, relative to the project.
 * @param to The folder for the files; each entry is there under its own name, as `.js`.
 */
export async function bundle(entries: readonly string[], to: string): Promise<void> {
  const raw = Deno.makeTempDirSync({ prefix: "davit-pack-" });
  try {
    await split(entries, raw);
    await merge(entries, raw, to);
  } finally {
    Deno.removeSync(raw, { recursive: true });
  }
}

/** Makes JavaScript, with a file for whatever is loaded together. */
async function split(entries: readonly string[], to: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      "--outdir",
      to,
      ...entries,
    ],
    cwd: ROOT,
    stdout: "null",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Puts the files into few. */
async function merge(entries: readonly string[], from: string, to: string): Promise<void> {
  const names = entries.map((entry) => entry.replace(/\.ts$/, ""));
  const build = await rollup({
    input: Object.fromEntries(names.map((name) => [name, `${from}/${name}.js`])),
    external: /^(node|npm|jsr):/,
    // Deno's bundler has dropped what nothing uses.
    treeshake: false,
    plugins: [files, lateNodeModules],
    onwarn: (warning) => {
      // Modules of one file may need each other in a circle, as they do in the sources.
      if (warning.code !== "CIRCULAR_DEPENDENCY") throw new Error(warning.message);
    },
  });
  let chunks: ReadonlyMap<string, string> | undefined;
  await build.write({
    dir: to,
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    hoistTransitiveImports: false,
    manualChunks: (id, { getModuleIds, getModuleInfo }) => {
      const info = (id: string) => getModuleInfo(id)!;
      if (info(id).isEntry) return;
      chunks ??= plan([...getModuleIds()].map(info), names, from);
      return chunks.get(id);
    },
  });
  await build.close();
}

/** Which file each module goes to. */
function plan(
  infos: readonly ModuleInfo[],
  names: readonly string[],
  from: string,
): Map<string, string> {
  const inner = infos.filter(({ isEntry, isExternal }) => !isEntry && !isExternal);
  const ids = new Set(inner.map(({ id }) => id));
  const modules = new Map(inner.map((info): [string, Module] => [info.id, {
    size: info.code?.length ?? 0,
    imports: info.importedIds.filter((id) => ids.has(id)),
    label: labelOf(sourcesOf(info, infos)[0] ?? ""),
  }]));
  const madeOf = (sources: readonly string[]) =>
    inner
      .filter((info) => sourcesOf(info, infos).some((source) => sources.includes(source)))
      .map(({ id }) => id);
  const entries = names.map((name): Entry => {
    const entry = infos.find(({ id }) => id === `${from}/${name}.js`);
    const imports = entry?.importedIds.filter((id) => ids.has(id)) ?? [];
    return name === MAIN
      ? { modules: [...imports, ...madeOf(ALWAYS)], weight: MAIN_WEIGHT }
      : { modules: imports, weight: 1 };
  });
  const prompt = PROMPT.map((path): Entry => ({ modules: madeOf([path]), weight: PROMPT_WEIGHT }));
  return chunksOf(modules, [...entries, ...prompt]);
}

/**
 * The sources that a module was made of: Deno's bundler notes them. What has none passes on what
 * another one has.
 */
function sourcesOf(info: ModuleInfo, infos: readonly ModuleInfo[]): string[] {
  const own = (info.code ?? "").matchAll(/^\/\/ (\S+\.[jt]s)$/gm);
  const sources = [...own].flatMap(([, path]) => path ?? []);
  const next = infos.find(({ id }) => id === info.importedIds[0]);
  return sources.length === 0 && next ? sourcesOf(next, infos) : sources;
}

/** `lib/core/image/pull.ts` is `core-image`; a package of npm goes by its name. */
function labelOf(source: string): string {
  const [, npm] = /node_modules\/\.deno\/([^/]+)@/.exec(source) ?? [];
  if (npm !== undefined) return npm.replace("@", "");
  const [, layer = "shared", noun] = /^lib\/([^/]+)\/(?:([^/]+)\/)?/.exec(source) ?? [];
  return layer === "core" && noun !== undefined ? `core-${noun}` : layer;
}

/**
 * Has Node's modules loaded by the packages that ask for them, when they ask: `node:module` alone
 * would cost every script ten milliseconds.
 */
const lateNodeModules: Plugin = {
  name: "late-node-modules",
  transform: (code) => {
    if (!code.includes("__deno_internal_createRequire")) return null;
    return code
      .replace(/^import \{ createRequire as __deno_internal_createRequire \} .*$/m, "")
      .replace(
        "__deno_internal_createRequire(import.meta.url)",
        "(name) => process.getBuiltinModule(name)",
      );
  },
};

/** Finds files quickly: Rollup itself lists their folder for each, to look at the case of names. */
const files: Plugin = {
  name: "files",
  resolveId: (source, importer) => {
    if (source.startsWith("/")) return source;
    if (!source.startsWith(".") || !importer) return null;
    return new URL(source, `file://${importer}`).pathname;
  },
};
