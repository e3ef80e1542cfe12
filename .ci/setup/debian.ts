/**
 * Debian packages of any suite, downloaded and unpacked into a folder, never installed.
 *
 * apt does the work with a configuration, lists and a cache of our own, so that the machine's are
 * neither read (they may be empty or old) nor changed. The mirror is the one that the machine's own
 * sources name.
 *
 * @module
 */

import { CACHE } from "./paths.ts";
import { exists, onPath, run, SetupError } from "./run.ts";

/** A Debian release by its code name. */
export type Suite = "bookworm" | "trixie" | "forky";

const DEBS = `${CACHE}/debs`;

/** A package as it was downloaded. */
export interface DebianPackage {
  name: string;
  version: string;
  suite: Suite;
  /** Path of the .deb file. */
  file: string;
}

/** One stanza of the machine's sources: where its packages come from. */
interface Source {
  uris: string;
  suites: string[];
  /** Further fields in deb822 form, such as `Signed-By`, with their continuation lines. */
  rest: string[];
}

/** Reads deb822 `.sources` text; disabled and source-only stanzas are left out. */
export function parseDeb822(text: string): Source[] {
  const found: Source[] = [];
  for (const stanza of text.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    let last = "";
    for (const line of stanza.split("\n")) {
      if (line.startsWith("#")) continue;
      if (/^[ \t]/.test(line)) {
        fields.set(last, `${fields.get(last)}\n${line}`);
        continue;
      }
      const colon = line.indexOf(":");
      if (colon < 0) continue;
      last = line.slice(0, colon).toLowerCase();
      fields.set(last, line.slice(colon + 1).trim());
    }
    const types = (fields.get("types") ?? "").split(/\s+/);
    if (!types.includes("deb") || fields.get("enabled") === "no") continue;
    const rest: string[] = [];
    for (const [key, name] of [["signed-by", "Signed-By"], ["trusted", "Trusted"]] as const) {
      if (fields.has(key)) rest.push(`${name}: ${fields.get(key)}`);
    }
    found.push({
      uris: fields.get("uris") ?? "",
      suites: (fields.get("suites") ?? "").split(/\s+/),
      rest,
    });
  }
  return found;
}

/** Reads one-line `sources.list` text. */
export function parseSourcesList(text: string): Source[] {
  const found: Source[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/.exec(line);
    if (!match) continue;
    const rest: string[] = [];
    for (const option of (match[1] ?? "").trim().split(/\s+/)) {
      const [key, value] = option.split("=");
      if (key === "signed-by") rest.push(`Signed-By: ${value?.replaceAll(",", " ")}`);
      if (key === "trusted") rest.push(`Trusted: ${value}`);
    }
    found.push({ uris: match[2]!, suites: [match[3]!], rest });
  }
  return found;
}

/** The stanza of the machine's sources that names Debian's main archive. */
function machineSource(): Source {
  const sources: Source[] = [];
  const read = (path: string, parse: (text: string) => Source[]): void => {
    if (exists(path)) sources.push(...parse(Deno.readTextFileSync(path)));
  };
  read("/etc/apt/sources.list", parseSourcesList);
  const parts = "/etc/apt/sources.list.d";
  for (const { name } of exists(parts) ? Deno.readDirSync(parts) : []) {
    if (name.endsWith(".list")) read(`${parts}/${name}`, parseSourcesList);
    if (name.endsWith(".sources")) read(`${parts}/${name}`, parseDeb822);
  }
  const release = /^VERSION_CODENAME="?([a-z]+)/m.exec(
    exists("/etc/os-release") ? Deno.readTextFileSync("/etc/os-release") : "",
  )?.[1];
  const mains = new Set(["bookworm", "trixie", "forky", "stable", "testing", "unstable", "sid"]);
  const main = sources.find((source) => source.suites.some((suite) => suite === release)) ??
    sources.find((source) => source.suites.some((suite) => mains.has(suite)));
  if (main && (!release || mains.has(release))) return main;
  throw new SetupError(
    "Cannot fetch Debian packages: no Debian mirror in /etc/apt/sources.list or sources.list.d; " +
      "on another system install containerd 2.x and runc yourself and put them on PATH",
  );
}

