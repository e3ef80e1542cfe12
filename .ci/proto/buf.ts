/**
 * buf, from npm through Deno, so that neither Node nor npm need be there.
 *
 * The package of the platform is installed directly: `@bufbuild/buf` itself is a launcher that
 * names the packages of all platforms, and Deno insists on resolving every one of them.
 */

const VERSION = "1.75.0";

const PACKAGES: Record<string, string> = {
  "linux x86_64": "buf-linux-x64",
  "linux aarch64": "buf-linux-aarch64",
  "darwin x86_64": "buf-darwin-x64",
  "darwin aarch64": "buf-darwin-arm64",
  "windows x86_64": "buf-win32-x64",
  "windows aarch64": "buf-win32-arm64",
};

export const root: string = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

async function run(command: string, args: string[], options: Deno.CommandOptions): Promise<void> {
  const { success, code, stdout, stderr } = await new Deno.Command(command, { ...options, args })
    .output();
  if (success) return;
  const text = new TextDecoder();
  throw new Error(
    `Cannot run "${command} ${args.join(" ")}": exit code ${code}\n` +
      `${text.decode(stdout)}${text.decode(stderr)}`,
  );
}

/** Installs buf into `.cache/` if it is not there, and returns the path of the program. */
async function ensureBuf(): Promise<string> {
  const name = PACKAGES[`${Deno.build.os} ${Deno.build.arch}`];
  if (!name) throw new Error(`Cannot run buf: no build for ${Deno.build.os} ${Deno.build.arch}`);
  const dir = `${root}/.cache/buf-${VERSION}`;
  const program = `${dir}/node_modules/@bufbuild/${name}/bin/buf${
    Deno.build.os === "windows" ? ".exe" : ""
  }`;
  try {
    Deno.statSync(program);
    return program;
  } catch { /* first time */ }
  Deno.mkdirSync(dir, { recursive: true });
  const dependencies = { [`@bufbuild/${name}`]: VERSION };
  // A configuration of its own, so that Deno does not look for one further up.
  Deno.writeTextFileSync(`${dir}/deno.json`, `{ "nodeModulesDir": "auto", "lock": false }\n`);
  Deno.writeTextFileSync(`${dir}/package.json`, JSON.stringify({ dependencies }));
  await run(Deno.execPath(), ["install", "--quiet"], { cwd: dir });
  return program;
}

/**
 * Runs buf in `cwd`. Plugins that are Deno programs run on this Deno.
 *
 * @throws {Error} With all of buf's output when it fails.
 */
export async function buf(args: string[], cwd: string = root): Promise<void> {
  const deno = Deno.execPath().replace(/[/\\][^/\\]*$/, "");
  const separator = Deno.build.os === "windows" ? ";" : ":";
  await run(await ensureBuf(), args, {
    cwd,
    env: {
      PATH: `${deno}${separator}${Deno.env.get("PATH") ?? ""}`,
      BUF_CACHE_DIR: `${root}/.cache/buf`,
    },
  });
}
