/**
 * Blobs written by streams.
 *
 * @module
 */
import { CanceledError } from "../../errors/errors.ts";
import type { Upload, WrittenContent } from "./upload.ts";

/** A stream whose bytes become a blob when it is closed. */
export class ContentWritable extends WritableStream<Uint8Array> {
  /** What was written; rejects with what the stream failed with. */
  readonly result: Promise<WrittenContent>;

  /** For {@linkcode ContentStore.writable}. */
  constructor(upload: Upload) {
    const { promise, resolve, reject } = Promise.withResolvers<WrittenContent>();
    promise.catch(() => {/* the stream fails with the same */});
    /** Set once the store turned out to have the blob: what comes then is dropped. */
    let existing = false;
    /** Ends the call after a failure; one that only says that the blob is there is none. */
    const settle = async (error: unknown): Promise<void> => {
      try {
        resolve(await upload.fail(error));
        existing = true;
      } catch (failure) {
        reject(failure);
        throw failure;
      }
    };
    super({
      start: () => upload.begin().catch(settle),
      write: async (chunk) => {
        if (!existing) await upload.push(chunk).catch(settle);
      },
      close: async () => {
        if (existing) return;
        try {
          resolve(await upload.finish());
        } catch (error) {
          reject(error);
          throw error;
        }
      },
      abort: async (reason) => {
        if (existing) return;
        const error = new CanceledError("Gave up writing a blob: its stream was aborted", {
          cause: reason,
        });
        await settle(error).catch(() => {/* whoever aborts knows */});
      },
    });
    this.result = promise;
  }
}
