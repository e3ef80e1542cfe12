/**
 * Platforms, such as `linux/arm64/v8`: parsing, normal form and matching, by the rules of
 * containerd's platforms package.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** A platform in the form of the OCI image spec; names are Go's (`amd64`, `arm64`). */
export interface Platform {
  /** CPU architecture: `amd64`, `arm64`, `386`, `arm`, `riscv64`, `s390x`, `ppc64le`… */
  architecture: string;
  /** Operating system: `linux`, `windows`, `darwin`, `freebsd`… */
  os: string;
  /** CPU variant, such as `v7` of `arm`. */
  variant?: string;
  /** Version of the operating system; only Windows uses it. */
  "os.version"?: string;
  /** Features of the operating system that the image needs. */
  "os.features"?: string[];
}

const knownOs = new Set(
  ("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 " +
    "solaris windows zos").split(" "),
);
const knownArchitectures = new Set(
  ("386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le " +
    "mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm").split(" "),
);

const partRegExp = /^[A-Za-z0-9_.-]+$/;
const osRegExp = /^([A-Za-z0-9_-]+)(?:\(([^()+/]*)((?:\+[^()+/]*)*)\))?$/;

/**
 * The platform that this process runs on, from `Deno.build`. It needs no permission and reads no
 * files; so a 32-bit ARM has no variant here, and a daemon elsewhere may have another platform.
 */
export function hostPlatform(): Platform {
  return normalizePlatform({ os: Deno.build.os, architecture: Deno.build.arch });
}

/**
 * The normal form of a platform: lower case, `aarch64` as `arm64`, `x86_64` as `amd64`, `arm`
 * without variant as `arm/v7`, the variants that say nothing (`amd64/v1`, `arm64/v8`) left out.
 * An empty operating system becomes `linux`.
 */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os === "" ? "linux" : platform.os.toLowerCase();
  const { architecture, variant } = normalizeArchitecture(
    platform.architecture,
    platform.variant ?? "",
  );
  const features = platform["os.features"];
  return {
    architecture,
    os: os === "macos" ? "darwin" : os,
    ...(variant && { variant }),
    ...(platform["os.version"] && { "os.version": platform["os.version"] }),
    ...(features?.length && { "os.features": [...new Set(features)].sort() }),
  };
}

function normalizeArchitecture(
  architecture: string,
  variant: string,
): { architecture: string; variant: string } {
  architecture = architecture.toLowerCase();
  variant = variant.toLowerCase();
  switch (architecture) {
    case "i386":
      return { architecture: "386", variant: "" };
    case "x86_64":
    case "x86-64":
    case "amd64":
      return { architecture: "amd64", variant: variant === "v1" ? "" : variant };
    case "aarch64":
    case "arm64":
      if (["8", "v8", "v8.0"].includes(variant)) variant = "";
      if (["9", "9.0", "v9.0"].includes(variant)) variant = "v9";
      return { architecture: "arm64", variant };
    case "armhf":
      return { architecture: "arm", variant: "v7" };
    case "armel":
      return { architecture: "arm", variant: "v6" };
    case "arm":
      if (variant === "") variant = "v7";
      return { architecture, variant: /^[5-8]$/.test(variant) ? `v${variant}` : variant };
    default:
      return { architecture, variant };
  }
}

/**
 * Parses a platform specifier: `os/architecture[/variant]`, or one of both alone, which takes the
 * other from `host`. Windows may name its version: `windows(10.0.17763)/amd64`.
 *
 * @param text For example `"linux/arm64"`, `"linux/arm/v7"`, `"arm64"`, `"x86_64"`.
 * @param host Where a missing part comes from; default {@linkcode hostPlatform}.
 * @throws {InvalidArgumentError} When it is no platform.
 *
 * @example
 * ```ts
 * import { parsePlatform } from "@davit/sdk/oci";
 *
 * parsePlatform("linux/aarch64"); // { os: "linux", architecture: "arm64" }
 * ```
 */
export function parsePlatform(text: string, host: Platform = hostPlatform()): Platform {
  const [first = "", second, third, ...more] = text.split("/");
  const system = osRegExp.exec(first);
  if (!system || more.length > 0) {
    return fail(text, "write os/architecture or os/architecture/variant");
  }
  for (const part of [second, third]) {
    if (part !== undefined && !partRegExp.test(part)) {
      return fail(text, `"${part}" may have letters, digits, and _ . - only`);
    }
  }
  const os = normalizePlatform({ os: system[1] ?? "", architecture: "" }).os;
  const extra = {
    ...(system[2] && { "os.version": decode(system[2], text) }),
    ...(system[3] && { "os.features": parseFeatures(system[3], text) }),
  };
  if (second !== undefined) {
    return normalizePlatform({ os, architecture: second, variant: third ?? "", ...extra });
  }
  if (knownOs.has(os)) {
    const { architecture, variant } = host;
    return normalizePlatform({ os, architecture, ...(variant && { variant }), ...extra });
  }
  const alone = normalizePlatform({ os: host.os, architecture: first });
  if (knownArchitectures.has(alone.architecture)) return alone;
  return fail(
    text,
    "neither an operating system nor an architecture; try linux/amd64 or linux/arm64",
  );
}

function parseFeatures(text: string, whole: string): string[] {
  const features = text.slice(1).split("+").map((feature) => decode(feature.trim(), whole));
  if (features.includes("")) fail(whole, "it has an empty feature");
  return features;
}

function decode(text: string, whole: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail(whole, `"${text}" has a broken % escape`);
  }
}

