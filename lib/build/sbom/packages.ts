/**
 * Packages as package managers of distributions have them in their databases.
 *
 * @module
 */

/** An installed package. */
export interface InstalledPackage {
  /** Its name. */
  readonly name: string;
  /** Its version, as the package manager writes it. */
  readonly version: string;
  /** Its architecture, as the package manager writes it. */
  readonly architecture: string;
  /** Which package manager: `deb`, `apk` or `rpm`, as in package URLs. */
  readonly type: "deb" | "apk" | "rpm";
  /** What it was built from, where it says so. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  /** Who made it. */
  readonly maintainer?: string | undefined;
  /** Its license, where the database has it. */
  readonly license?: string | undefined;
  /** Its home page. */
  readonly homepage?: string | undefined;
}

/** A distribution, from its `os-release`. */
export interface Distribution {
  /** Such as `debian`. */
  readonly id: string;
  /** Such as `12`; empty where it has none. */
  readonly version: string;
  /** Such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
}

/** Reads `/etc/os-release`. */
export function parseOsRelease(text: string): Distribution {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*))$/.exec(line.trim());
    if (match) fields.set(match[1]!, match[2] ?? match[3] ?? match[4] ?? "");
  }
  const id = fields.get("ID") ?? "linux";
  return { id, version: fields.get("VERSION_ID") ?? "", name: fields.get("PRETTY_NAME") ?? id };
}

/** Reads dpkg's `status`, or a file of `status.d` (deb822; dpkg-query(1)). */
export function parseDpkgStatus(text: string): InstalledPackage[] {
  const found: InstalledPackage[] = [];
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let last = "";
    for (const line of block.split("\n")) {
      if (/^[ \t]/.test(line)) continue;
      const at = line.indexOf(":");
      if (at < 1) continue;
      last = line.slice(0, at).toLowerCase();
      fields.set(last, line.slice(at + 1).trim());
    }
    const name = fields.get("package");
    const version = fields.get("version");
    // Files of distroless images have no status.
    const status = fields.get("status") ?? "install ok installed";
    if (!name || version === undefined || !/ installed$/.test(status)) continue;
    const source = /^(\S+)(?: \((.+)\))?$/.exec(fields.get("source") ?? "");
    found.push({
      name,
      version,
      architecture: fields.get("architecture") ?? "",
      type: "deb",
      source: { name: source?.[1] ?? name, version: source?.[2] ?? version },
      maintainer: fields.get("maintainer"),
      homepage: fields.get("homepage"),
    });
  }
  return found;
}

/** Reads apk's `installed` (apk-package(5)). */
export function parseApkInstalled(text: string): InstalledPackage[] {
  const found: InstalledPackage[] = [];
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const match = /^([A-Za-z]):(.*)$/.exec(line);
      // Files of the package follow with letters of their own; the first of each counts.
      if (match && !fields.has(match[1]!)) fields.set(match[1]!, match[2]!);
    }
    const [name, version] = [fields.get("P"), fields.get("V")];
    if (!name || version === undefined) continue;
    found.push({
      name,
      version,
      architecture: fields.get("A") ?? "",
      type: "apk",
      source: { name: fields.get("o") ?? name, version },
      maintainer: fields.get("m"),
      license: fields.get("L"),
      homepage: fields.get("U"),
    });
  }
  return found;
}

/** The package URL (github.com/package-url/purl-spec). */
export function packageUrl(item: InstalledPackage, distribution: Distribution): string {
  const encode = (text: string) => encodeURIComponent(text).replaceAll("%3A", ":");
  const vendor = item.type === "rpm" ? distribution.id : distribution.id || item.type;
  const distro = `${distribution.id}${distribution.version ? `-${distribution.version}` : ""}`;
  // An epoch of rpm is a qualifier, not a part of the version.
  const [, epoch, version] = item.type === "rpm"
    ? /^(?:(\d+):)?(.*)$/s.exec(item.version)!
    : [undefined, undefined, item.version];
  const qualifiers = [
    ...(item.architecture ? [`arch=${encode(item.architecture)}`] : []),
    `distro=${encode(distro)}`,
    ...(epoch && epoch !== "0" ? [`epoch=${epoch}`] : []),
  ];
  return `pkg:${item.type}/${encode(vendor)}/${encode(item.name)}@${encode(version ?? "")}?${
    qualifiers.join("&")
  }`;
}
