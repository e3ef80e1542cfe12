/** Runs buf, the compiler for proto/. */

import { CACHE, ROOT } from "../setup/paths.ts";
import { npmPackage } from "./npm.ts";

const VERSION = "1.75.0";

/**
 * The package of each platform. `@bufbuild/buf` itself is a launcher that names them all, and Deno
 * insists on resolving every one.
 */
const PACKAGES: Record<string, string> = {
  "linux x86_64": "buf-linux-x64",
  "linux aarch64": "buf-linux-aarch64",
  "darwin x86_64": "buf-darwin-x64",
  "darwin aarch64": "buf-darwin-arm64",
};

/**
 * Runs buf in the project's folder. Plugins that are Deno programs run on this Deno.
 *
 * @throws {Error} With all of buf's output when it fails.
 */
export async function buf(...args: string[]): Promise<void> {
  const platform = `${Deno.build.os} ${Deno.build.arch}`;
  const name = PACKAGES[platform];
  if (!name) throw new Error(`Cannot run buf: npm has no build of it for ${platform}`);
  const folder = await npmPackage(`@bufbuild/${name}`, VERSION);
  const deno = Deno.execPath().replace(/\/[^/]*$/, "");
  const { success, code, stdout, stderr } = await new Deno.Command(`${folder}/bin/buf`, {
    args,
    cwd: ROOT,
    env: { PATH: `${deno}:${Deno.env.get("PATH") ?? ""}`, BUF_CACHE_DIR: `${CACHE}/buf` },
  }).output();
  if (success) return;
  const text = new TextDecoder();
  const output = `${text.decode(stdout)}${text.decode(stderr)}`.trim();
  throw new Error(`Cannot run "buf ${args.join(" ")}": exit code ${code}\n${output}`);
}
