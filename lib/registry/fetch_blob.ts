/**
 * Blobs as streams that survive broken connections.
 *
 * @module
 */

import { DigestError, InvalidArgumentError } from "../errors/errors.ts";
import type { PullAttempt } from "../errors/image_errors.ts";
import { createHasher, type Digest, digestAlgorithm, type Hasher } from "../oci/digest.ts";
import type { Reference } from "../oci/reference.ts";
import type { Answer } from "./answer.ts";
import type { HostClient } from "./host_client.ts";
import type { HostSet } from "./host_set.ts";
import { repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";
import { TransportError } from "./transport_error.ts";
import { type HostTry, tryHosts } from "./try_hosts.ts";

/** Which blob. */
export interface BlobTarget {
  /** Its digest. */
  readonly digest: Digest;
  /** Its size in bytes, where it is known. */
  readonly size?: number | undefined;
}

/** From where, and until when. */
export interface FetchBlobOptions {
  /** First byte wanted: to go on where an earlier fetch ended. @default 0 */
  offset?: number | undefined;
  /** Whether the digest is checked. Only where somebody else does it, as a store. @default true */
  verify?: boolean | undefined;
  /** Ends the fetch and the stream. */
  signal?: AbortSignal | undefined;
}

/** A blob that is on its way. */
export interface FetchedBlob {
  /**
   * The bytes from the offset on. A broken connection is mended unseen. The stream fails with a
   * {@linkcode DigestError} when size or, with an offset of 0, digest are not as promised: until it
   * has ended, its bytes are unverified. Read it to the end, or cancel it.
   */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Size of the whole blob, where the descriptor or the registry says it. */
  readonly sizeBytes: number | undefined;
  /** The host that it comes from, at first. */
  readonly host: string;
}

/** So often in a row a connection may break before so much came through. */
const MAX_RESUMES = 5;
const PROGRESS_BYTES = 1024 * 1024;

/**
 * Opens a blob. Hosts need the capability `pull`.
 *
 * @throws {PullError} When no host has it.
 * @throws {InvalidArgumentError} When the offset is no whole number from 0 to the size.
 */
export async function fetchBlob(
  hosts: HostSet,
  reference: Reference,
  target: BlobTarget,
  options: FetchBlobOptions = {},
): Promise<FetchedBlob> {
  const { offset = 0, verify = true, signal } = options;
  const what = `fetch blob "${target.digest}" of "${reference.name}"`;
  const { size } = target;
  if (!Number.isSafeInteger(offset) || offset < 0 || (size !== undefined && offset > size)) {
    throw new InvalidArgumentError(
      `Cannot ${what}: the offset ${offset} must be a whole number from 0 to its size`,
    );
  }
  const clients = await hosts.able(reference.domain, "pull", what);
  // An offset can only be checked by whoever has the bytes before it.
  const hasher = offset === 0 && verify
    ? await createHasher(digestAlgorithm(target.digest))
    : undefined;
  const reader = new BlobReader(clients, reference, target, what, offset, hasher, signal);
  if (offset !== size || size === 0) await reader.open();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller): Promise<void> {
      const chunk = await reader.next();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel: () => reader.cancel(),
  }, { highWaterMark: 0 });
  return { stream, sizeBytes: reader.sizeBytes, host: reader.host };
}

class BlobReader {
  sizeBytes: number | undefined;
  readonly #reference: Reference;
  readonly #target: BlobTarget;
  readonly #what: string;
  readonly #hasher: Hasher | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #attempts: PullAttempt[] = [];
  /** The host in use is the first. */
  #clients: readonly HostClient[];
  #answer: Answer | undefined;
  /** Where the next byte belongs. */
  #at: number;
  /** Bytes to drop: a server without ranges begins at 0 again. */
  #skip = 0;
  #resumes = 0;
  #progress = 0;

  constructor(
    clients: readonly HostClient[],
    reference: Reference,
    target: BlobTarget,
    what: string,
    offset: number,
    hasher: Hasher | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#clients = clients;
    this.#reference = reference;
    this.#target = target;
    this.sizeBytes = target.size;
    this.#what = what;
    this.#at = offset;
    this.#hasher = hasher;
    this.#signal = signal;
  }

  get host(): string {
    return this.#clients[0]?.host.host ?? "";
  }

