/**
 * Content digests: `algorithm:hex`, as the OCI image spec defines them, of bytes and of streams.
 *
 * @module
 */

import { DigestError, InvalidArgumentError } from "../errors/errors.ts";

/** The hash functions that OCI registers. containerd itself writes `sha256`. */
export type DigestAlgorithm = "sha256" | "sha384" | "sha512";

/** A content digest such as `sha256:e3b0c442…`; lower-case hex, see {@linkcode parseDigest}. */
export type Digest = `${DigestAlgorithm}:${string}`;

/** Number of hex digits by algorithm. */
const hexLength: Readonly<Record<DigestAlgorithm, number>> = {
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

const webCryptoName: Readonly<Record<DigestAlgorithm, string>> = {
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

function isAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(hexLength, name);
}

/** Whether a value is a well-formed digest: known algorithm, right number of lower-case hex digits. */
export function isDigest(value: unknown): value is Digest {
  if (typeof value !== "string") return false;
  const colon = value.indexOf(":");
  const algorithm = value.slice(0, Math.max(colon, 0));
  const hex = value.slice(colon + 1);
  return isAlgorithm(algorithm) && hex.length === hexLength[algorithm] && /^[0-9a-f]+$/.test(hex);
}

/**
 * Checks a digest.
 *
 * @param text For example `"sha256:e3b0…"`.
 * @returns The same string, typed.
 * @throws {InvalidArgumentError} When the algorithm is unknown, or the hex part has the wrong length
 * or other characters than `0-9a-f`.
 *
 * @example
 * ```ts
 * import { parseDigest } from "@davit/sdk/oci";
 *
 * const digest = parseDigest("sha256:" + "0".repeat(64));
 * ```
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new InvalidArgumentError(`Cannot parse digest ${quote(text)}: ${digestFault(text)}`);
}

function digestFault(text: string): string {
  const colon = text.indexOf(":");
  if (colon < 0) return 'it must look like "sha256:" and 64 hex digits';
  const algorithm = text.slice(0, colon);
  if (!isAlgorithm(algorithm)) {
    return `the algorithm "${algorithm}" is unknown; use sha256, sha384 or sha512`;
  }
  const hex = text.slice(colon + 1);
  if (hex.length !== hexLength[algorithm]) {
    return `${algorithm} has ${hexLength[algorithm]} hex digits, not ${hex.length}`;
  }
  return "the hex part may have the characters 0-9 and a-f only";
}

/** Long input is cut, so that a message stays readable whatever came in. */
function quote(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}

/** The algorithm of a digest: the part before the colon. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  const algorithm = digest.slice(0, digest.indexOf(":"));
  if (isAlgorithm(algorithm)) return algorithm;
  throw new InvalidArgumentError(`Cannot parse digest ${quote(digest)}: ${digestFault(digest)}`);
}

/** The hex part of a digest: what comes after the colon. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/**
 * The digest of bytes that are in memory.
 *
 * @param data Bytes, or text that is encoded as UTF-8.
 * @param algorithm Default `"sha256"`.
 */
export async function digestOf(
  data: Uint8Array<ArrayBuffer> | string,
  algorithm: DigestAlgorithm = "sha256",
): Promise<Digest> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const hash = await crypto.subtle.digest(webCryptoName[algorithm], bytes);
  return `${algorithm}:${new Uint8Array(hash).toHex()}`;
}

/** A digest that grows with the data; made by {@linkcode createHasher}. */
export interface Hasher {
  /** Bytes seen so far. */
  readonly sizeBytes: number;
  /** Adds bytes. */
  update(chunk: Uint8Array): void;
  /** Ends the hash. A second call gives the same digest; an update after it throws. */
  digest(): Digest;
}

/**
 * Starts an incremental hash. Asynchronous because the implementation, `node:crypto`, is loaded on
 * first use: it costs some 13 ms of start-up that most scripts need not pay.
 *
 * @param algorithm Default `"sha256"`.
 */
