/**
 * Labels of images.
 *
 * @module
 */
import { ProtocolError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { checkLabels } from "../../oci/names.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { Image } from "./image.ts";

/** Sets labels of an image, and deletes those whose value is empty. */
export async function labelImage(
  context: Context,
  { name, target }: { readonly name: string; readonly target: Descriptor },
  labels: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Image> {
  checkLabels(labels);
  throwIfAborted(signal, `labelling image "${name}"`);
  const paths = Object.keys(labels).map((key) => `labels.${key}`);
  const { images } = context.api;
  const { mediaType, digest, size } = target;
  const message = { mediaType, digest, size: BigInt(size) };
  // An empty mask would mean everything.
  const { image } = paths.length === 0
    ? await images.get({ name }, { signal })
    : await images.update({
      // Without a target, which the mask leaves alone, containerd 1.7 and 2.1 crash.
      image: { name, labels, target: message },
      updateMask: { paths },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
  if (!image) throw new ProtocolError(`Images.Update answered nothing for "${name}"`);
  return new Image(context, image);
}
