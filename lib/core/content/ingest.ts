/**
 * Writes of blobs under way, as others see them.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import type { Status } from "../../gen/containerd/services/content_pb.ts";
import { CHANGE_TIMEOUT_MS, pause } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { toDate } from "../time.ts";

/** A write that is under way, or was interrupted and can go on. */
export interface Ingest {
  /** Its name, without the namespace. */
  readonly ref: string;
  /** How many bytes there are. */
  readonly offsetBytes: number;
  /** How many there will be; `undefined` where the writer has not said. */
  readonly totalBytes: number | undefined;
  /** What they must hash to; `undefined` where the writer has not said, or before 2.0. */
  readonly expected: string | undefined;
  /** When the write began. */
  readonly startedAt: Date | undefined;
  /** When bytes last came. */
  readonly updatedAt: Date | undefined;
}

/** Reads a status. */
export function ingestOf(status: Status): Ingest {
  return {
    ref: status.ref,
    offsetBytes: Number(status.offset),
    totalBytes: Number(status.total) || undefined,
    expected: status.expected || undefined,
    startedAt: toDate(status.startedAt),
    updatedAt: toDate(status.updatedAt),
  };
}

/** How often an ingest is tried to be dropped whose writer is just leaving. */
const ABORT_TRIES = 8;

/**
 * Drops an ingest.
 *
 * @throws {NotFoundError} when there is none of that name.
 */
export async function abortIngest(context: Context, ref: string): Promise<void> {
  for (let i = 1;; i++) {
    try {
      await context.api.content.abort({ ref }, { timeoutMs: CHANGE_TIMEOUT_MS });
      return;
    } catch (error) {
      // The daemon notes the time in the ingest's folder when a writer leaves; that can come
      // between the removal of the files and that of the folder.
      const busy = error instanceof DavitError && /directory not empty/.test(error.message);
      if (!busy || i === ABORT_TRIES) throw error;
      await pause(5 * i, undefined);
    }
  }
}
