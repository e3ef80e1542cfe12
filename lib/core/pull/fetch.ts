/**
 * Brings single blobs from a registry into the content store.
 *
 * @module
 */
import { DigestError, NotFoundError, UnavailableError } from "../../errors/errors.ts";
import { PullError } from "../../errors/image_errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { sourceLabel } from "../../oci/gc_labels.ts";
import { isIndex, isKnownConfig, isLayer, isManifest } from "../../oci/media_types.ts";
import type { Reference } from "../../oci/reference.ts";
import type { Registry } from "../../registry/registry.ts";
import { pause, throwIfAborted } from "../call/abort.ts";
import { Slots } from "../call/slots.ts";
import { ContentStore } from "../content/content.ts";
import { abortIngest } from "../content/ingest.ts";
import { Upload } from "../content/upload.ts";
import type { Context } from "../context.ts";
import type { OnImageProgress } from "../image/progress.ts";
import type { Fetched } from "./lease.ts";
import type { Session } from "../session/session.ts";

/** How long another client's write of the same blob may stand still, in milliseconds. */
const STALLED_MS = 60_000;

/**
 * How many blobs all pulls of this process fetch at once, or as many as one of them wants: that
 * spares registries, and memory.
 */
const allSlots = new Slots(8);

/** What fetches of one pull have in common. */
export interface FetchContext {
  /** Where to, with a lease. */
  readonly context: Context;
  /** Where from. */
  readonly registry: Registry;
  /** The image; its repository counts. */
  readonly reference: Reference;
  /** What is there. */
  readonly fetched: Fetched;
  /** Told about every piece. */
  readonly onProgress: OnImageProgress | undefined;
  /** The caller's; ends everything. */
  readonly signal: AbortSignal | undefined;
  /** Ends what comes from the registry: the caller's, or the failure of another fetch. */
  readonly stop: AbortSignal;
  /** Those of its blobs that are fetched at the moment. */
  readonly slots: Slots;
  /** How many those may be. */
  readonly parallel: number;
}

/** Pulls of one client that need the same blob at once: it is fetched by one of them. */
const underWay = new WeakMap<Session, Map<string, Promise<unknown>>>();

/**
 * Brings a blob into the store, unless it is there. An ingest that an earlier pull left goes on
 * where it stopped. Two pulls of one client that need a blob at the same time fetch it once.
 *
 * @throws {DigestError} When the bytes are not what the descriptor says. Nothing is left of them.
 * @throws {PullError} When no host has it.
 */
export async function fetchInto(fetch: FetchContext, blob: Descriptor): Promise<void> {
  const { session } = fetch.context;
  const all = underWay.get(session) ?? new Map<string, Promise<unknown>>();
  underWay.set(session, all);
  const key = fetch.context.key("blob", blob.digest);
  // Those that waited find the blob, or go on where it stopped; either way it is on their lease.
  const turn = Promise.resolve(all.get(key)).then(() => fetchOne(fetch, blob));
  const settled = turn.catch(() => {});
  all.set(key, settled);
  try {
    await turn;
  } finally {
    if (all.get(key) === settled) all.delete(key);
  }
}

async function fetchOne(fetch: FetchContext, blob: Descriptor): Promise<void> {
  const { context, onProgress, signal, fetched, stop } = fetch;
  const { digest, size: total } = blob;
  if (fetched.blobs.has(digest)) return;
  throwIfAborted(stop, `pulling "${fetch.reference}"`);
  let last = -1;
  const report = (current: number): void => {
    if (current === last) return;
    last = current;
    onProgress?.({ phase: "fetch", name: digest, current, total });
  };
  report(0);
  const ref = ingestName(blob);
  fetched.ingests.add(ref);
  const existed = await writeOrWait(fetch, blob, ref, report);
  fetched.ingests.delete(ref);
  fetched.blobs.add(digest);
  if (existed) await labelSource(context, fetch.reference, digest, signal);
  report(total);
}