  /** Asks for the blob from where we are. */
  async open(): Promise<void> {
    const { digest } = this.#target;
    const wanted = { what: this.#what, reference: this.#reference.toString(), digest };
    this.#answer = await tryHosts(this.#clients, wanted, this.#attempts, async (attempt) => {
      const answer = await this.#ask(attempt);
      const index = this.#clients.indexOf(attempt.client);
      this.#clients = [...this.#clients.slice(index), ...this.#clients.slice(0, index)];
      return answer;
    });
  }

  /** The next bytes; `undefined` at the verified end. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      try {
        const chunk = await this.#answer?.read();
        if (chunk === undefined) {
          const all = this.sizeBytes === undefined || this.#at >= this.sizeBytes;
          if (all && this.#skip === 0) return this.#finish();
          throw new TransportError(
            `the data ended after ${this.#at} of ${this.sizeBytes} bytes`,
            "broken",
          );
        }
        const wanted = this.#dropSkipped(chunk);
        if (wanted.length > 0) return this.#take(wanted);
      } catch (error) {
        await this.#answer?.cancel();
        if (!(error instanceof TransportError) || !error.mayPass) throw error;
        if (this.#resumes >= MAX_RESUMES) {
          throw new TransportError(
            `Cannot ${this.#what}: the connection to "${this.host}" broke ${this.#resumes + 1} ` +
              `times with hardly any progress, at byte ${this.#at}: ${error.message}`,
            error.failure,
            { cause: error },
          );
        }
        // The first time at once: most connections break once, by a restart or a time limit.
        if (this.#resumes > 0) await this.#pause();
        this.#resumes++;
        await this.open();
      }
    }
  }

  async cancel(): Promise<void> {
    await this.#answer?.cancel();
  }

  async #pause(): Promise<void> {
    await this.#clients[0]?.pause(this.#resumes, this.#what, this.#signal);
  }

  async #ask(attempt: HostTry): Promise<Answer> {
    const { path } = this.#reference;
    const { digest } = this.#target;
    const answer = await attempt.client.send(`${path}/blobs/${digest}`, {
      ...attempt.options,
      what: this.#what,
      method: "GET",
      scopes: [repositoryScope(path, ["pull"])],
      headers: this.#at > 0 ? { range: `bytes=${this.#at}-` } : {},
      signal: this.#signal,
    });
    if (!answer.ok) throw await statusError(answer, this.#what);
    try {
      this.#place(answer);
    } catch (error) {
      await answer.cancel();
      throw error;
    }
    return answer;
  }

  /** Works out which bytes an answer has. */
  #place(answer: Answer): void {
    if (answer.status !== 206) {
      this.#skip = this.#at;
      this.#checkTotal(answer.contentLength);
      return;
    }
    const range = /^bytes (\d{1,15})-(\d{1,15})\/(?:(\d{1,15})|\*)$/.exec(
      answer.headers.get("content-range") ?? "",
    );
    if (range === null || Number(range[1]) !== this.#at) {
      throw new TransportError(
        `it sent other bytes than those from ${this.#at} on: content-range ${
          JSON.stringify(answer.headers.get("content-range"))
        }`,
        "rejected",
      );
    }
    this.#skip = 0;
    this.#checkTotal(range[3] === undefined ? undefined : Number(range[3]));
  }

  #checkTotal(total: number | undefined): void {
    if (total === undefined) return;
    if (this.sizeBytes === undefined) this.sizeBytes = total;
    if (this.sizeBytes !== total) {
      this.#wrong(`it has ${total} bytes where ${this.sizeBytes} were promised`, "");
    }
  }

  #dropSkipped(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const drop = Math.min(this.#skip, chunk.length);
    this.#skip -= drop;
    return drop === 0 ? chunk : chunk.subarray(drop);
  }

  #take(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#at += chunk.length;
    if (this.sizeBytes !== undefined && this.#at > this.sizeBytes) {
      this.#wrong(`it is longer than the ${this.sizeBytes} bytes that were promised`, "");
    }
    this.#hasher?.update(chunk);
    this.#progress += chunk.length;
    if (this.#progress >= PROGRESS_BYTES) {
      this.#progress = 0;
      this.#resumes = 0;
    }
    return chunk;
  }

  #finish(): undefined {
    const actual = this.#hasher?.digest();
    if (actual === undefined || actual === this.#target.digest) return;
    this.#wrong(`its ${this.#at} bytes hash to "${actual}"`, actual);
  }

  #wrong(why: string, actual: string): never {
    throw new DigestError(
      `Cannot ${this.#what} from "${this.host}": ${why}; the registry or something on the way ` +
        "changed it",
      { expected: this.#target.digest, actual },
    );
  }
}
