/**
 * Bytes that come once and are needed in another order: they wait in a file of this machine.
 *
 * @module
 */
import { folderPrefix } from "../core/session/owner.ts";
import { DavitError, InvalidArgumentError } from "../errors/errors.ts";

const CHUNK = 512 * 1024;

/** Where bytes are in a spool. */
export interface Spooled {
  /** How many there are. */
  readonly size: number;
  /** The bytes. */
  read(): AsyncIterable<Uint8Array>;
}

/** A temporary file that takes bytes, one stream after the other. Disposing of it removes it. */
export class Spool implements AsyncDisposable {
  #path: string | undefined;
  #file: Deno.FsFile | undefined;
  #size = 0;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Takes all bytes of a stream.
   *
   * @param label What it is, for messages.
   * @param maxBytes More are refused.
   */
  add(
    source: AsyncIterable<Uint8Array>,
    label: string,
    maxBytes: number = Number.MAX_SAFE_INTEGER,
  ): Promise<Spooled> {
    const added = this.#turn.then(() => this.#add(source, label, maxBytes));
    this.#turn = added.catch(() => {});
    return added;
  }

  async #add(
    source: AsyncIterable<Uint8Array>,
    label: string,
    maxBytes: number,
  ): Promise<Spooled> {
    const file = this.#open();
    const start = this.#size;
    await file.seek(start, Deno.SeekMode.Start);
    for await (const part of source) {
      if (this.#size - start + part.length > maxBytes) {
        throw new InvalidArgumentError(
          `Cannot copy ${label}: it has more than ${maxBytes} bytes; pass a higher maxSize if it ` +
            "is meant to",
        );
      }
      for (let at = 0; at < part.length;) {
        try {
          at += await file.write(part.subarray(at));
        } catch (cause) {
          throw new DavitError(
            `Cannot copy ${label}: ${(cause as Error).message} (temporary file "${this.#path}")`,
            "resource_exhausted",
            { cause },
          );
        }
      }
      this.#size += part.length;
    }
    const size = this.#size - start;
    const path = this.#path!;
    return { size, read: () => range(path, start, size) };
  }

  #open(): Deno.FsFile {
    if (this.#file) return this.#file;
    // By its name it is swept, should this script be killed.
    this.#path = Deno.makeTempFileSync({ prefix: folderPrefix() });
    return this.#file = Deno.openSync(this.#path, { write: true });
  }

  /** Removes the file. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    this.#file?.close();
    this.#file = undefined;
    if (this.#path) Deno.removeSync(this.#path);
    this.#path = undefined;
  }
}

async function* range(
  path: string,
  start: number,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  for (let left = size; left > 0;) {
    const buffer = new Uint8Array(Math.min(CHUNK, left));
    const count = await file.read(buffer);
    if (count === null) throw new DavitError(`Cannot read "${path}": it is cut off`, "data_loss");
    left -= count;
    yield buffer.subarray(0, count);
  }
}
