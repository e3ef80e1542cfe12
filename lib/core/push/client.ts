/**
 * Pushes through this process: it reads from the daemon and talks to the registry.
 *
 * @module
 */
import type { Descriptor } from "../../oci/descriptor.ts";
import { sourceLabelKey } from "../../oci/gc_labels.ts";
import type { Reference } from "../../oci/reference.ts";
import type { Registry } from "../../registry/registry.ts";
import { usingRegistry } from "../../registry/using.ts";
import { throwIfAborted } from "../call/abort.ts";
import { Slots } from "../call/slots.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { atOnce } from "../pull/parallel.ts";
import type { PushOptions } from "./push.ts";
import type { PushPlan } from "./plan.ts";

/** How many times as many blobs are under way as are sent. */
const MORE = 4;

/** Sends what the plan says. @param to Where to. */
export async function pushByClient(
  context: Context,
  to: Reference,
  plan: PushPlan,
  options: PushOptions,
): Promise<void> {
  await usingRegistry(options.registry, (registry) => send(context, to, plan, registry, options));
}

async function send(
  context: Context,
  to: Reference,
  plan: PushPlan,
  registry: Registry,
  options: PushOptions,
): Promise<void> {
  const { onProgress, parallel = 3, signal } = options;
  const store = new ContentStore(context);
  // The first failure ends the other pushes.
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const slots = new Slots(parallel);
  // Before and after its bytes a blob needs answers of the registry, which take their time.
  await atOnce(MORE * parallel, plan.blobs, stop, async (blob) => {
    const { digest, size: total } = blob;
    throwIfAborted(both, `pushing "${to}"`);
    onProgress?.({ phase: "push", name: digest, current: 0, total });
    let leave: (() => void) | undefined;
    const source = async (offset: number) => {
      // The stream of a request that failed may not have ended.
      leave?.();
      leave = await slots.enter(both);
      return onEnd(store.read(digest, { offset, signal: both }), leave);
    };
    await registry.pushBlob(to, blob, source, {
      mountFrom: await repositoriesOf(store, blob, to),
      // The store did so when it took the blob, and the registry does.
      verify: false,
      consume: true,
      signal: both,
      onProgress: (sent) => {
        if (sent < total) onProgress?.({ phase: "push", name: digest, current: sent, total });
      },
    }).finally(() => leave?.());
    onProgress?.({ phase: "push", name: digest, current: total, total });
  });
  throwIfAborted(signal, `pushing "${to}"`);
  for (const { descriptor, bytes } of plan.documents) {
    const { digest, size: total, mediaType } = descriptor;
    const isRoot = digest === plan.root.digest;
    const target = isRoot && to.tag !== undefined ? to.withTag(to.tag) : `${to.name}@${digest}`;
    await registry.pushManifest(target, bytes, mediaType, { signal });
    onProgress?.({ phase: "push", name: digest, current: total, total });
  }
}

/** A stream that tells when its last byte was read. */
function onEnd<T>(stream: ReadableStream<T>, tell: () => void): ReadableStream<T> {
  return stream.pipeThrough(new TransformStream({ flush: tell }, undefined, { highWaterMark: 0 }));
}

/** The repositories of the same registry that are known to have a blob. */
async function repositoriesOf(
  store: ContentStore,
  { digest }: Descriptor,
  to: Reference,
): Promise<readonly string[]> {
  const { labels } = await store.info(digest);
  const names = labels[sourceLabelKey(to.domain)]?.split(",") ?? [];
  return names.filter((name) => name !== "" && name !== to.path);
}
