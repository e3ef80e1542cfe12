/**
 * The cache of a build: layers that are in the content store, labelled with what made them. They
 * are kept by the images that were built with them, and collected with these.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import type { Context } from "../core/context.ts";
import { NotFoundError } from "../errors/errors.ts";
import { createHasher, type Digest, digestHex, digestOf, isDigest } from "../oci/digest.ts";
import { nameToBytes } from "../core/files/name_bytes.ts";
import type { LayerEntry } from "./entry.ts";
import { sortedEntries, type StoredLayer } from "./layer.ts";

/** Part of every key: what is built otherwise from now on must not be taken from before. */
export const FORMAT = 2;

/** Every cached layer has this label; its value is the layer's media type. */
export const CACHE_LABEL = "davit.build/layer";
/** And one of these for each thing that makes it; the value: diff id, and the step's key. */
export const KEY_PREFIX = "davit.build/key.";

/** What a manifest's labels begin with that keep the layers of its build. */
export const KEEP_LAYER = "containerd.io/gc.ref.content.davit.";
/** The labels that keep the snapshots of a build. */
export const KEEP_SNAPSHOT: RegExp = /^containerd\.io\/gc\.ref\.snapshot\.[^/]+\/davit\./;

/** What a step was made from, as far as it can be told before its files are read. */
export interface CacheKey {
  /** Names the step on its parent, whatever its files are. */
  readonly step: string;
  /** Names the step with its files. */
  readonly full: string;
}

/** A layer of the cache. */
export interface CachedLayer extends StoredLayer {
  /** The key's step. */
  readonly step: string;
}

/** The layers of a namespace that builds have left, by key. */
export class BuildCache {
  readonly #layers: Map<string, CachedLayer>;
  readonly #steps: Set<string>;

  private constructor(layers: Map<string, CachedLayer>) {
    this.#layers = layers;
    this.#steps = new Set([...layers.values()].map(({ step }) => step));
  }

  /** Reads what there is: one call, however many steps there are. */
  static async load(context: Context, signal: AbortSignal | undefined): Promise<BuildCache> {
    const layers = new Map<string, CachedLayer>();
    const store = new ContentStore(context);
    const selection = { labels: { [CACHE_LABEL]: true } as const, ...(signal ? { signal } : {}) };
    for await (const { digest, sizeBytes: size, labels } of store.list(selection)) {
      const mediaType = labels[CACHE_LABEL]!;
      for (const [label, value] of Object.entries(labels)) {
        if (!label.startsWith(KEY_PREFIX)) continue;
        const [diffId, step = ""] = value.split(" ");
        if (!isDigest(diffId)) continue;
        layers.set(label.slice(KEY_PREFIX.length), {
          descriptor: { mediaType, digest, size },
          diffId,
          step,
        });
      }
    }
    return new BuildCache(layers);
  }

  /** The layer of a key. */
  get(full: string): CachedLayer | undefined {
    return this.#layers.get(full);
  }

  /** Whether the step was made before on the same parent, maybe from other files. */
  knows(step: string): boolean {
    return this.#steps.has(step);
  }

  /** Remembers a layer, in memory. */
  add(key: CacheKey, layer: StoredLayer): void {
    this.#layers.set(key.full, { ...layer, step: key.step });
    this.#steps.add(key.step);
  }

  /** Takes a layer that turned out to be gone. */
  delete(full: string): void {
    this.#layers.delete(full);
  }
}

/** Labels a layer with what made it. */
export async function labelLayer(
  context: Context,
  key: CacheKey,
  { descriptor, diffId }: StoredLayer,
  signal: AbortSignal | undefined,
): Promise<void> {
  await new ContentStore(context).label(descriptor.digest, {
    [CACHE_LABEL]: descriptor.mediaType,
    [KEY_PREFIX + key.full]: `${diffId} ${key.step}`,
    "containerd.io/uncompressed": diffId,
  }, signal ? { signal } : {});
}

/** Puts a layer on the context's lease. @returns Whether it is still there. */
export async function holdLayer(
  context: Context,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const resource = { id: digest, type: "content" };
  await context.api.leases.addResource({ id: context.lease!, resource }, { signal });
  try {
    await new ContentStore(context).info(digest, signal ? { signal } : {});
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** A key of parts that can be written as JSON. */
export async function keyOf(parts: unknown): Promise<string> {
  return digestHex(await digestOf(JSON.stringify([FORMAT, parts]))).slice(0, 40);
}

/**
 * The digest of files: names, modes, owners and contents; nothing of times or of where they lie.
 *
 * @returns The entries, whose contents are hashed when they are read, and the digest, which reads
 * those that were not.
 */
export async function hashEntries(
  entries: readonly LayerEntry[],
): Promise<{ entries: LayerEntry[]; digest: () => Promise<Digest> }> {
  const { createHash } = await import("node:crypto");
  const contents = new Map<LayerEntry, string>();
  const sorted = sortedEntries(entries);
  const read = async function* (entry: LayerEntry) {
    const hash = createHash("sha256");
    for await (const part of entry.read()) {
      hash.update(part);
      yield part;
    }
    contents.set(entry, hash.digest("hex"));
  };
  return {
    entries: sorted.map((entry) => ({ ...entry, read: () => read(entry) })),
    async digest() {
      const whole = await createHasher();
      for (const entry of sorted) {
        const { kind, mode, uid, gid, size, linkTo = "", xattrs = {} } = entry;
        if (kind === "file" && size > 0 && !contents.has(entry)) {
          for await (const _ of read(entry));
        }
        whole.update(nameToBytes(entry.path));
        const more = Object.keys(xattrs).sort().map((name) => [name, xattrs[name]!.toHex()]);
        const content = contents.get(entry) ?? "";
        const line = JSON.stringify([kind, mode, uid, gid, size, linkTo, more, content]);
        whole.update(new TextEncoder().encode(`\0${line}\0`));
      }
      return whole.digest();
    },
  };
}
