/** Packages from npm that only the tools of `.ci/` use; Deno fetches them, no npm needed. */

import { CACHE } from "../setup/paths.ts";

/**
 * Installs one package into `.cache/` if it is not there.
 *
 * @returns The folder of the package.
 * @throws {Error} With Deno's output when the registry does not have it.
 */
export async function npmPackage(name: string, version: string): Promise<string> {
  const dir = `${CACHE}/npm/${name.replaceAll("/", "_")}-${version}`;
  const folder = `${dir}/node_modules/${name}`;
  try {
    Deno.statSync(folder);
    return folder;
  } catch { /* first time */ }
  Deno.mkdirSync(dir, { recursive: true });
  // A configuration of its own, so that Deno does not look for one further up.
  Deno.writeTextFileSync(`${dir}/deno.json`, `{ "nodeModulesDir": "auto", "lock": false }\n`);
  const dependencies = { [name]: version };
  Deno.writeTextFileSync(`${dir}/package.json`, JSON.stringify({ dependencies }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: dir,
  }).output();
  if (!success) {
    const why = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot install "${name}@${version}" from npm: ${why}`);
  }
  return folder;
}
