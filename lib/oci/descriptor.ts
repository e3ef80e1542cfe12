/**
 * Content descriptors (OCI image spec, descriptor.md): which blob, of what type, how big.
 *
 * @module
 */

import type { Digest } from "./digest.ts";
import {
  asObject,
  inside,
  optionalString,
  optionalStringMap,
  optionalStrings,
  type Place,
  present,
  requireDigest,
  requireSize,
  requireString,
} from "./json_check.ts";
import type { Platform } from "./platform.ts";

/** Names a blob: a layer, a config, a manifest or an index. */
export interface Descriptor {
  /** What the blob is. */
  mediaType: string;
  /** Its digest. */
  digest: Digest;
  /** Its size in bytes. */
  size: number;
  /** Other places to fetch it from; only for "foreign" layers. */
  urls?: string[];
  /** Free annotations; well-known keys start with `org.opencontainers.image.`. */
  annotations?: Record<string, string>;
  /** The blob itself in base64, for small ones. */
  data?: string;
  /** What an artifact is, where the blob is the manifest of one. */
  artifactType?: string;
  /** Which platform the manifest is for; only in an index. */
  platform?: Platform;
}

/** Checks a value that came from outside. @throws {InvalidArgumentError} When it is no descriptor. */
export function checkDescriptor(value: unknown, place: Place): asserts value is Descriptor {
  const object = asObject(value, place);
  requireString(object, "mediaType", place);
  requireDigest(object, "digest", place);
  requireSize(object, "size", place);
  optionalStrings(object, "urls", place);
  optionalStringMap(object, "annotations", place);
  optionalString(object, "data", place);
  optionalString(object, "artifactType", place);
  if (present(object, "platform")) {
    const at = inside(place, "platform");
    const platform = asObject(object["platform"], at);
    requireString(platform, "architecture", at, false);
    requireString(platform, "os", at, false);
    optionalString(platform, "variant", at);
    optionalString(platform, "os.version", at);
    optionalStrings(platform, "os.features", at);
  }
}
