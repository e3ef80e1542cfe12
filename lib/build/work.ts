/**
 * What the parts of one build share.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import type { Digest } from "../oci/digest.ts";
import type { Platform } from "../oci/platform.ts";
import type { BuildCache } from "./cache.ts";
import type { LayerFormat } from "./layer.ts";
import type { BuildOptions, BuildProgress } from "./options.ts";
import type { ResumeLease } from "./resume.ts";
import type { Spool } from "./spool.ts";

/** One build, for one platform. */
export interface BuildWork {
  /** With a lease that everything is put on. */
  readonly context: Context;
  /** What the caller said. */
  readonly options: BuildOptions;
  /** Ends the build: the caller's signal, or another part that failed. */
  readonly signal: AbortSignal;
  /** Ends it, since a part has failed. */
  abort(error: unknown): void;
  /** What it is built for. */
  readonly platform: Platform;
  /** When what is built counts as made. */
  readonly created: Date;
  /** How layers are stored. */
  readonly format: LayerFormat;
  /** Where snapshots are made. */
  readonly snapshotter: string;
  /** Layers that are there. */
  readonly cache: BuildCache;
  /** Keeps what was made, for when the build is ended before its image is there. */
  readonly resume: ResumeLease;
  /** Bytes that wait. */
  readonly spool: Spool;
  /** Every layer that was used, and every stack of layers that has a snapshot. */
  readonly used: { readonly layers: Set<Digest>; readonly chains: Set<Digest> };
}

/** Tells how far a step is. */
export type Report = (
  progress: Omit<BuildProgress, "stage" | "index" | "count" | "platform">,
) => void;
