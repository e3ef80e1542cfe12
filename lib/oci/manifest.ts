/**
 * Image manifests (OCI image spec, manifest.md; Docker image manifest version 2, schema 2).
 *
 * @module
 */

import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { checkDescriptor, type Descriptor } from "./descriptor.ts";
import {
  inside,
  type JsonObject,
  malformed,
  optionalString,
  optionalStringMap,
  parseObject,
  type Place,
  present,
  requireArray,
} from "./json_check.ts";
import { isIndex, isManifest, isSchema1 } from "./media_types.ts";

/** The largest manifest or index that is read: 4 MiB, what every registry must take (OCI distribution spec). */
export const MAX_MANIFEST_BYTES: number = 4 * 1024 * 1024;

/** What one image for one platform consists of. */
export interface ImageManifest {
  /** Always 2. */
  schemaVersion: 2;
  /** OCI's or Docker's manifest type; OCI allows to leave it out. */
  mediaType?: string;
  /** What this is, where it is an artifact and no image. */
  artifactType?: string;
  /** The image configuration, or an artifact's. */
  config: Descriptor;
  /** The layers, the lowest first. */
  layers: Descriptor[];
  /** The manifest that this one refers to (signatures, attestations). */
  subject?: Descriptor;
  /** Free annotations. */
  annotations?: Record<string, string>;
}

/**
 * Parses an image manifest. Members that are not known are kept.
 *
 * @param data UTF-8 bytes or text, at most {@linkcode MAX_MANIFEST_BYTES}.
 * @throws {InvalidArgumentError} When it is malformed, too big, or an index instead.
 * @throws {UnsupportedError} When it is a Docker schema 1 manifest.
 */
export function parseManifest(data: Uint8Array | string): ImageManifest {
  const place: Place = { document: "image manifest", path: "" };
  const object: unknown = readManifestObject(data, place);
  checkManifest(object, place);
  return object;
}

function checkManifest(value: unknown, place: Place): asserts value is ImageManifest {
  const object = value as JsonObject;
  if (Array.isArray(object["manifests"]) || isIndex(mediaTypeOf(object))) {
    malformed(place, "it is an index, which lists manifests; pick one by its platform first");
  }
  checkDescriptor(object["config"], inside(place, "config"));
  if (object["layers"] === null) object["layers"] = [];
  for (const [i, layer] of requireArray(object, "layers", place).entries()) {
    checkDescriptor(layer, inside(inside(place, "layers"), i));
  }
  if (present(object, "subject")) checkDescriptor(object["subject"], inside(place, "subject"));
  optionalString(object, "artifactType", place);
  optionalStringMap(object, "annotations", place);
}

/** Reads what manifests and indexes have in common. */
export function readManifestObject(data: Uint8Array | string, place: Place): JsonObject {
  const object = parseObject(data, place.document, MAX_MANIFEST_BYTES);
  optionalString(object, "mediaType", place);
  if (object["schemaVersion"] === 1 || isSchema1(mediaTypeOf(object)) || "fsLayers" in object) {
    throw schema1Error();
  }
  if (object["schemaVersion"] !== 2) malformed(inside(place, "schemaVersion"), "must be 2");
  return object;
}

/** The document's own media type, or "". */
export function mediaTypeOf(object: JsonObject): string {
  const { mediaType } = object;
  return typeof mediaType === "string" ? mediaType : "";
}

function schema1Error(): UnsupportedError {
  return new UnsupportedError(
    "Cannot read image manifest: it is a Docker schema 1 manifest, which containerd dropped in 2.1; " +
      "pull and push the image with Docker 20.10 or newer, or copy it with a tool that converts it, " +
      "and use the converted one",
    { needed: "an OCI or Docker schema 2 manifest", found: "a Docker schema 1 manifest" },
  );
}

/**
 * Tells a manifest from an index by the media type that a registry or a descriptor gave.
 *
 * @returns `"manifest"` or `"index"`.
 * @throws {UnsupportedError} For Docker schema 1.
 * @throws {InvalidArgumentError} For anything else.
 */
export function manifestKind(mediaType: string): "manifest" | "index" {
  if (isManifest(mediaType)) return "manifest";
  if (isIndex(mediaType)) return "index";
  if (isSchema1(mediaType)) throw schema1Error();
  throw new InvalidArgumentError(
    `Cannot read "${mediaType}" as an image: it is neither a manifest nor an index`,
  );
}
