/**
 * A browser for the dashboard's test. It brings some 40 libraries, so that it has a folder of its
 * own, and apt tells which of them the machine lacks.
 *
 * @module
 */
import { downloadDebianPackages, unpackDebianPackage, withDependencies } from "./debian.ts";
import { CACHE, TOOLS_BIN } from "./paths.ts";
import { BROWSER } from "./plan.ts";
import { onPath, run, say, SetupError } from "./run.ts";
import { libraryPath } from "./tools.ts";

const ROOT = `${CACHE}/browser`;

async function unpackBrowser(): Promise<string[]> {
  const names = await withDependencies(BROWSER, "bookworm");
  const debs = await downloadDebianPackages(names, "bookworm");
  for (const deb of debs) await unpackDebianPackage(deb, ROOT);
  const entry = `${TOOLS_BIN}/${BROWSER}`;
  // The package of libpulse0 has a library in a folder that it looks for at a fixed place.
  const folders = libraryPath(ROOT).split(":").flatMap((path) => [path, `${path}/pulseaudio`]);
  const wrapper = `#!/bin/sh
export LD_LIBRARY_PATH='${folders.join(":")}'"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH='${ROOT}/etc/fonts'
export XDG_DATA_HOME='${ROOT}/usr/share' # with fonts
exec '${ROOT}/usr/lib/chromium/${BROWSER}' "$@"
`;
  Deno.writeTextFileSync(entry, wrapper, { mode: 0o755 });
  try {
    await run([entry, "--no-sandbox", "--version"]);
  } catch (error) {
    // Tests take what is in this folder for usable.
    Deno.removeSync(entry);
    throw error;
  }
  return debs.map(({ name, version }) => `bookworm ${name} ${version}`);
}

/**
 * Fetches a browser, unless there is one. Does without when that fails: one test is skipped then.
 *
 * @returns What was got, one line a package.
 */
export async function makeBrowser(): Promise<string[]> {
  if (["chromium", "chromium-browser", BROWSER].some((name) => onPath(name))) return [];
  try {
    return await unpackBrowser();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`no browser, the dashboard's test in it will be skipped: ${error.message}`);
    return [];
  }
}
