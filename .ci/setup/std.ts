/**
 * Makes `jsr:@std/*` imports work where JSR cannot be reached.
 *
 * Deno reads `vendor/jsr.io/` before it asks the network (`"vendor": true` in deno.json). Where JSR
 * answers, Deno fills that folder itself; where it does not, this writes packages that re-export
 * npm's `deno-std`, the same sources as plain JavaScript, with the declarations of `.ci/std/`.
 */

const NPM_STD = "npm:deno-std@1.4.0";

/** What the project imports: package → subpath → [module in deno-std, declarations in .ci/std]. */
const PACKAGES: Record<string, Record<string, [module: string, types: string]>> = {
  assert: { ".": ["assert/mod.js", "assert.d.ts"] },
  cli: { "./parse-args": ["cli/parse_args.js", "cli.d.ts"] },
  path: { "./posix": ["path/posix/mod.js", "path.d.ts"] },
  streams: { ".": ["streams/mod.js", "streams.d.ts"] },
  toml: { ".": ["toml/mod.js", "toml.d.ts"] },
};

/** Exact versions, read from deno.json so that they are written down once. */
function pinned(root: string): Map<string, string> {
  const { imports } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`)) as {
    imports: Record<string, string>;
  };
  const versions = new Map<string, string>();
  for (const target of Object.values(imports)) {
    const match = /^jsr:@std\/([a-z-]+)@(\d+\.\d+\.\d+)/.exec(target);
    if (match) versions.set(match[1]!, match[2]!);
  }
  return versions;
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function jsrAnswers(): Promise<boolean> {
  try {
    const response = await fetch("https://jsr.io/@std/assert/meta.json", {
      signal: AbortSignal.timeout(3000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Returns what it did, or `undefined` when there was nothing to do. */
export async function ensureStd(root: string): Promise<string | undefined> {
  const base = `${root}/vendor/jsr.io/@std`;
  const stamp = `${base}/.stamp`;
  const versions = pinned(root);
  let key = NPM_STD;
  for (const [name, version] of versions) {
    key += ` ${name}@${version}`;
    for (const [, types] of Object.values(PACKAGES[name] ?? {})) {
      key += `:${Deno.statSync(`${root}/.ci/std/${types}`).size}`;
    }
  }
  try {
    if (Deno.readTextFileSync(stamp) === key) return undefined;
  } catch { /* first time */ }
  if (await jsrAnswers()) {
    Deno.mkdirSync(base, { recursive: true });
    Deno.writeTextFileSync(stamp, key);
    return "JSR answers: @std comes from there";
  }
  for (const [name, version] of versions) {
    const entries = PACKAGES[name];
    if (!entries) {
      throw new Error(`Cannot vendor "@std/${name}": add it to PACKAGES in .ci/setup/std.ts`);
    }
    const dir = `${base}/${name}`;
    const exports: Record<string, string> = {};
    const manifest: Record<string, { size: number; checksum: string }> = {};
    Deno.mkdirSync(`${dir}/${version}`, { recursive: true });
    for (const [subpath, [module, types]] of Object.entries(entries)) {
      const stem = subpath === "." ? "mod" : subpath.slice(2).replaceAll("-", "_");
      const files: Record<string, string> = {
        [`${stem}.ts`]: `// @ts-types="./${stem}.d.ts"\nexport * from "${NPM_STD}/${module}";\n`,
        [`${stem}.d.ts`]: Deno.readTextFileSync(`${root}/.ci/std/${types}`),
      };
      exports[subpath] = `./${stem}.ts`;
      for (const [file, text] of Object.entries(files)) {
        Deno.writeTextFileSync(`${dir}/${version}/${file}`, text);
        const size = new TextEncoder().encode(text).length;
        manifest[`/${file}`] = { size, checksum: `sha256-${await sha256(text)}` };
      }
    }
    Deno.writeTextFileSync(
      `${dir}/meta.json`,
      JSON.stringify({ scope: "std", name, latest: version, versions: { [version]: {} } }),
    );
    Deno.writeTextFileSync(`${dir}/${version}_meta.json`, JSON.stringify({ manifest, exports }));
  }
  Deno.writeTextFileSync(stamp, key);
  return "JSR does not answer: @std is vendored from npm";
}
