/**
 * What an image is for the daemon's own platform, if anything.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { MissingContentError } from "../../errors/image_errors.ts";
import type { Context } from "../context.ts";
import type { Image } from "./image.ts";
import type { ResolvedImage } from "./resolve.ts";

/** @returns `undefined` for an artifact, and where the image is for other platforms or not there. */
export async function resolveOwn(
  context: Context,
  image: Image,
  signal: AbortSignal | undefined,
): Promise<ResolvedImage | undefined> {
  const { platform } = context.session;
  try {
    return await image.resolve({ platform, ...(signal ? { signal } : {}) });
  } catch (error) {
    const other = error instanceof InvalidArgumentError || error instanceof MissingContentError;
    if (other) return undefined;
    throw error;
  }
}