/** Writes apt's configuration for one suite and returns its path. */
async function aptConfig(suite: Suite): Promise<string> {
  const dir = `${CACHE}/apt/${suite}`;
  for (const sub of ["lists/partial", "archives/partial", "sources"]) {
    Deno.mkdirSync(`${dir}/${sub}`, { recursive: true });
  }
  const { uris, rest } = machineSource();
  const sources = [
    "Types: deb",
    `URIs: ${uris}`,
    `Suites: ${suite}`,
    "Components: main",
    ...rest,
    "",
  ];
  Deno.writeTextFileSync(`${dir}/sources/main.sources`, sources.join("\n"));
  // The machine's way to the network (proxies, time-outs) is kept; its hooks, which tidy up after
  // installations, are not.
  const machine = (await run(["apt-config", "dump"])).split("\n")
    .filter((line) => line.startsWith("Acquire::"));
  const own: Record<string, string> = {
    "Dir::Etc::main": "/dev/null",
    "Dir::Etc::parts": "/dev/null",
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": `${dir}/sources`,
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State::lists": `${dir}/lists`,
    "Dir::State::status": "/var/lib/dpkg/status",
    "Dir::Cache": dir,
    // As root apt would drop to `_apt`, which may not write here.
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::Retries": "3",
  };
  const config = `${dir}/apt.conf`;
  const lines = Object.entries(own).map(([key, value]) => `${key} "${value}";`);
  Deno.writeTextFileSync(config, [...machine, ...lines, ""].join("\n"), { mode: 0o600 });
  return config;
}

/** Downloads packages of one suite in one go. Packages that are in the cache stay as they are. */
export async function downloadDebianPackages(
  names: readonly string[],
  suite: Suite,
): Promise<DebianPackage[]> {
  if (!onPath("apt-get") || !onPath("dpkg-deb")) {
    throw new SetupError(
      "Cannot fetch Debian packages: this system has no apt-get and dpkg-deb; " +
        "install containerd 2.x and runc yourself and put them on PATH",
    );
  }
  const debs = `${DEBS}/${suite}`;
  Deno.mkdirSync(debs, { recursive: true });
  const cached = (name: string): DebianPackage | undefined => {
    for (const entry of Deno.readDirSync(debs)) {
      const [stem, version] = entry.name.split("_");
      if (stem !== name || !version || !entry.name.endsWith(".deb")) continue;
      return { name, version: unescapeVersion(version), suite, file: `${debs}/${entry.name}` };
    }
  };
  const missing = names.filter((name) => !cached(name));
  if (missing.length > 0) {
    const env = { APT_CONFIG: await aptConfig(suite) };
    const lists = `${CACHE}/apt/${suite}/lists`;
    const update = () => run(["apt-get", "update", "-qq", "--error-on=any"], { env });
    const fresh = ![...Deno.readDirSync(lists)].some(({ name }) => name.includes("_Packages"));
    if (fresh) await update();
    // Download beside, then move: an interrupted download must not look like a package.
    const partial = Deno.makeTempDirSync({ dir: debs, prefix: "partial-" });
    try {
      const download = () => run(["apt-get", "download", "-qq", ...missing], { env, cwd: partial });
      await download().catch(async (error) => {
        // Lists from an earlier day name files that the mirror has replaced since.
        if (fresh) throw error;
        await update();
        await download();
      });
      for (const { name } of [...Deno.readDirSync(partial)]) {
        Deno.renameSync(`${partial}/${name}`, `${debs}/${name}`);
      }
    } catch (error) {
      throw new SetupError(
        `Cannot download ${missing.join(", ")} of Debian ${suite}: ` +
          "check that the mirror in /etc/apt answers (apt-get update), then start again",
        { cause: error },
      );
    } finally {
      Deno.removeSync(partial, { recursive: true });
    }
  }
  return names.map((name) => {
    const deb = cached(name);
    if (!deb) throw new SetupError(`Cannot find "${name}" in Debian ${suite} after the download`);
    return deb;
  });
}

/**
 * The names of a package and of all that it depends on and the machine lacks.
 *
 * @throws {SetupError} apt finds no way to install it.
 */
export async function withDependencies(name: string, suite: Suite): Promise<string[]> {
  const env = { APT_CONFIG: await aptConfig(suite) };
  const text = await run(
    ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "--print-uris", name],
    { env },
  );
  // 'URI' NAME_VERSION_ARCHITECTURE.deb SIZE HASH
  return [...text.matchAll(/^'\S+' ([^_ ]+)_\S+\.deb /gm)].map((match) => match[1]!);
}

/** apt writes a version's colon as `%3a` in file names. */
function unescapeVersion(version: string): string {
  return decodeURIComponent(version);
}

/** Unpacks a package into a folder, on top of what is there. */
export async function unpackDebianPackage(deb: DebianPackage, dest: string): Promise<void> {
  Deno.mkdirSync(dest, { recursive: true });
  await run(["dpkg-deb", "-x", deb.file, dest]);
}

/**
 * Downloads a package of another Debian suite and unpacks it into `dest`.
 *
 * @returns The package's version.
 */
export async function fetchDebianPackage(
  name: string,
  suite: Suite,
  dest: string,
): Promise<string> {
  const [deb] = await downloadDebianPackages([name], suite);
  await unpackDebianPackage(deb!, dest);
  return deb!.version;
}

/** The URI of the machine's mirror, for debootstrap. */
export function debianMirror(): string {
  return machineSource().uris.split(/\s+/)[0]!;
}
