/**
 * Makes images of containers.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import { InvalidArgumentError, NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { UNCOMPRESSED_LABEL } from "../../oci/gc_labels.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import { DOCKER, OCI } from "../../oci/media_types.ts";
import { parseReference } from "../../oci/reference.ts";
import { writeUnnamed } from "../archive/write.ts";
import { throwIfAborted } from "../call/abort.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { readTar } from "../files/tar/reader.ts";
import { tarEnd, tarFill, tarHeader } from "../files/tar/writer.ts";
import { writeManifest } from "../image/documents.ts";
import { withinDisk } from "../image/disk_full.ts";
import type { Image } from "../image/image.ts";
import { Images } from "../image/images.ts";
import { underLease } from "../lease/leases.ts";
import { statSnapshot } from "../snapshot/snapshot.ts";
import { type FilesOf, filesOf, takeDelta } from "./delta.ts";

/** What an image says of the processes that are started from it. */
export type ProcessConfig = NonNullable<ImageConfig["config"]>;

/** Options of a commit. */
export interface CommitOptions {
  /** What the image's history says of it. */
  message?: string;
  /** Who made it, such as `"Ada <ada@example.com>"`. */
  author?: string;
  /** Changes to what the image says of its processes: environment, command and the like. */
  config?: (config: ProcessConfig) => ProcessConfig;
  /**
   * Makes the same image of the same files, whenever and by whichever daemon it is made: no file is
   * younger than this then, and the layer is not compressed.
   */
  sourceDate?: Date;
  /** Whether a container that runs is paused while its files are read; yes by default. */
  pause?: boolean;
  /** Ends it: no image is made then. */
  signal?: AbortSignal;
}

/** What a commit is built on. */
interface Base {
  /** The snapshot of its layers; empty for none. */
  readonly chain: string;
  readonly layers: readonly Descriptor[];
  readonly config: ImageConfig;
}

/** For {@linkcode Container.commit}. */
export async function commitContainer(
  context: Context,
  id: string,
  name: string,
  options: CommitOptions,
): Promise<Image> {
  const { sourceDate } = options;
  const reference = parseReference(name).toString();
  if (sourceDate && Number.isNaN(sourceDate.getTime())) {
    throw new InvalidArgumentError(`Cannot commit container "${id}": its date is invalid`);
  }
  const make = () => makeImage(context, id, reference, options);
  return await withinDisk(`commit container "${id}"`, make);
}

async function makeImage(
  context: Context,
  id: string,
  reference: string,
  options: CommitOptions,
): Promise<Image> {
  const { sourceDate, signal } = options;
  return await underLease(context, async (leased) => {
    const files = await filesOf(leased, id, "commit", signal);
    const base = await baseOf(leased, files, signal);
    const mediaType = sourceDate ? OCI.layer : OCI.layerGzip;
    const delta = await takeDelta(leased, files, { ...options, base: base.chain, mediaType });
    const layer = sourceDate ? await canonical(leased, delta, sourceDate, signal) : delta;
    const diffId = sourceDate ? layer.digest : await diffIdOf(leased, delta);
    const config = configOf(base.config, diffId, options);
    const layers = [...base.layers, layer];
    throwIfAborted(signal, `to commit container "${id}"`);
    const target = await writeManifest(leased, { config, layers }, signal);
    return await new Images(context).set(reference, target, { signal });
  });
}

/**
 * The image that a container is made of, as far as its layers are there; else nothing, so that all
 * files are in one layer, and what the container's own process says.
 */
async function baseOf(
  context: Context,
  files: FilesOf,
  signal: AbortSignal | undefined,
): Promise<Base> {
  const { message } = files;
  try {
    const image = await new Images(context).get(message.image, { signal });
    const { manifest, config, chainId = "" } = await image.resolve({ signal });
    if (await isBuiltOn(context, files, chainId, signal)) {
      const store = new ContentStore(context);
      for (const { digest } of manifest.layers) {
        const resource = { id: digest, type: "content" };
        await store.info(digest, { signal });
        await context.api.leases.addResource({ id: context.lease!, resource }, { signal });
      }
      return { chain: chainId, layers: manifest.layers.map(toOci), config };
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== "not_found") throw error;
  }
  const { architecture, os } = context.session.platform;
  const process = message.spec && unpackSpec(message.spec).process;
  const config = {
    Env: process?.env ?? [],
    Cmd: process?.args ?? [],
    WorkingDir: process?.cwd ?? "/",
  };
  return {
    chain: "",
    layers: [],
    config: { architecture, os, config, rootfs: { type: "layers", diff_ids: [] } },
  };
}

/** A manifest is either OCI's or Docker's throughout; what is made here is OCI's. */
function toOci(layer: Descriptor): Descriptor {
  const types: Readonly<Record<string, string>> = {
    [DOCKER.layerGzip]: OCI.layerGzip,
    [DOCKER.layerZstd]: OCI.layerZstd,
    [DOCKER.layer]: OCI.layer,
  };
  return { ...layer, mediaType: types[layer.mediaType] ?? layer.mediaType };
}

async function isBuiltOn(
  context: Context,
  { parent, snapshotter }: FilesOf,
  chain: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let key = parent; key !== chain;) {
    if (key === "") return false;
    try {
      key = (await statSnapshot(context, { key, snapshotter }, { signal })).parent ?? "";
    } catch (error) {
      if (error instanceof NotFoundError) return false;
      throw error;
    }
  }
  return true;
}

function configOf(base: ImageConfig, diffId: Digest, options: CommitOptions): ImageConfig {
  const { message, author, sourceDate = new Date(), config: change } = options;
  const created = sourceDate.toISOString();
  const config = { ...base.config };
  const by = author ? { author } : {};
  return {
    ...base,
    ...by,
    created,
    config: change ? change(config) : config,
    rootfs: { type: "layers", diff_ids: [...base.rootfs.diff_ids, diffId] },
    history: [
      ...base.history ?? [],
      { created, created_by: "commit", ...by, ...(message ? { comment: message } : {}) },
    ],
  };
}

async function diffIdOf(context: Context, { digest }: Descriptor): Promise<Digest> {
  const { labels } = await new ContentStore(context).info(digest);
  const diffId = labels[UNCOMPRESSED_LABEL];
  if (!diffId) throw new ProtocolError(`Diff.Diff answered no diff id for "${digest}"`);
  return parseDigest(diffId);
}

/** The same layer with no time after `latest`. It stays uncompressed: compressors differ. */
async function canonical(
  context: Context,
  { digest }: Descriptor,
  latest: Date,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const store = new ContentStore(context);
  const tar = clamped(store.read(digest, { signal }), latest);
  return { mediaType: OCI.layer, ...await writeUnnamed(store, tar, { signal }) };
}

async function* clamped(
  tar: AsyncIterable<Uint8Array>,
  latest: Date,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { name, hardLink, attributes, data } of readTar(tar)) {
    // Daemons give white-outs different ages.
    const isWhiteout = name.slice(name.lastIndexOf("/") + 1).startsWith(".wh.");
    const mtime = isWhiteout || attributes.mtime > latest ? latest : attributes.mtime;
    const seconds = new Date(Math.floor(mtime.getTime() / 1000) * 1000);
    const plain = name.replace(/\/+$/, "");
    yield tarHeader({ name: plain, hardLink, attributes: { ...attributes, mtime: seconds } });
    if (hardLink !== undefined || attributes.kind !== "file") continue;
    yield* data();
    yield tarFill(attributes.size);
  }
  yield tarEnd();
}
