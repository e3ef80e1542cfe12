/**
 * Uploads of blobs: skipped where the registry has them, mounted where it has them elsewhere, and
 * continued after a broken connection.
 *
 * @module
 */

import { DavitError, ProtocolError, UnavailableError } from "../errors/errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { Reference } from "../oci/reference.ts";
import type { Answer } from "./answer.ts";
import { BlobSource, type BlobSourceInit } from "./blob_source.ts";
import type { HostClient } from "./host_client.ts";
import type { HostSet } from "./host_set.ts";
import { repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";

/** Which blob is pushed: both are sent, or checked, before the registry takes it. */
export interface PushTarget {
  /** Its digest. */
  readonly digest: Digest;
  /** Its size in bytes. */
  readonly size: number;
}

/** How a blob is pushed. */
export interface PushBlobOptions {
  /** Repositories of the same registry that may have the blob: it is then linked, not sent. */
  mountFrom?: readonly string[] | undefined;
  /**
   * Whether the bytes are hashed on their way, so that wrong ones end the push. The registry hashes
   * them as well, and refuses wrong ones at the end. @default true
   */
  verify?: boolean | undefined;
  /**
   * Whether the memory of a stream's pieces may be given back once they are sent: whoever made them
   * finds them empty then. Without it the garbage collector does so, much later. @default false
   */
  consume?: boolean | undefined;
  /** Told how many bytes are sent, now and then; may go back when a part is sent again. */
  onProgress?: ((sentBytes: number) => void) | undefined;
  /** Ends the push. */
  signal?: AbortSignal | undefined;
}

/** How a blob came to be there: it was there, it was linked from another repository, or sent. */
export type PushedBlob = "exists" | "mounted" | "uploaded";

/** Up to this size a blob goes out as one request of known length. */
const SMALL_BYTES = 4 * 1024 * 1024;
/** Size of the pieces for registries that want each request's length. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** So often a connection may break, or the registry fail, before so much came through. */
const MAX_RESUMES = 5;
const PROGRESS_BYTES = 1024 * 1024;
/** How long giving an upload up may take. */
const GIVE_UP_MS = 3_000;
/** Answers to a body of unknown length that ask for one of known length. */
const WANTS_LENGTH: ReadonlySet<number> = new Set([411, 413, 416]);
/**
 * Answers after which the upload may go on: those that pass, an upload that the registry forgot, and
 * a token that ended under way (there is a new one by then).
 */
const TEMPORARY: ReadonlySet<number> = new Set([401, 404, 408, 429, 500, 502, 503, 504]);

/**
 * Pushes a blob, to the first host that has the capability `push`.
 *
 * Small blobs are sent by one PUT. Bigger ones are streamed by PATCH as Docker does, or in pieces of
 * 16 MiB where the registry insists on lengths; a broken upload goes on at the byte that the
 * registry names (OCI distribution spec, "Pushing blobs").
 *
 * @param reference Its repository counts.
 * @param source The bytes: an array, or a function that opens a stream at an offset, which is called
 * again when a part must be sent again.
 * @throws {DigestError} When the source is not what the target says.
 * @throws {DavitError} When the registry refuses, or cannot be reached.
 */
export async function pushBlob(
  hosts: HostSet,
  reference: Reference,
  target: PushTarget,
  source: BlobSourceInit,
  options: PushBlobOptions = {},
): Promise<PushedBlob> {
  const what = `push blob "${target.digest}" to "${reference.name}"`;
  const [client] = await hosts.able(reference.domain, "push", what);
  if (client === undefined) throw new UnavailableError(`Cannot ${what}: there is no host`);
  return await new Upload(client, reference.path, target, source, what, options).run();
}

class Upload {
  readonly #client: HostClient;
  readonly #path: string;
  readonly #target: PushTarget;
  readonly #source: BlobSourceInit;
  readonly #what: string;
  readonly #options: PushBlobOptions;
  readonly #scopes: readonly string[];
  #location: URL | undefined;
  #chunkBytes = 0;
  #resumes = 0;
  #progressAt = 0;

  constructor(
    client: HostClient,
    path: string,
    target: PushTarget,
    source: BlobSourceInit,
    what: string,
    options: PushBlobOptions,
  ) {
    this.#client = client;
    this.#path = path;
    this.#target = target;
    this.#source = source;
    this.#what = what;
    this.#options = options;
    this.#scopes = [repositoryScope(path, ["pull", "push"])];
  }

  async run(): Promise<PushedBlob> {
    if (await this.#exists()) return "exists";
    for (const from of this.#options.mountFrom ?? []) {
      if (from !== this.#path && await this.#mount(from)) return "mounted";
    }
    try {
      if (this.#target.size <= SMALL_BYTES) await this.#sendSmall();
      else await this.#sendBig();
    } catch (error) {
      await this.#giveUp();
      throw error;
    }
    return "uploaded";
  }

  async #exists(): Promise<boolean> {
    const answer = await this.#request("HEAD", `${this.#path}/blobs/${this.#target.digest}`);
    await answer.discard();
    if (answer.ok) return true;
    if (answer.status === 404) return false;
    throw await statusError(answer, this.#what);
  }

  /** Asks to link the blob from another repository. If it will not, an upload has begun. */
  async #mount(from: string): Promise<boolean> {
    let answer: Answer;
    try {
      answer = await this.#client.send(`${this.#path}/blobs/uploads/`, {
        what: this.#what,
        method: "POST",
        scopes: [...this.#scopes, repositoryScope(from, ["pull"])],
        query: { mount: this.#target.digest, from },
        signal: this.#options.signal,
      });
    } catch (error) {
      // Who may not read the other repository may still push here.
      if (error instanceof DavitError && error.code === "unauthenticated") return false;
      throw error;
    }
    await answer.discard();
    if (answer.status === 201) {
      await this.#giveUp();
      return true;
    }
    if (answer.status === 202) {
      await this.#giveUp();
      this.#follow(answer);
    }
    return false;
  }

  async #begin(): Promise<URL> {
    if (this.#location === undefined) {
      const answer = await this.#request("POST", `${this.#path}/blobs/uploads/`);
      if (answer.status !== 202) throw await statusError(answer, this.#what);
      await answer.discard();
      const least = Number(answer.headers.get("oci-chunk-min-length") ?? 0);
      this.#chunkBytes = Math.max(CHUNK_BYTES, Number.isSafeInteger(least) ? least : 0);
      this.#follow(answer);
    }
    return this.#location ?? this.#noLocation();
  }

  /** Takes the next URL of the upload: absolute or relative, with a query that must be kept. */
  #follow(answer: Answer): void {
    const location = answer.headers.get("location");
    if (location === null || !URL.canParse(location, answer.url)) this.#noLocation();
    this.#location = new URL(location, answer.url);
  }

  #noLocation(): never {
    throw new ProtocolError(
      `Cannot ${this.#what}: "${this.#client.host.host}" did not say where to upload it`,
    );
  }

  async #sendSmall(): Promise<void> {
    const source = new BlobSource(this.#source, this.#target, this.#what, this.#options);
    const bytes = await source.readAll();
    await this.#finish(await this.#begin(), bytes);
    this.#options.onProgress?.(bytes.length);
  }

  async #sendBig(): Promise<void> {
    let offset = 0;
    let inPieces = false;
    while (offset < this.#target.size) {
      const location = await this.#begin();
      try {
        const answer = inPieces
          ? await this.#sendPieces(location, offset)
          : await this.#sendRest(location, offset);
        if (answer.status === 202 || answer.status === 201 || answer.status === 204) {
          await answer.discard();
          this.#follow(answer);
          break;
        }
        if (!inPieces && WANTS_LENGTH.has(answer.status)) {
          await answer.discard();
          inPieces = true;
        } else if (TEMPORARY.has(answer.status)) {
          throw new UnavailableError((await statusError(answer, this.#what)).message);
        } else {
          throw await statusError(answer, this.#what);
        }
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        await this.#countFailure(error, offset);
      }
      offset = await this.#uploadedBytes();
    }
    await this.#finish(await this.#begin(), undefined);
  }

  /** Sends everything from an offset on by one request. */
  async #sendRest(location: URL, offset: number): Promise<Answer> {
    const source = new BlobSource(this.#source, this.#target, this.#what, this.#options);
    const body = await source.open(offset, this.#options.onProgress);
    try {
      return await this.#request("PATCH", location, body, {
        "content-type": "application/octet-stream",
      });
    } catch (error) {
      // What the source says is wrong is the cause; fetch only knows that the body failed.
      throw source.failure ?? error;
    }
  }

  /** Sends requests of known length, each of which is kept in memory. */
  async #sendPieces(location: URL, offset: number): Promise<Answer> {
    const source = new BlobSource(this.#source, this.#target, this.#what, this.#options);
    let at = offset;
    for await (const piece of source.pieces(offset, this.#chunkBytes)) {
      const end = at + piece.length;
      const answer = await this.#request("PATCH", location, piece, {
        "content-type": "application/octet-stream",
        "content-range": `${at}-${end - 1}`,
      }, 1);
      if (answer.status !== 202 || end === this.#target.size) return answer;
      await answer.discard();
      this.#follow(answer);
      location = this.#location ?? location;
      at = end;
      this.#options.onProgress?.(at);
    }
    throw new ProtocolError(`Cannot ${this.#what}: the source has no data from byte ${offset} on`);
  }

  async #countFailure(error: UnavailableError, offset: number): Promise<void> {
    if (this.#resumes >= MAX_RESUMES) throw error;
    if (offset - this.#progressAt >= PROGRESS_BYTES) {
      this.#progressAt = offset;
      this.#resumes = 0;
    }
    await this.#client.pause(++this.#resumes, this.#what, this.#options.signal);
  }

  /** Asks how much of the upload the registry has. If it knows nothing of it, a new one begins. */
  async #uploadedBytes(): Promise<number> {
    const answer = await this.#request("GET", await this.#begin());
    await answer.discard();
    if (answer.status !== 204 && answer.status !== 202 && answer.status !== 200) {
      this.#location = undefined;
      return 0;
    }
    if (answer.headers.has("location")) this.#follow(answer);
    const range = /^(?:bytes=)?0-(\d{1,15})$/.exec(answer.headers.get("range") ?? "");
    const last = range ? Number(range[1]) : 0;
    // Docker's registry says 0-0 for nothing as well as for one byte: one byte again is harmless
    // only from the start, so the upload starts anew.
    if (last === 0) {
      await this.#giveUp();
      return 0;
    }
    return Math.min(last + 1, this.#target.size);
  }

  /** The last request: names the digest, and the registry checks it. */
  async #finish(location: URL, bytes: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const url = new URL(location);
    url.searchParams.set("digest", this.#target.digest);
    const answer = await this.#request(
      "PUT",
      url,
      bytes ?? new Uint8Array(),
      bytes ? { "content-type": "application/octet-stream" } : {},
    );
    // The upload is over, whatever the answer is.
    this.#location = undefined;
    if (answer.status === 201 || answer.status === 204) return await answer.discard();
    // A try before may have succeeded although its answer was lost.
    const unknown = answer.status === 400 || answer.status === 404;
    if (unknown && await this.#exists()) return await answer.discard();
    throw await statusError(answer, this.#what);
  }

  async #request(
    method: string,
    target: string | URL,
    body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
    headers?: Record<string, string>,
    attempts?: number,
  ): Promise<Answer> {
    return await this.#client.send(target, {
      what: this.#what,
      method,
      scopes: this.#scopes,
      headers,
      body,
      attempts,
      signal: this.#options.signal,
    });
  }

  /** Tells the registry that an upload will not go on, so that it need not keep it. */
  async #giveUp(): Promise<void> {
    const location = this.#location;
    this.#location = undefined;
    if (location === undefined) return;
    try {
      const answer = await this.#client.send(location, {
        what: "cancel an upload",
        method: "DELETE",
        scopes: this.#scopes,
        attempts: 1,
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      await answer.discard();
    } catch {
      // The registry forgets uploads by itself, later.
    }
  }
}
