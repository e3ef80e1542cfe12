/**
 * What containerd accepts as an identifier and as a label.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

const IDENTIFIER_MAX = 76;
const LABEL_MAX_BYTES = 4096;
const identifierRegExp = /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;

/**
 * Checks an identifier: the name of a namespace, container, exec, lease or sandbox. containerd
 * allows 1 to 76 letters and digits with single `.`, `_` or `-` between them.
 *
 * @param text The identifier.
 * @param what What it names, for the message: "container id".
 * @returns The same text.
 * @throws {InvalidArgumentError} When containerd would refuse it.
 */
export function checkIdentifier(text: string, what: string): string {
  const fault = identifierFault(text);
  if (fault === undefined) return text;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new InvalidArgumentError(`Cannot use ${JSON.stringify(shown)} as ${what}: ${fault}`);
}

/** Whether containerd accepts it as an identifier. */
export function isIdentifier(text: string): boolean {
  return identifierFault(text) === undefined;
}

function identifierFault(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (text.length > IDENTIFIER_MAX) {
    return `it has ${text.length} characters; at most ${IDENTIFIER_MAX} are allowed`;
  }
  if (!identifierRegExp.test(text)) {
    return "use letters and digits, with single . _ or - between them";
  }
}

/**
 * Checks a label: key and value may have 4096 bytes together in UTF-8, and the key must not be
 * empty.
 *
 * @throws {InvalidArgumentError} When containerd would refuse it.
 */
export function checkLabel(key: string, value: string): void {
  if (key === "") throw new InvalidArgumentError('Cannot set label "": the key is empty');
  const encoder = new TextEncoder();
  const bytes = encoder.encode(key).length + encoder.encode(value).length;
  if (bytes > LABEL_MAX_BYTES) {
    const shown = key.length > 64 ? `${key.slice(0, 64)}…` : key;
    throw new InvalidArgumentError(
      `Cannot set label ${JSON.stringify(shown)}: key and value have ${bytes} bytes together; ` +
        `containerd allows ${LABEL_MAX_BYTES}`,
    );
  }
}

/** Checks every label of a map. @throws {InvalidArgumentError} At the first that is refused. */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) checkLabel(key, value);
}

/** Of containerd, its CRI plugin, nerdctl and Davit. */
const RESERVED_PREFIXES = ["containerd.io/", "io.cri-containerd", "nerdctl/", "davit/"];

/**
 * Whether a label belongs to containerd, its CRI plugin, nerdctl or Davit. Such labels are acted
 * on, so that they must not be copied from an image to a container.
 */
export function isReservedLabel(key: string): boolean {
  return RESERVED_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/**
 * Checks the key of a snapshot: any text that is not empty. Unlike identifiers, keys may have
 * spaces, colons and slashes (unpacking uses such keys); a NUL byte is refused.
 *
 * @returns The same text.
 * @throws {InvalidArgumentError} When it is empty or has a NUL in it.
 */
export function checkSnapshotKey(key: string): string {
  if (key === "" || key.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(key)} as snapshot key: it ${
        key === "" ? "is empty" : "has a NUL byte in it"
      }`,
    );
  }
  return key;
}

/** The kind of a CDI device, such as `nvidia.com/gpu`. */
export const CDI_KIND: RegExp = /^[A-Za-z](?:[\w.-]*[A-Za-z0-9])?\/[A-Za-z](?:[\w-]*[A-Za-z0-9])?$/;

/** The name of a CDI device, after the `=`. */
export const CDI_DEVICE: RegExp = /^[A-Za-z0-9](?:[\w.:-]*[A-Za-z0-9])?$/;

/** Whether a text is the full name of a CDI device: `vendor.com/class=name`. */
export function isCdiName(text: string): boolean {
  const [kind = "", name, ...more] = text.split("=");
  return name !== undefined && more.length === 0 && CDI_KIND.test(kind) && CDI_DEVICE.test(name);
}
