/**
 * Checks that containerd makes, with its texts.
 *
 * @module
 */
import { isDigest } from "../oci/digest.ts";
import { invalidArgument } from "./status.ts";

const IDENTIFIER = "^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$";
const MAX_IDENTIFIER = 76;
const MAX_LABEL = 4096;

/** Checks an identifier. @param prefix What the text starts with. */
export function checkIdentifierText(id: string, prefix: string = ""): void {
  if (id === "") throw invalidArgument(`${prefix}identifier must not be empty`);
  if (id.length > MAX_IDENTIFIER) {
    throw invalidArgument(
      `${prefix}identifier "${id}" greater than maximum length (${MAX_IDENTIFIER} characters)`,
    );
  }
  if (!new RegExp(IDENTIFIER).test(id)) {
    throw invalidArgument(`${prefix}identifier "${id}" must match ${IDENTIFIER}`);
  }
}

/** Checks the size of labels. @param what What they belong to, in containerd's words. */
export function checkLabelSizes(labels: Readonly<Record<string, string>>, what: string): void {
  const encoder = new TextEncoder();
  for (const [key, value] of Object.entries(labels)) {
    const size = encoder.encode(key).length + encoder.encode(value).length;
    if (size <= MAX_LABEL) continue;
    throw invalidArgument(
      `${what}: label key and value length (${size} bytes) greater than maximum size ` +
        `(${MAX_LABEL} bytes), key: ${key.slice(0, 64)}`,
    );
  }
}

/** What is wrong with a digest, in the words of Go's digest library; `undefined` for nothing. */
export function digestFault(digest: string): string | undefined {
  if (isDigest(digest)) return undefined;
  const [, algorithm, hex] = /^([a-z0-9+._-]+):([A-Za-z0-9=_-]+)$/.exec(digest) ?? [];
  if (algorithm === undefined || hex === undefined) return "invalid checksum digest format";
  if (!["sha256", "sha384", "sha512"].includes(algorithm)) return "unsupported digest algorithm";
  return /^[0-9a-f]*$/.test(hex)
    ? "invalid checksum digest length"
    : "invalid checksum digest format";
}

/**
 * Changes labels by the paths of a field mask: `labels` replaces them, `labels.KEY` sets one. An
 * empty value deletes.
 *
 * @param refuse Makes the error for a path of something else.
 */
export function updateLabels(
  old: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
  paths: readonly string[],
  refuse: (path: string) => Error,
): Record<string, string> {
  let labels = { ...old };
  for (const path of paths) {
    if (path === "labels") {
      labels = { ...given };
    } else if (path.startsWith("labels.")) {
      const key = path.slice("labels.".length);
      labels[key] = given[key] ?? "";
    } else {
      throw refuse(path);
    }
  }
  return withoutEmpty(labels);
}

/** Labels whose value is empty are not kept. */
export function withoutEmpty(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
