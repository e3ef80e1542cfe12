/**
 * Makes the package that is published, in `.cache/package`: the sources, and a bundle of them.
 *
 * Types and documentation come from the sources; what runs is the bundle, in which a script loads a
 * handful of files instead of two hundred, which halves its start. `@ts-self-types` ties the two
 * together. Chunks are shared between the subpaths, so that a class is the same class everywhere.
 */
import { bundle } from "./pack/bundle.ts";
import { CACHE, ROOT } from "./setup/paths.ts";

/** Where the package is made. */
export const PACKAGE = `${CACHE}/package`;

interface Config {
  exports: Record<string, string>;
  [key: string]: unknown;
}

/** Makes the package. */
export async function pack(): Promise<void> {
  const config: Config = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`));
  const entries = Object.values(config.exports).map((path) => path.replace(/^\.\//, ""));
  const dist = `${PACKAGE}/dist`;
  await Deno.remove(PACKAGE, { recursive: true }).catch(() => {});
  Deno.mkdirSync(`${PACKAGE}/src`, { recursive: true });
  await bundle(entries, dist);
  const exports: Record<string, string> = {};
  for (const [subpath, path] of Object.entries(config.exports)) {
    const source = path.replace(/^\.\//, "");
    const bundle = source.replace(/\.ts$/, ".js");
    const up = "../".repeat(bundle.split("/").length);
    const code = Deno.readTextFileSync(`${dist}/${bundle}`);
    Deno.writeTextFileSync(
      `${dist}/${bundle}`,
      `/* @ts-self-types="${up}src/${source}" */\n${code}`,
    );
    exports[subpath] = `./dist/${bundle}`;
  }
  for (const path of sources(ROOT)) copy(path, `src/${path}`);
  for (const path of ["README.md", "LICENSE", "CHANGELOG.md"]) copy(path, path);
  const { name, version, description, license, imports, compilerOptions } = config;
  Deno.writeTextFileSync(
    `${PACKAGE}/deno.json`,
    JSON.stringify(
      { name, version, description, license, exports, imports, compilerOptions, lock: false },
      null,
      2,
    ),
  );
}

function copy(from: string, to: string): void {
  const target = `${PACKAGE}/${to}`;
  Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  try {
    Deno.copyFileSync(`${ROOT}/${from}`, target);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The library's sources, without tests and their data. */
function* sources(root: string, folder = "lib"): Generator<string> {
  if (folder === "lib") yield "mod.ts";
  for (const { name, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
    if (isDirectory && name !== "testdata") yield* sources(root, `${folder}/${name}`);
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) yield `${folder}/${name}`;
  }
}

if (import.meta.main) {
  await pack();
  console.log(`packed in ${PACKAGE}`);
}