/** @returns Whether the store had the blob already. */
async function writeOrWait(
  fetch: FetchContext,
  blob: Descriptor,
  ref: string,
  report: (current: number) => void,
): Promise<boolean> {
  let seen = -1;
  let since = Date.now();
  for (;;) {
    try {
      return await write(fetch, blob, ref, report);
    } catch (error) {
      if (!isLocked(error)) throw error;
      // Another client fetches it: soon it is there.
      const offset = await offsetOf(fetch, ref);
      if (offset !== seen) since = Date.now();
      if (Date.now() - since > STALLED_MS) throw error;
      seen = offset;
      await pause(200, fetch.stop);
      throwIfAborted(fetch.stop, `pulling "${fetch.reference}"`);
    }
  }
}

async function write(
  fetch: FetchContext,
  blob: Descriptor,
  ref: string,
  report: (current: number) => void,
): Promise<boolean> {
  const { context, registry, reference, signal, stop } = fetch;
  const { digest, size: total } = blob;
  const labels = sourceLabel(reference);
  for (;;) {
    const leave = await enter(fetch);
    const upload = new Upload(context, { digest, sizeBytes: total, labels, ref, signal });
    let start = 0;
    try {
      try {
        await upload.begin();
        let current = start = upload.resume();
        if (current < total) {
          const { stream } = await registry.blob(reference, blob, {
            offset: current,
            // The daemon hashes what it stores, and refuses anything else.
            verify: false,
            signal: stop,
          });
          for await (const part of stream) {
            await upload.push(part);
            current += part.length;
            // Copied: given back at once, as the garbage collector sees late what hangs on arrays.
            part.buffer.transfer(0);
            report(current);
          }
        }
        // The next one's bytes come while the daemon makes sure of these.
        leave();
      } catch (error) {
        if (mayGoOn(error, stop)) {
          await upload.flush().catch(() => {/* so much less to go on with */});
        }
        return (await upload.fail(error)).existed;
      }
      return (await upload.finish()).existed;
    } catch (error) {
      if (mayGoOn(error, stop)) throw error;
      // Only what the network cut off is worth being continued.
      await abortIngest(context, ref).catch(() => {/* there is none, or the daemon is gone */});
      // What an earlier pull left may be what is wrong.
      if (!(error instanceof DigestError)) throw error;
      if (start === 0) throw changed(error, fetch, blob);
    } finally {
      leave();
    }
  }
}

/** Waits until a blob may be fetched. @returns Makes room for another. */
async function enter({ stop, slots, parallel, reference }: FetchContext): Promise<() => void> {
  const leaves = [await slots.enter(stop), await allSlots.enter(stop, parallel)];
  const leave = (): void => leaves.forEach((one) => one());
  if (!stop.aborted) return leave;
  leave();
  throwIfAborted(stop, `pulling "${reference}"`);
  return leave;
}

function changed(cause: DigestError, { reference }: FetchContext, blob: Descriptor): DigestError {
  return new DigestError(
    `Cannot fetch blob "${blob.digest}" of "${reference.name}": its bytes hash to ` +
      `"${cause.actual}"; the registry or something on the way changed them`,
    cause,
    { cause },
  );
}

/** Whether the network failed, of this fetch or of the one that ended it. */
function mayGoOn(error: unknown, stop: AbortSignal): boolean {
  return [error, stop.reason].some((cause) =>
    cause instanceof UnavailableError || cause instanceof PullError
  ) && !(error instanceof DigestError);
}

function isLocked(error: unknown): boolean {
  return error instanceof UnavailableError && /another write of that name/.test(error.message);
}

async function offsetOf(fetch: FetchContext, ref: string): Promise<number> {
  const { context, signal } = fetch;
  try {
    return (await new ContentStore(context).ingest(ref, { signal })).offsetBytes;
  } catch (error) {
    if (error instanceof NotFoundError) return -1;
    throw error;
  }
}

/** Notes on a blob that it is in this repository, too: a push may link it from there. */
export async function labelSource(
  context: Context,
  reference: Reference,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const store = new ContentStore(context);
  const { labels } = await store.info(digest, { signal });
  const wanted = sourceLabel(reference, labels);
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value)) {
    await store.label(digest, wanted);
  }
}

/** As other clients of containerd call it, so that they do not fetch the same blob twice. */
function ingestName({ mediaType, digest }: Descriptor): string {
  if (isManifest(mediaType)) return `manifest-${digest}`;
  if (isIndex(mediaType)) return `index-${digest}`;
  if (isLayer(mediaType)) return `layer-${digest}`;
  if (isKnownConfig(mediaType)) return `config-${digest}`;
  return `unknown-${digest}`;
}