function fail(text: string, why: string): never {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new InvalidArgumentError(`Cannot parse platform ${JSON.stringify(shown)}: ${why}`);
}

/** Prints `os/architecture[/variant]`, as {@linkcode parsePlatform} reads it; without the version. */
export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  if (!os) return "unknown";
  return [os, architecture, variant].filter(Boolean).join("/");
}

/**
 * All platforms whose images run on `wanted`, best first: `amd64` also runs `386`; `arm/v7` also
 * `v6` and `v5`; `arm64` also 32-bit `arm`; `arm64/v9.x` and `amd64/vN` what is below them.
 */
export function platformPreference(wanted: Platform): Platform[] {
  const base = normalizePlatform(wanted);
  const variants: Variants = (architecture, list) =>
    list.map((variant) => {
      const { variant: _, ...rest } = base;
      return normalizePlatform({ ...rest, architecture, variant });
    });
  switch (base.architecture) {
    case "amd64":
      return [...amd64Preference(base, variants), ...variants("386", [""])];
    case "arm":
      return armPreference(base, variants);
    case "arm64": {
      const steps = arm64Steps(base.variant ?? "v8");
      if (!steps) return [base];
      return [...variants("arm64", steps), ...variants("arm", countDown("v", 8, 5))];
    }
    default:
      return [base];
  }
}

type Variants = (architecture: string, list: readonly string[]) => Platform[];

function amd64Preference(base: Platform, variants: Variants): Platform[] {
  const number = variantNumber(base.variant ?? "v1");
  return number === undefined ? [base] : variants("amd64", countDown("v", number, 1));
}

function armPreference(base: Platform, variants: Variants): Platform[] {
  const number = variantNumber(base.variant);
  return number === undefined || number < 5 ? [base] : variants("arm", countDown("v", number, 5));
}

/** `v8.2` runs v8.1 and v8; `v9.2` runs v9.1 and v9, and v8.7 down to v8 (9.x is as new as 8.x+5). */
function arm64Steps(variant: string): string[] | undefined {
  const match = /^v([89])(?:\.(\d))?$/.exec(variant);
  if (!match) return undefined;
  const minor = Number(match[2] ?? 0);
  if (match[1] === "8") return countDown("v8.", minor, 0);
  if (minor > 7) return undefined;
  return [...countDown("v9.", minor, 0), ...countDown("v8.", Math.min(minor + 5, 9), 0)];
}

function variantNumber(variant: string | undefined): number | undefined {
  const match = /^v(\d{1,2})$/.exec(variant ?? "");
  return match ? Number(match[1]) : undefined;
}

function countDown(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: from - to + 1 }, (_, i) => `${prefix}${from - i}`);
}

/** How strict matching is. */
export interface MatchOptions {
  /**
   * Only the very platform, not others that it runs as well.
   * @default false
   */
  strict?: boolean;
}

/** Whether an image made for `offered` runs on `wanted`. */
export function matchesPlatform(
  offered: Platform,
  wanted: Platform,
  options: MatchOptions = {},
): boolean {
  return rank(offered, wanted, options) !== undefined;
}

/** Position of the first platform in the order of preference that `offered` is, if any. */
function rank(offered: Platform, wanted: Platform, options: MatchOptions): number | undefined {
  const order = options.strict ? [normalizePlatform(wanted)] : platformPreference(wanted);
  const candidate = normalizePlatform(offered);
  const index = order.findIndex((platform) => isSame(candidate, platform));
  return index < 0 ? undefined : index;
}

function isSame(offered: Platform, wanted: Platform): boolean {
  const ignored = wanted.os === "windows" ? "win32k" : undefined; // never counted, as in containerd
  const features = new Set(wanted["os.features"]);
  return offered.os === wanted.os && offered.architecture === wanted.architecture &&
    offered.variant === wanted.variant &&
    (wanted.os !== "windows" || isSameBuild(offered["os.version"], wanted["os.version"])) &&
    (offered["os.features"] ?? []).every((f) => f === ignored || features.has(f));
}

/** Windows images need the host's build, which is the first three numbers of the version. */
function isSameBuild(offered: string | undefined, wanted: string | undefined): boolean {
  if (!offered || !wanted) return true;
  const build = (version: string) => version.split(".").slice(0, 3).join(".");
  return build(offered) === build(wanted);
}

/**
 * Picks the descriptor that suits a platform best, as containerd does: the most specific match
 * wins, the first of equals. A descriptor without a platform is taken only where no other fits.
 *
 * @param descriptors What an index lists under `manifests`.
 * @param wanted One platform, or several in order of preference.
 * @returns `undefined` when none fits.
 */
export function choosePlatform<T extends { platform?: Platform | undefined }>(
  descriptors: readonly T[],
  wanted: Platform | readonly Platform[],
  options: MatchOptions = {},
): T | undefined {
  const wishes: readonly Platform[] = "os" in wanted ? [wanted] : wanted;
  for (const wish of wishes) {
    let best: { descriptor: T; rank: number; features: number } | undefined;
    for (const descriptor of descriptors) {
      if (!descriptor.platform) continue;
      const position = rank(descriptor.platform, wish, options);
      if (position === undefined) continue;
      const features = descriptor.platform["os.features"]?.length ?? 0;
      const better = !best || position < best.rank ||
        (position === best.rank && features > best.features);
      if (better) best = { descriptor, rank: position, features };
    }
    if (best) return best.descriptor;
  }
  return descriptors.find((descriptor) => !descriptor.platform);
}
