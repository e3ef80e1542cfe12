/**
 * Makes unpacked programs runnable: finds the shared libraries that the machine lacks, and puts one
 * entry for each program into a `bin` folder, a symbolic link where that will do.
 *
 * @module
 */

import { downloadDebianPackages, unpackDebianPackage } from "./debian.ts";
import { LIBRARIES } from "./plan.ts";
import { exists, run, SetupError } from "./run.ts";

const BIN_FOLDERS = ["usr/bin", "usr/sbin", "bin", "sbin"];

/** A program below an unpacked folder. */
function find(root: string, name: string): string {
  for (const folder of BIN_FOLDERS) {
    if (exists(`${root}/${folder}/${name}`)) return `${root}/${folder}/${name}`;
  }
  throw new SetupError(`Cannot find "${name}" in "${root}": remove .cache/ and start again`);
}

/** Folders with shared libraries below an unpacked folder, as LD_LIBRARY_PATH wants them. */
export function libraryPath(root: string): string {
  const folders: string[] = [];
  for (const lib of ["lib", "usr/lib"]) {
    for (const { name } of exists(`${root}/${lib}`) ? Deno.readDirSync(`${root}/${lib}`) : []) {
      if (name.endsWith("-linux-gnu")) folders.push(`${root}/${lib}/${name}`);
    }
  }
  return folders.join(":");
}

/** Shared libraries that the loader does not find for a program; none for scripts and static ones. */
async function missingLibraries(program: string, path: string): Promise<string[]> {
  const env = path ? { LD_LIBRARY_PATH: path } : undefined;
  const text = await run(["ldd", program], { env }).catch(() => "");
  return [...text.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]!);
}

/** Fetches the libraries that `programs` need and the machine lacks, until none is missing. */
async function fetchLibraries(root: string, programs: string[]): Promise<string[]> {
  const fetched: string[] = [];
  for (;;) {
    const path = libraryPath(root);
    const missing = new Set(
      (await Promise.all(programs.map((program) => missingLibraries(program, path)))).flat(),
    );
    if (missing.size === 0) return fetched;
    const unknown = [...missing].filter((name) => !LIBRARIES[name]);
    const packages = [...new Set([...missing].map((name) => LIBRARIES[name] ?? ""))];
    if (unknown.length > 0 || packages.some((name) => fetched.includes(name))) {
      throw new SetupError(
        `Cannot run the tools in "${root}": ${[...missing].join(", ")} missing; ` +
          "install the packages that hold them, or add them to LIBRARIES in .ci/setup/plan.ts",
      );
    }
    for (const deb of await downloadDebianPackages(packages, "bookworm")) {
      await unpackDebianPackage(deb, root);
    }
    fetched.push(...packages);
  }
}

/** Programs that need more than their libraries: text of the wrapper's last lines. */
const WRAPPERS: Record<string, (root: string, bin: string) => string> = {
  debootstrap: (root, bin) =>
    `PATH='${bin}':$PATH:/usr/sbin:/sbin DEBOOTSTRAP_DIR='${root}/usr/share/debootstrap' \\\n` +
    `  exec '${root}/usr/sbin/debootstrap' "$@"`,
  // sshd insists on a user of its own and on /run/sshd. The user is there for sshd alone, in a
  // mount namespace; the folder is an empty one on a volatile file system.
  sshd: (root) =>
    `mkdir -p -m 755 /run/sshd
passwd=$(mktemp) || exit 1
cat /etc/passwd > "$passwd"
grep -q '^sshd:' "$passwd" || echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin' >> "$passwd"
chmod 644 "$passwd"
exec unshare --mount --propagation slave sh -c '
  mount --bind "$0" /etc/passwd && rm -f "$0" && exec "$@"
' "$passwd" '${root}/usr/sbin/sshd' "$@"`,
};

for (const name of ["iptables", "iptables-save", "iptables-restore", "ip6tables"]) {
  // The package's own names are links that only its installation makes.
  WRAPPERS[name] = (root) =>
    `XTABLES_LIBDIR=$(echo '${root}'/usr/lib/*-linux-gnu/xtables) \\\n` +
    `  exec '${root}/usr/sbin/xtables-nft-multi' ${name} "$@"`;
}

/**
 * Fills `bin` with runnable entries for programs below `root`.
 *
 * @returns The library packages that were fetched on top.
 */
export async function makeBin(
  root: string,
  bin: string,
  names: readonly string[],
): Promise<string[]> {
  const programs = new Map<string, string>();
  for (const name of names) {
    const file = name.startsWith("ip") && name.includes("tables") ? "xtables-nft-multi" : name;
    programs.set(name, find(root, file));
  }
  const files = [...new Set(programs.values())];
  const lacking = new Set<string>();
  for (const file of files) {
    if ((await missingLibraries(file, "")).length > 0) lacking.add(file);
  }
  const fetched = lacking.size > 0 ? await fetchLibraries(root, [...lacking]) : [];
  Deno.mkdirSync(bin, { recursive: true });
  for (const [name, file] of programs) {
    const entry = `${bin}/${name}`;
    try {
      Deno.removeSync(entry);
    } catch { /* new */ }
    const wrapper = WRAPPERS[name];
    if (!wrapper && !lacking.has(file)) {
      Deno.symlinkSync(file, entry);
      continue;
    }
    const libraries = lacking.has(file)
      ? `export LD_LIBRARY_PATH='${libraryPath(root)}'"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n`
      : "";
    const last = wrapper?.(root, bin) ?? `exec '${file}' "$@"`;
    Deno.writeTextFileSync(entry, `#!/bin/sh\n${libraries}${last}\n`, { mode: 0o755 });
  }
  return fetched;
}
