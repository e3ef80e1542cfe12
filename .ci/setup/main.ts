/** Runs a profile of the set-up from start to end. Loaded only when something is to be done. @module */

import { makeBrowser } from "./browser.ts";
import { type DebianPackage, downloadDebianPackages, unpackDebianPackage } from "./debian.ts";
import { makeDebianImage } from "./debian_image.ts";
import { CACHE, containerdDir, DEBIAN_IMAGE, HELLO_BIN, TOOLS, TOOLS_BIN } from "./paths.ts";
import { type Bundle, PLAN, type Profile } from "./plan.ts";
import { exists, run, say, SetupError } from "./run.ts";

import { makeBin } from "./tools.ts";

/** Bundles of one suite are one download; suites go side by side. */
async function download(bundles: readonly Bundle[]): Promise<Map<string, DebianPackage>> {
  const suites = [...new Set(bundles.map((bundle) => bundle.suite))];
  const debs = await Promise.all(suites.map((suite) => {
    const names = bundles.filter((bundle) => bundle.suite === suite)
      .flatMap((bundle) => bundle.packages);
    return downloadDebianPackages([...new Set(names)], suite);
  }));
  return new Map(debs.flat().map((deb) => [`${deb.suite} ${deb.name}`, deb]));
}

async function unpack(bundle: Bundle, debs: Map<string, DebianPackage>): Promise<string[]> {
  const got: string[] = [];
  for (const name of bundle.packages) {
    const deb = debs.get(`${bundle.suite} ${name}`)!;
    await unpackDebianPackage(deb, `${CACHE}/${bundle.dest}`);
    got.push(`${bundle.suite} ${name} ${deb.version}`);
    if (bundle.containerd && !deb.version.startsWith(`${bundle.containerd}.`)) {
      say(
        `Debian ${bundle.suite} has containerd ${deb.version} now: it stands in for ` +
          `${bundle.containerd}`,
      );
    }
  }
  return got;
}

/** Links to the commands that `hello` needs, in one folder. */
async function makeHelloBin(): Promise<string[]> {
  const fetched = await makeBin(`${CACHE}/hello/root`, HELLO_BIN, ["runc", "busybox"]);
  for (const name of ["containerd", "containerd-shim-runc-v2", "ctr"]) {
    const entry = `${HELLO_BIN}/${name}`;
    await Deno.remove(entry).catch(() => {});
    Deno.symlinkSync(`${containerdDir("2.1")}/${name}`, entry);
  }
  return fetched;
}

async function makeToolsBin(): Promise<string[]> {
  const shared = ["runc", "busybox"];
  const names = [...TOOLS.filter((name) => !shared.includes(name)), "wget"];
  const more = ["iptables-save", "iptables-restore", "ip6tables"];
  const fetched = await makeBin(`${CACHE}/tools/root`, TOOLS_BIN, [...names, ...more]);
  for (const name of shared) {
    await Deno.remove(`${TOOLS_BIN}/${name}`).catch(() => {});
    Deno.symlinkSync(`${HELLO_BIN}/${name}`, `${TOOLS_BIN}/${name}`);
  }
  return fetched;
}

/** Holds the set-up's lock while `work` runs, so that two tasks started at once do it once. */
async function locked(work: () => Promise<void>): Promise<void> {
  Deno.mkdirSync(CACHE, { recursive: true });
  using lock = Deno.openSync(`${CACHE}/setup.lock`, { create: true, write: true });
  if (!lock.tryLockSync(true)) {
    say("another set-up is at work here, wait for it");
    await lock.lock(true);
  }
  await work();
}

/**
 * Fetches and makes what a profile needs.
 *
 * @param isDone Asked again once the lock is held: another set-up may have done it meanwhile.
 * @returns What was got, one line a package, for the stamp.
 */
export async function setUp(
  profile: Profile,
  isDone: () => boolean,
  done: (got: string[]) => void,
): Promise<void> {
  if (profile === "test" && Deno.uid() !== 0) {
    throw new SetupError(
      'Cannot set up "test" without root: its tests start daemons and mount file systems; ' +
        "start it as root, best on a virtual machine",
    );
  }
  await locked(async () => {
    if (isDone()) return;
    const bundles = PLAN[profile];
    const names = bundles.map((bundle) => `${bundle.packages.join(", ")} (${bundle.suite})`);
    say(`fetch Debian packages into .cache/, nothing is installed: ${names.join("; ")}`);
    const debs = await download(bundles);
    say("unpack them");
    const got: string[] = [];
    for (const bundle of bundles) got.push(...await unpack(bundle, debs));
    const libraries = await makeHelloBin();
    if (profile === "test") {
      libraries.push(...await makeToolsBin());
      say("fetch Chromium, for the dashboard's test");
      got.push(...await makeBrowser());
    }
    if (libraries.length > 0) say(`fetched the libraries that they need: ${libraries.join(", ")}`);
    got.push(...libraries.map((name) => `bookworm ${name}`));
    for (const name of ["containerd-2.1", "containerd-1.6", "containerd-1.7"] as const) {
      const path = `${CACHE}/${name}/usr/bin/containerd`;
      if (exists(path)) await run([path, "--version"]);
    }
    if (profile === "test" && !exists(DEBIAN_IMAGE)) {
      say("make a small Debian image with debootstrap, umoci and skopeo, about a minute");
      await makeDebianImage();
    }
    done(got);
  });
}
