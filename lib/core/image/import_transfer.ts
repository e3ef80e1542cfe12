/**
 * Imports images by the daemon's Transfer service.
 *
 * @module
 */
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import { formatPlatform, matchesPlatform } from "../../oci/platform.ts";
import type { Reference } from "../../oci/reference.ts";
import type { Archive } from "../archive/source.ts";
import { TreeReader, type WantedPlatforms } from "../archive/tree.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { snapshotterOf } from "../defaults.ts";
import { underLease } from "../lease/leases.ts";
import { transfer } from "../transfer/transfer.ts";
import type { Image } from "./image.ts";
import { exactImage, Images } from "./images.ts";
import type { ImportOptions } from "./import.ts";

/**
 * Has the daemon import the images of a tar.
 *
 * @param base Names those that have only a tag in the archive.
 * @throws {UnsupportedError} Before containerd 2.0.
 */
export async function importByTransfer(
  context: Context,
  archive: Archive,
  base: Reference | undefined,
  wanted: WantedPlatforms,
  { labels, onProgress, signal, unpack = true }: ImportOptions,
): Promise<Image[]> {
  const { platform } = context.session;
  const own = wanted === "all" || wanted.some((wish) => matchesPlatform(platform, wish));
  const given = typeof unpack === "boolean" ? {} : unpack;
  const unpacks = unpack !== false && own
    ? [{ platform, snapshotter: await snapshotterOf(context, given) }]
    : [];
  const names = new Set<string>();
  // Without any the daemon keeps no image at all.
  const prefix = base?.name ?? `davit.invalid/import-${crypto.randomUUID()}`;
  const known = new Map((await new Images(context).list({ signal })).map((one) => [one.name, one]));
  return await underLease(context, async (leased) => {
    try {
      await transfer(
        leased,
        { archive: archive.tar() },
        {
          image: {
            name: "",
            labels: { ...labels },
            platforms: wanted === "all" ? [] : wanted,
            // Names that the archive gives go before it.
            references: [{ name: prefix, isPrefix: true, allowOverwrite: true }],
            unpack: unpacks,
          },
        },
        {
          signal,
          onProgress: ({ event, name, current, total }) => {
            if (event === "saved") names.add(name);
            else onProgress?.({ phase: "store", name, current, total });
          },
        },
      );
    } catch (error) {
      throw explained(error, archive.label);
    }
    const images: Image[] = [];
    for (const name of names) {
      const image = await exactImage(leased, name, { signal });
      const reader = new TreeReader(new ContentStore(leased), wanted, signal);
      const named = base !== undefined || !name.startsWith(prefix);
      if (named && await reader.read(image.target)) images.push(image);
      else await takeBack(context, image, known.get(name));
    }
    if (images.length > 0) return images;
    throw new InvalidArgumentError(
      `Cannot import ${archive.label}${
        wanted === "all" ? "" : ` for ${wanted.map(formatPlatform).join(" or ")}`
      }: it has no image that has a name and is for that; give a "name", or other "platforms"`,
    );
  });
}

async function takeBack(context: Context, image: Image, before: Image | undefined): Promise<void> {
  const images = new Images(context);
  if (before) await images.set(image.name, before.target, { labels: { ...before.labels } });
  else await images.remove(image, { force: true });
}

function explained(error: unknown, label: string): unknown {
  if (!(error instanceof DavitError) || error.message.startsWith(`Cannot import ${label}`)) {
    return error;
  }
  if (error.code !== "unknown" && error.code !== "internal") return error;
  return new DavitError(`Cannot import ${label}: the daemon says: ${error.message}`, error.code, {
    cause: error,
  });
}
