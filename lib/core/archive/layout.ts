/**
 * Images of an OCI image layout (OCI image spec, image-layout.md).
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseIndex } from "../../oci/index_doc.ts";
import { parseObject } from "../../oci/json_check.ts";
import { type GivenName, nameFrom } from "./names.ts";

/** An image that an archive holds. */
export interface ArchivedImage {
  /** What the archive calls it. */
  readonly name: GivenName;
  /** Its manifest or index. */
  readonly target: Descriptor;
}

/**
 * The images that a layout's `index.json` lists.
 *
 * @param layout The bytes of `oci-layout`, if the archive has it.
 * @throws {InvalidArgumentError} When a document is malformed, or there is no image.
 * @throws {UnsupportedError} When the layout is of another version than 1.
 */
export function layoutImages(
  layout: Uint8Array | undefined,
  index: Uint8Array,
): ArchivedImage[] {
  if (layout) {
    const version = parseObject(layout, "oci-layout", layout.length)["imageLayoutVersion"];
    if (typeof version !== "string" || !version.startsWith("1.")) {
      const found = JSON.stringify(version) ?? "none";
      throw new UnsupportedError(
        `Cannot read oci-layout: its version is ${found}; only 1.x is known`,
        { needed: "version 1.x of OCI's image layout", found },
      );
    }
  }
  const { manifests } = parseIndex(index);
  if (manifests.length === 0) {
    throw new InvalidArgumentError("Cannot read index.json: it lists no image");
  }
  return manifests.map((target) => ({ name: nameFrom(target.annotations), target }));
}
