/**
 * Pushes through the daemon's Transfer service: it talks to the registry itself.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import { childLabels } from "../../oci/gc_labels.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { isIndex } from "../../oci/media_types.ts";
import type { Reference } from "../../oci/reference.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { TransferSteps } from "../image/progress_transfer.ts";
import { Images } from "../image/images.ts";
import { underLease } from "../lease/leases.ts";
import { transferPushError } from "../pull/errors.ts";
import { registryEnd } from "../pull/registry_end.ts";
import type { PushOptions } from "./push.ts";
import type { PushPlan } from "./plan.ts";
import { transfer } from "../transfer/transfer.ts";

/** Has the daemon send what the plan says. @param to Where to. */
export async function pushByTransfer(
  context: Context,
  image: { readonly name: string; readonly target: Descriptor },
  to: Reference,
  plan: PushPlan,
  options: PushOptions,
): Promise<void> {
  if (plan.root.digest === image.target.digest) {
    return await send(context, image.name, to, options);
  }
  // The daemon pushes images by name, and whole; what is left of one gets a name for so long.
  await underLease(context, async (leased) => {
    const store = new ContentStore(leased);
    for (const { descriptor, bytes } of plan.documents) {
      if (!isIndex(descriptor.mediaType)) continue;
      const labels = childLabels(parseIndex(bytes).manifests);
      await store.write(bytes, { digest: descriptor.digest, labels });
    }
    const images = new Images(leased);
    const name = `davit.invalid/push-${crypto.randomUUID()}`;
    const part = await images.set(name, plan.root);
    try {
      await send(leased, name, to, options);
    } finally {
      await images.remove(part, { force: true });
    }
  });
}

async function send(
  context: Context,
  name: string,
  to: Reference,
  { onProgress, signal, registry }: PushOptions,
): Promise<void> {
  const steps = onProgress && new TransferSteps("push", name, onProgress);
  try {
    await transfer(
      context,
      { image: { name } },
      { registry: registryEnd(to, registry, signal) },
      { onProgress: steps && ((step) => steps.report(step)), signal },
    );
  } catch (error) {
    throw transferPushError(error, to);
  }
  steps?.end();
}
