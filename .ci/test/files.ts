/** Which test files there are. @module */

import { ROOT } from "../setup/paths.ts";

/** Where tests are looked for when nothing is named. */
const FOLDERS = ["lib", ".ci", "tests"];

/** Measured by hand, by `deno task bench`. */
const LEFT_OUT = /^tests\/bench\//;

/** Test files below a folder of the project, sorted. */
function below(dir: string): string[] {
  return [...Deno.readDirSync(`${ROOT}/${dir}`)]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory) return below(path);
      return path.endsWith("_test.ts") ? [path] : [];
    });
}

/** A path as given, from the current folder, relative to the project. */
function inProject(path: string): string {
  let absolute: string;
  try {
    absolute = Deno.realPathSync(path);
  } catch (error) {
    throw new Error(`Cannot test "${path}": there is no such file or folder`, { cause: error });
  }
  if (!absolute.startsWith(`${ROOT}/`)) {
    throw new Error(`Cannot test "${path}": it is not in the project's folder`);
  }
  return absolute.slice(ROOT.length + 1);
}

/**
 * The test files to run, those without a daemon first.
 *
 * @param paths Files and folders as given on the command line; none for all.
 */
export function findTests(paths: readonly string[]): string[] {
  if (paths.length > 0) {
    const files = paths.map(inProject).flatMap((path) =>
      Deno.statSync(`${ROOT}/${path}`).isDirectory ? below(path) : [path]
    );
    return [...new Set(files)];
  }
  const folders = FOLDERS.filter((dir) => {
    try {
      return Deno.statSync(`${ROOT}/${dir}`).isDirectory;
    } catch {
      return false;
    }
  });
  return folders.flatMap(below).filter((path) => !LEFT_OUT.test(path));
}

/** Whether a test file may need the daemons. */
export function needsDaemons(path: string): boolean {
  return path.startsWith("tests/");
}
