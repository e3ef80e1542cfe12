/**
 * Images of a Docker archive (`docker save`): `manifest.json` names configurations and layers by
 * their paths. The manifests are made here, as containerd's own importer makes them, so that both
 * give an image the same digest.
 *
 * @module
 */
import { DigestError, InvalidArgumentError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestOf } from "../../oci/digest.ts";
import { type ImageConfig, MAX_CONFIG_BYTES, parseImageConfig } from "../../oci/image_config.ts";
import type { ImageManifest } from "../../oci/manifest.ts";
import { DOCKER } from "../../oci/media_types.ts";
import { imageName } from "../../oci/reference.ts";
import type { ArchivedImage } from "./layout.ts";
import type { GivenName } from "./names.ts";
import type { ArchiveContents, StoredFile } from "./store.ts";
import type { ContentStore } from "../content/content.ts";

/** One image of `manifest.json`. */
interface DockerImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
}

/** Links to links are followed so far. */
const MAX_LINKS = 8;

const layerTypes = {
  none: DOCKER.layer,
  gzip: DOCKER.layerGzip,
  zstd: DOCKER.layerZstd,
} as const;

/**
 * Makes the manifests of a Docker archive's images and writes them.
 *
 * @param document The bytes of `manifest.json`.
 * @throws {InvalidArgumentError} When a document is malformed, or names a file that is not there.
 * @throws {DigestError} When a layer is not the one that the configuration means.
 */
export async function dockerImages(
  store: ContentStore,
  document: Uint8Array,
  contents: ArchiveContents,
  signal: AbortSignal | undefined,
): Promise<ArchivedImage[]> {
  const images: ArchivedImage[] = [];
  for (const image of parseDockerManifest(document)) {
    const target = await writeManifest(store, image, contents, signal);
    const names: GivenName[] = image.tags.map((tag) => ({ kind: "name", name: imageName(tag) }));
    for (const name of names.length > 0 ? names : [{ kind: "none" } as const]) {
      images.push({ name, target });
    }
  }
  return images;
}

async function writeManifest(
  store: ContentStore,
  image: DockerImage,
  contents: ArchiveContents,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const configFile = findFile(image.config, contents);
  if (configFile.size > MAX_CONFIG_BYTES) {
    throw malformed(`the configuration "${image.config}" has ${configFile.size} bytes`);
  }
  const config = parseImageConfig(await store.readAll(configFile.digest, { signal }));
  const files = image.layers.map((path) => findFile(path, contents));
  checkLayers(image, config, files);
  const manifest: ImageManifest = {
    schemaVersion: 2,
    mediaType: DOCKER.manifest,
    config: { mediaType: DOCKER.config, digest: configFile.digest, size: configFile.size },
    layers: files.map(({ digest, size, compression }) => ({
      mediaType: layerTypes[compression],
      digest,
      size,
    })),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const digest = await digestOf(bytes);
  await store.write(bytes, { digest, signal });
  return { mediaType: DOCKER.manifest, digest, size: bytes.length };
}

/** A layer that is not compressed can be told from another one right here. */
function checkLayers(
  image: DockerImage,
  config: ImageConfig,
  files: readonly StoredFile[],
): void {
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== files.length) {
    throw malformed(
      `it lists ${files.length} layers, the configuration "${image.config}" ${diffIds.length}`,
    );
  }
  for (const [i, { digest, compression }] of files.entries()) {
    const diffId = diffIds[i]!;
    if (compression !== "none" || digest === diffId) continue;
    throw new DigestError(
      `Cannot read layer "${image.layers[i]}": it is corrupt: the bytes hash to "${digest}", the ` +
        `configuration says "${diffId}"`,
      { expected: diffId, actual: digest },
    );
  }
}

function findFile(path: string, { files, links }: ArchiveContents): StoredFile {
  let at = path.replace(/^(?:\.\/)+/, "");
  for (let followed = 0; followed <= MAX_LINKS; followed++) {
    const file = files.get(at);
    if (file) return file;
    const next = links.get(at);
    if (next === undefined) throw malformed(`it names "${path}", which is not in the archive`);
    at = next;
  }
  throw malformed(`it names "${path}", which is a link that leads in circles`);
}

function malformed(why: string): InvalidArgumentError {
  return new InvalidArgumentError(`Cannot read manifest.json: ${why}`);
}

function parseDockerManifest(document: Uint8Array): DockerImage[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(document));
  } catch (cause) {
    throw new InvalidArgumentError("Cannot read manifest.json: it is not JSON", { cause });
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw malformed("it must be a list of at least one image");
  }
  return value.map((item: unknown, i) => {
    if (typeof item !== "object" || item === null) throw malformed(`"[${i}]" must be an object`);
    const { Config: config, Layers: layers, RepoTags: tags } = item as Record<string, unknown>;
    if (typeof config !== "string" || config === "") {
      throw malformed(`"[${i}].Config" must be a string with text in it`);
    }
    return {
      config,
      layers: strings(layers, `[${i}].Layers`),
      tags: strings(tags, `[${i}].RepoTags`),
    };
  });
}

/** Go prints an empty list as `null`. */
function strings(value: unknown, place: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "")) {
    return value;
  }
  throw malformed(`"${place}" must be a list of strings`);
}
