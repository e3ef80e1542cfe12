/**
 * Whether images are complete, and what they lack.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { chainId } from "../../oci/chain_id.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { createHasher, type Digest, digestAlgorithm } from "../../oci/digest.ts";
import { formatPlatform, matchesPlatform, type Platform } from "../../oci/platform.ts";
import type { WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { scanImage, type ScannedManifest, wantedManifests } from "./scan.ts";
import { unpackedBy } from "./unpacked.ts";

/** Options of {@linkcode checkImage}. */
export interface CheckOptions {
  /** Which platforms are looked at, the daemon's own by default; `"all"` for every one listed. */
  platforms?: readonly Platform[] | "all";
  /** Whether every blob is read and hashed, to find those that the disk has changed. @default false */
  content?: boolean;
  /** Ends the check. */
  signal?: AbortSignal;
}

/** What of an image is there, for one platform. */
export interface PlatformCheck {
  /** The manifest. */
  readonly descriptor: Descriptor;
  /** What it is for; `undefined` where that is not known, or it is no image. */
  readonly platform: Platform | undefined;
  /** Whether nothing is missing or corrupt. */
  readonly complete: boolean;
  /** How many blobs it needs, as far as is known. */
  readonly blobs: number;
  /** Their size in bytes. */
  readonly sizeBytes: number;
  /** Those that are not in the store. */
  readonly missing: readonly Descriptor[];
  /** Those whose bytes are not what their digest says; looked for only with `content`. */
  readonly corrupt: readonly Descriptor[];
  /** The snapshotters that have it unpacked. */
  readonly unpacked: readonly string[];
}

/** What of an image is there. */
export interface ImageCheck {
  /** The image's name. */
  readonly name: string;
  /** Whether all that was looked at is there, and right. */
  readonly complete: boolean;
  /** All that is not in the store, indexes too. */
  readonly missing: readonly Descriptor[];
  /** All that is corrupt. */
  readonly corrupt: readonly Descriptor[];
  /** Each platform that was looked at. */
  readonly platforms: readonly PlatformCheck[];
}

/**
 * Looks which blobs of an image are in the store.
 *
 * @throws {InvalidArgumentError} When the image is for other platforms only, or malformed.
 */
export async function checkImage(
  context: Context,
  image: { readonly name: string; readonly target: Descriptor },
  options: CheckOptions = {},
): Promise<ImageCheck> {
  const { platforms: wanted = [context.session.platform], signal } = options;
  const { name, target } = image;
  const scan = await scanImage(context, target, { signal });
  const hashes = options.content ? new Hashes(context, signal) : undefined;
  const platforms: PlatformCheck[] = [];
  for (const one of chosen(wantedManifests(scan, wanted), wanted)) {
    platforms.push(await checkManifest(context, one, hashes, signal));
  }
  const { missingIndexes } = scan;
  if (platforms.length === 0 && missingIndexes.length === 0) {
    throw otherPlatform(name, scan, wanted);
  }
  const corrupt = new Map<Digest, Descriptor>();
  for (const { descriptor } of hashes ? scan.indexes : []) {
    if (await hashes?.corrupt(descriptor)) corrupt.set(descriptor.digest, descriptor);
  }
  for (const blob of platforms.flatMap((one) => one.corrupt)) corrupt.set(blob.digest, blob);
  const missing = new Map(
    [...missingIndexes, ...platforms.flatMap((one) => one.missing)]
      .map((blob) => [blob.digest, blob]),
  );
  return {
    name,
    complete: missing.size === 0 && corrupt.size === 0,
    missing: [...missing.values()],
    corrupt: [...corrupt.values()],
    platforms,
  };
}

/** Of several that would do for a platform, such as `arm/v6` and `arm/v7`, the first is used. */
function chosen(
  manifests: readonly ScannedManifest[],
  wanted: WantedPlatforms,
): readonly ScannedManifest[] {
  if (wanted === "all") return manifests;
  const exact = manifests.filter(({ platform }) =>
    platform && wanted.some((wish) => formatPlatform(wish) === formatPlatform(platform))
  );
  return manifests.filter((one) =>
    exact.includes(one) || one.platform === undefined ||
    !wanted.some((wish) =>
      matchesPlatform(one.platform!, wish) &&
      exact.some(({ platform }) => formatPlatform(platform!) === formatPlatform(wish))
    )
  );
}

async function checkManifest(
  context: Context,
  { descriptor, platform, config, blobs, missing }: ScannedManifest,
  hashes: Hashes | undefined,
  signal: AbortSignal | undefined,
): Promise<PlatformCheck> {
  const corrupt: Descriptor[] = [];
  for (const blob of hashes ? blobs : []) {
    const there = !missing.some(({ digest }) => digest === blob.digest);
    if (there && await hashes?.corrupt(blob)) corrupt.push(blob);
  }
  const diffIds = config?.rootfs.diff_ids ?? [];
  return {
    descriptor,
    platform,
    complete: missing.length === 0 && corrupt.length === 0,
    blobs: blobs.length,
    sizeBytes: blobs.reduce((sum, { size }) => sum + size, 0),
    missing,
    corrupt,
    unpacked: diffIds.length === 0
      ? []
      : await unpackedBy(context, await chainId(diffIds), { signal }),
  };
}

function otherPlatform(
  name: string,
  { manifests }: { readonly manifests: readonly ScannedManifest[] },
  wanted: WantedPlatforms,
): InvalidArgumentError {
  const offered = manifests.flatMap(({ platform }) => platform ? [formatPlatform(platform)] : []);
  const list = wanted === "all" ? "any platform" : wanted.map(formatPlatform).join(" or ");
  return new InvalidArgumentError(
    `Cannot check image "${name}" for ${list}: it is for ${
      offered.join(", ") || "no platform"
    } only; name a platform that it has`,
  );
}

/** Hashes blobs, each once. */
class Hashes {
  readonly #store: ContentStore;
  readonly #signal: AbortSignal | undefined;
  readonly #known = new Map<Digest, boolean>();

  constructor(context: Context, signal: AbortSignal | undefined) {
    this.#store = new ContentStore(context);
    this.#signal = signal;
  }

  /** Whether the bytes of a blob are not what its digest says. */
  async corrupt({ digest }: Descriptor): Promise<boolean> {
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const hasher = await createHasher(digestAlgorithm(digest));
    for await (const part of this.#store.read(digest, { signal: this.#signal })) {
      hasher.update(part);
    }
    const wrong = hasher.digest() !== digest;
    this.#known.set(digest, wrong);
    return wrong;
  }
}
