/**
 * Trees of blobs, as images are.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { MAX_MANIFEST_BYTES, parseManifest } from "../../oci/manifest.ts";
import { isIndex, isManifest } from "../../oci/media_types.ts";
import type { ContentInfo, ContentStore } from "./content.ts";

/** A blob on a walk. */
export interface WalkedContent {
  /** What names it. */
  readonly descriptor: Descriptor;
  /** The index or manifest that names it; `undefined` for the root. */
  readonly parent: Descriptor | undefined;
  /** How far it is from the root, 0 for the root itself. */
  readonly depth: number;
  /** Its metadata; `undefined` when it is not in the store. */
  readonly info: ContentInfo | undefined;
}

/** Walks a tree of blobs; see `ContentStore.walk()`. */
export async function* walkContent(
  store: ContentStore,
  root: Descriptor,
  options: { signal?: AbortSignal },
): AsyncGenerator<WalkedContent, void, undefined> {
  const seen = new Set<string>();
  const waiting: Omit<WalkedContent, "info">[] = [{
    descriptor: root,
    parent: undefined,
    depth: 0,
  }];
  while (true) {
    const next = waiting.pop();
    if (!next) return;
    const { descriptor, depth } = next;
    if (seen.has(descriptor.digest)) continue;
    seen.add(descriptor.digest);
    const info = await infoOf(store, descriptor.digest, options);
    yield { ...next, info };
    if (!info) continue;
    const children = await childrenOf(store, descriptor, options);
    for (const child of children.toReversed()) {
      waiting.push({ descriptor: child, parent: descriptor, depth: depth + 1 });
    }
  }
}

async function infoOf(
  store: ContentStore,
  digest: string,
  options: { signal?: AbortSignal },
): Promise<ContentInfo | undefined> {
  try {
    return await store.info(digest, options);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** What a blob names. */
async function childrenOf(
  store: ContentStore,
  { mediaType, digest }: Descriptor,
  options: { signal?: AbortSignal },
): Promise<readonly Descriptor[]> {
  if (!isIndex(mediaType) && !isManifest(mediaType)) return [];
  const bytes = await store.readAll(digest, { maxBytes: MAX_MANIFEST_BYTES, ...options });
  if (isIndex(mediaType)) return parseIndex(bytes).manifests;
  const { config, layers } = parseManifest(bytes);
  return [config, ...layers];
}
