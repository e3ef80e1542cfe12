/**
 * Layers of the fake: applied as far as their digest, and their plain files, go.
 *
 * @module
 */
import { UnsupportedError } from "../errors/errors.ts";
import type { Diff } from "../gen/containerd/services/diff_pb.ts";
import { digestOf } from "../oci/digest.ts";
import { layerCompression, OCI, sniffCompression } from "../oci/media_types.ts";
import type { ServiceHandlers } from "./router.ts";
import { writableFolder } from "./snapshot_mounts.ts";
import { type FakeState, now } from "./state.ts";
import { notFound, required, unknown } from "./status.ts";

/** An archive with nothing in it: two blocks of zeros. */
const EMPTY_TAR_BYTES = 1024;

/** `containerd.services.diff.v1.Diff`. */
export function diffService(state: FakeState): ServiceHandlers<typeof Diff> {
  return {
    apply: async ({ diff, mounts }, call) => {
      const { digest, mediaType } = required(diff, "diff");
      const has = state.peek(call.namespace).content.has(digest);
      const packed = has ? state.blobs.get(digest) : undefined;
      if (!packed) {
        throw notFound(`failed to get reader from content store: content digest ${digest}`);
      }
      const tar = await unpacked(packed, mediaType);
      const folder = writableFolder(mounts);
      if (folder) await extract(state, tar, folder);
      return {
        applied: { mediaType: OCI.layer, digest: await digestOf(tar), size: BigInt(tar.length) },
      };
    },
    // Processes are scripted and change no files, so that there is never a difference.
    diff: async ({ mediaType, labels }, call) => {
      const { namespace, lease } = call;
      const type = mediaType || OCI.layerGzip;
      const tar = new Uint8Array(EMPTY_TAR_BYTES);
      const data = layerCompression(type) === "gzip" ? await gzipped(tar) : tar;
      const digest = await digestOf(data);
      const found = state.open(namespace);
      found.lease(lease, "content", digest);
      const uncompressed = { "containerd.io/uncompressed": await digestOf(tar) };
      const at = now();
      state.blobs.set(digest, data);
      found.content.set(digest, {
        createdAt: at,
        updatedAt: at,
        labels: { ...labels, ...uncompressed },
      });
      return { diff: { mediaType: type, digest, size: BigInt(data.length) } };
    },
  };
}

async function unpacked(
  packed: Uint8Array<ArrayBuffer>,
  mediaType: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const named = layerCompression(mediaType);
    const compression = named === "unknown" ? sniffCompression(packed) : named;
    if (compression === "none") return packed;
    if (compression === "gzip") return await through(packed, new DecompressionStream("gzip"));
    const { zstdDecompressSync } = await import("node:zlib");
    return new Uint8Array(zstdDecompressSync(packed));
  } catch (error) {
    const why = error instanceof UnsupportedError ? "no processor for media-type" : `${error}`;
    throw unknown(`failed to get stream processor for ${mediaType}: ${why}`);
  }
}

function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream("gzip"));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const transformed = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(transformed).arrayBuffer());
}

/** Files, folders and links; what marks a deletion is left out. */
async function extract(
  state: FakeState,
  tar: Uint8Array<ArrayBuffer>,
  folder: string,
): Promise<void> {
  const { unpackTar } = await import("modern-tar");
  try {
    for (const { header, data } of await unpackTar(tar)) {
      const path = `${folder}/${header.name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "")}`;
      if (path === `${folder}/` || /(^|\/)(\.\.|\.wh\.)/.test(header.name)) continue;
      if (header.type === "directory") state.host.addFolder(path);
      else if (header.type === "symlink") state.host.addLink(path, header.linkname ?? "");
      else if (header.type === "file") state.host.addFile(path, data ?? new Uint8Array());
    }
  } catch (error) {
    throw unknown(`failed to apply: ${error instanceof Error ? error.message : error}`);
  }
}
