/**
 * Image indexes (OCI image spec, image-index.md), which Docker calls manifest lists: one manifest
 * for each platform. Also the `index.json` of an OCI image layout.
 *
 * @module
 */

import { checkDescriptor, type Descriptor } from "./descriptor.ts";
import {
  inside,
  type JsonObject,
  malformed,
  optionalString,
  optionalStringMap,
  type Place,
  present,
  requireArray,
} from "./json_check.ts";
import { mediaTypeOf, readManifestObject } from "./manifest.ts";
import { isManifest } from "./media_types.ts";

/** A list of manifests, or of further indexes. */
export interface ImageIndex {
  /** Always 2. */
  schemaVersion: 2;
  /** OCI's or Docker's index type; OCI allows to leave it out. */
  mediaType?: string;
  /** What this is, where it is an artifact and no image. */
  artifactType?: string;
  /** The manifests, each with the platform that it is for. */
  manifests: Descriptor[];
  /** The manifest that this one refers to. */
  subject?: Descriptor;
  /** Free annotations. */
  annotations?: Record<string, string>;
}

/**
 * Parses an index. Members that are not known are kept.
 *
 * @param data UTF-8 bytes or text, at most 4 MiB.
 * @throws {InvalidArgumentError} When it is malformed, too big, or a manifest instead.
 * @throws {UnsupportedError} When it is a Docker schema 1 manifest.
 */
export function parseIndex(data: Uint8Array | string): ImageIndex {
  const place: Place = { document: "image index", path: "" };
  const object: unknown = readManifestObject(data, place);
  checkIndex(object, place);
  return object;
}

function checkIndex(value: unknown, place: Place): asserts value is ImageIndex {
  const object = value as JsonObject;
  // One document that can be read both ways may mean two different images (CVE-2021-41190).
  if (present(object, "config") || present(object, "layers") || isManifest(mediaTypeOf(object))) {
    malformed(place, "it is an image manifest and no index");
  }
  if (object["manifests"] === null) object["manifests"] = [];
  for (const [i, manifest] of requireArray(object, "manifests", place).entries()) {
    checkDescriptor(manifest, inside(inside(place, "manifests"), i));
  }
  if (present(object, "subject")) checkDescriptor(object["subject"], inside(place, "subject"));
  optionalString(object, "artifactType", place);
  optionalStringMap(object, "annotations", place);
}