export async function createHasher(algorithm: DigestAlgorithm = "sha256"): Promise<Hasher> {
  const { createHash } = await import("node:crypto");
  const hash = createHash(algorithm);
  let sizeBytes = 0;
  let result: Digest | undefined;
  return {
    get sizeBytes(): number {
      return sizeBytes;
    },
    update(chunk: Uint8Array): void {
      hash.update(chunk);
      sizeBytes += chunk.length;
    },
    digest(): Digest {
      return result ??= `${algorithm}:${hash.digest("hex")}`;
    },
  };
}

/** What a stream must turn out to be. */
export interface ExpectedContent {
  /** The digest of all bytes. */
  digest: Digest;
  /** Number of bytes, where it is known. A longer stream fails as soon as it is longer. */
  sizeBytes?: number | undefined;
}

/**
 * A stream that passes bytes through unchanged and hashes them on the way.
 *
 * With `expected`, the readable side fails with a {@linkcode DigestError} when the bytes are not
 * what was promised: the consumer must treat everything before as unverified until the stream ends.
 *
 * @example
 * ```ts
 * import { DigestStream } from "@davit/sdk/oci";
 *
 * const stream = new DigestStream();
 * await new Blob(["hello"]).stream().pipeThrough(stream).pipeTo(new WritableStream());
 * const { digest, sizeBytes } = await stream.result;
 * ```
 */
export class DigestStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * Digest and size of all bytes; settles when the stream has ended, rejects when it failed the
   * check. Stays pending for ever when the stream is cancelled or aborted.
   */
  readonly result: Promise<{ digest: Digest; sizeBytes: number }>;

  /**
   * Makes a stream to pipe bytes through.
   *
   * @param options `algorithm`: default that of `expected`, else sha256. `expected`: see above.
   * @throws {InvalidArgumentError} When the expected digest is malformed.
   */
  constructor(options: { algorithm?: DigestAlgorithm; expected?: ExpectedContent } = {}) {
    const { expected } = options;
    const algorithm = expected
      ? digestAlgorithm(parseDigest(expected.digest))
      : options.algorithm ?? "sha256";
    const settled = Promise.withResolvers<{ digest: Digest; sizeBytes: number }>();
    settled.promise.catch(() => {}); // whoever reads the stream sees the error; `result` is optional
    const fail = (actual: string, why: string): never => {
      const digest = expected?.digest ?? "";
      const error = new DigestError(
        `Cannot verify content "${digest}": ${why}; fetch it again`,
        { expected: digest, actual },
      );
      settled.reject(error);
      throw error;
    };
    let hasher: Hasher | undefined;
    super({
      start: async () => {
        hasher = await createHasher(algorithm);
      },
      transform: (chunk, controller) => {
        if (!hasher) return;
        hasher.update(chunk);
        const limit = expected?.sizeBytes;
        if (limit !== undefined && hasher.sizeBytes > limit) {
          fail("", `it is longer than the ${limit} bytes that were promised`);
        }
        controller.enqueue(chunk);
      },
      flush: () => {
        if (!hasher) return;
        const digest = hasher.digest();
        const { sizeBytes } = hasher;
        if (expected?.sizeBytes !== undefined && sizeBytes !== expected.sizeBytes) {
          fail(digest, `it has ${sizeBytes} bytes where ${expected.sizeBytes} were promised`);
        }
        if (expected && digest !== expected.digest) fail(digest, `the bytes hash to "${digest}"`);
        settled.resolve({ digest, sizeBytes });
      },
    });
    this.result = settled.promise;
  }
}

/**
 * Checks bytes in memory against a digest, and a size where one is given.
 *
 * @throws {DigestError} When they differ.
 */
export async function verifyBytes(
  bytes: Uint8Array<ArrayBuffer>,
  expected: ExpectedContent,
): Promise<void> {
  const actual = await digestOf(bytes, digestAlgorithm(expected.digest));
  const { digest, sizeBytes } = expected;
  const sizeFits = sizeBytes === undefined || sizeBytes === bytes.length;
  if (actual === digest && sizeFits) return;
  const why = sizeFits
    ? `the bytes hash to "${actual}"`
    : `it has ${bytes.length} bytes where ${sizeBytes} were promised`;
  throw new DigestError(`Cannot verify content "${digest}": ${why}; fetch it again`, {
    expected: digest,
    actual,
  });
}
