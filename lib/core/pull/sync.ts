/**
 * Pulls of several images, with one progress.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { parseReference, Reference } from "../../oci/reference.ts";
import { Registry } from "../../registry/registry.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import type { ImageProgress } from "../image/progress.ts";
import { pullImage, type PullOptions, viaOf } from "./pull.ts";

/** How far a sync is. */
export interface SyncProgress {
  /** The image that went on, as its full name. */
  readonly image: string;
  /** What it did; `undefined` once it is done, or has failed. */
  readonly step: ImageProgress | undefined;
  /** How many images are done, failed ones too. */
  readonly done: number;
  /** How many images there are. */
  readonly images: number;
  /** Bytes of all blobs that are done. A blob that several images have counts once. */
  readonly current: number;
  /** Bytes of all blobs that are known so far: it grows as images are looked into. */
  readonly total: number;
}

/** Options of {@linkcode syncImages}. */
export interface SyncPullOptions extends Omit<PullOptions, "onProgress"> {
  /** How many images are pulled at once. @default 4 */
  images?: number;
  /** Told how far it is. What it throws ends the pull of that image. */
  onProgress?: (progress: SyncProgress) => void;
}

/**
 * Pulls images, a few at once. All of them are tried.
 *
 * @returns The images, in the order of their references.
 * @throws What a pull failed with; an `AggregateError` for several.
 */
export async function syncImages(
  context: Context,
  references: readonly (string | Reference)[],
  options: SyncPullOptions = {},
): Promise<Image[]> {
  const { images: limit = 4, onProgress, signal, ...pull } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new InvalidArgumentError(
      `Cannot sync images: "images" is ${limit}; it must be a whole number from 1 on`,
    );
  }
  const parsed = references.map((one) => one instanceof Reference ? one : parseReference(one));
  const names = [...new Map(parsed.map((one) => [one.toString(), one]))];
  const found = new Map<string, Image>();
  const errors: unknown[] = [];
  const sums = new Sums();
  // One registry client for all: tokens and connections are shared.
  const via = await viaOf(context, "sync images", pull);
  const own = via === "client" && !(pull.registry instanceof Registry)
    ? new Registry(pull.registry)
    : undefined;
  try {
    const waiting = [...names];
    const tell = (image: string, step: ImageProgress | undefined): void => {
      if (step) sums.add(step);
      const done = found.size + errors.length;
      const { current, total } = sums;
      onProgress?.({ image, step, done, images: names.length, current, total });
    };
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, reference] = next;
        try {
          throwIfAborted(signal, `pulling "${name}"`);
          const image = await pullImage(context, reference, {
            ...pull,
            ...(own ? { registry: own } : {}),
            signal,
            onProgress: onProgress && ((step) => tell(name, step)),
          });
          found.set(name, image);
        } catch (error) {
          errors.push(error);
        }
        tell(name, undefined);
      }
    };
    await Promise.all(Array.from({ length: Math.min(limit, names.length) }, worker));
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
  if (errors.length === 1 || (errors.length > 0 && signal?.aborted)) throw errors[0];
  if (errors.length > 1) {
    const messages = errors.map((error) => error instanceof Error ? error.message : error);
    throw new AggregateError(
      errors,
      `Cannot sync ${errors.length} of ${names.length} images: ${messages.join("; ")}`,
    );
  }
  return parsed.map((one) => found.get(one.toString())!);
}

/** Adds up what was reported of blobs. */
class Sums {
  current = 0;
  total = 0;
  readonly #known = new Map<string, { current: number; total: number }>();

  add({ phase, name, current, total }: ImageProgress): void {
    if (phase !== "fetch") return;
    const before = this.#known.get(name) ?? { current: 0, total: 0 };
    // Two images may tell of the same blob.
    const now = { current: Math.max(before.current, current), total };
    this.current += now.current - before.current;
    this.total += now.total - before.total;
    this.#known.set(name, now);
  }
}
