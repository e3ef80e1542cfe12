/**
 * What the images of an archive are called.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { imageName, parseReference, type Reference } from "../../oci/reference.ts";

/** containerd's annotation: the whole name, as it is. */
const CONTAINERD_NAME = "io.containerd.image.name";
/** OCI's annotation: a reference, or only a tag. */
const REF_NAME = "org.opencontainers.image.ref.name";

/** What an archive says of an image's name. */
export type GivenName =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "none" };

/** Reads the name from a descriptor's annotations (OCI image spec, annotations.md). */
export function nameFrom(annotations: Readonly<Record<string, string>> | undefined): GivenName {
  const whole = annotations?.[CONTAINERD_NAME];
  if (whole) return { kind: "name", name: whole };
  const name = annotations?.[REF_NAME];
  if (!name) return { kind: "none" };
  // As ctr tells them apart: a tag has none of these.
  if (/[/:@]/.test(name)) return { kind: "name", name: imageName(name) };
  return { kind: "tag", tag: name };
}

/**
 * The names for the images of an archive, in their order.
 *
 * @param given What the archive says of each.
 * @param base The caller's name for those that have none.
 * @param label The archive's name, for messages.
 * @throws {InvalidArgumentError} When an image has no name, or two have the same.
 */
export function chooseNames(
  given: readonly GivenName[],
  base: Reference | undefined,
  label: string,
): string[] {
  const open = given.filter(({ kind }) => kind !== "name").length;
  return given.map((one) => {
    if (one.kind === "name") return one.name;
    if (!base) {
      const what = one.kind === "tag" ? `only the tag "${one.tag}"` : "no name";
      throw new InvalidArgumentError(
        `Cannot import ${label}: an image in it has ${what}; pass { name: "…" } to name it`,
      );
    }
    // A tag that the caller gave is meant for the one image; a base without tag serves many.
    if (base.tag !== undefined && open > 1) {
      throw new InvalidArgumentError(
        `Cannot import ${label}: ${open} images in it have no name of their own, so "${base}" ` +
          "would stand for all; pass a name without a tag",
      );
    }
    if (base.tag !== undefined) return base.toString();
    if (one.kind === "tag") return base.withTag(one.tag).toString();
    if (open === 1) return base.withTag("latest").toString();
    throw new InvalidArgumentError(
      `Cannot import ${label}: ${open} images in it have no name of their own, and not even a tag`,
    );
  });
}

/**
 * The caller's name for images without one.
 *
 * @throws {InvalidArgumentError} When it is no reference, or has a digest.
 */
export function parseBaseName(text: string): Reference {
  const base = parseReference(text, { defaultTag: null });
  if (base.digest === undefined) return base;
  throw new InvalidArgumentError(`Cannot name an image "${text}": leave out the digest`);
}
