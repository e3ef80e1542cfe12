/**
 * Images, as pages get them.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { Images } from "../core/image/images.ts";
import { formatPlatform } from "../oci/platform.ts";
import { familiarForm } from "../oci/reference.ts";

/** An image, as pages get it. */
export interface ImageRow {
  readonly name: string;
  readonly digest: string;
  readonly sizeBytes: number | undefined;
  readonly platform: string;
  readonly updatedAt: number | undefined;
}

/** How many images are looked into for their size and platform. */
const LOOK_INTO = 200;

/** Lists the images of a namespace; what cannot be read of one is left out. */
export async function describeImages(context: Context, signal: AbortSignal): Promise<ImageRow[]> {
  const images = await new Images(context).list({ signal });
  return await Promise.all(images.map(async (image, at): Promise<ImageRow> => {
    const found = at < LOOK_INTO
      ? await image.resolve({ signal }).catch(() => undefined)
      : undefined;
    const { os = "", architecture = "", variant } = found?.config ?? {};
    return {
      name: familiarForm(image.name),
      digest: image.digest,
      sizeBytes: found?.manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
      platform: os && formatPlatform({ os, architecture, ...(variant ? { variant } : {}) }),
      updatedAt: image.updatedAt?.getTime(),
    };
  }));
}
