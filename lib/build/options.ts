/**
 * Options of a build, and what it tells while it goes on.
 *
 * @module
 */
import type { GzipLevel } from "./codec.ts";
import type { LayerCompression } from "./layer.ts";

/** How far a build is. */
export interface BuildProgress {
  /**
   * `"step"`: a step begins. `"cached"`: its layer is there already. `"layer"`: its files are read
   * and stored. `"run"`: its command wrote something. `"done"`: it is over. `"unpack"`: the layers
   * of the image become snapshots.
   */
  readonly phase: "step" | "cached" | "layer" | "run" | "done" | "unpack";
  /** The step, as in the image's history; or the image's name. */
  readonly name: string;
  /** Bytes that are done. */
  readonly current: number;
  /** Bytes that there are: of the step's files, or of all layers as they are stored. */
  readonly total: number;
  /** The stage, by its name or number. */
  readonly stage: string;
  /** The step's number in its stage, from 1; 0 for none. */
  readonly index: number;
  /** How many steps the stage has. */
  readonly count: number;
  /** What is built for: `linux/amd64`. */
  readonly platform: string;
  /** What a command wrote, in pieces as they came. */
  readonly output?: string;
  /** How long a step took, once it is done. */
  readonly durationMs?: number;
}

/** Options of a build. */
export interface BuildOptions {
  /**
   * How new layers are stored. `"none"` is faster to build; `"gzip"` is smaller to push.
   * @default "gzip"
   */
  compression?: LayerCompression;
  /**
   * How hard gzip tries.
   * @default 6
   */
  level?: GzipLevel;
  /** Where to unpack; the namespace's snapshotter by default. */
  snapshotter?: string;
  /**
   * The time of everything that is built, and the latest that files have; `SOURCE_DATE_EPOCH` by
   * default, else 1970.
   */
  epoch?: Date;
  /** Makes all layers anew. They are cached for others still. */
  noCache?: boolean;
  /** What commands may get as secrets, by name. */
  secrets?: Readonly<Record<string, string | Uint8Array>>;
  /**
   * Whether bases that are not there are pulled, and those that are there looked for again.
   * @default "never"
   */
  pull?: "never" | "missing" | "always";
  /**
   * What to do when a command fails: `"keep"` makes an image of the state that it left, see
   * `BuildError.image`.
   * @default "discard"
   */
  onError?: "discard" | "keep";
  /** Ends the build; no image is registered then. */
  signal?: AbortSignal;
  /** `"plain"`: writes what goes on to standard error, line by line. Nothing by default. */
  progress?: "plain";
  /** Told how far it is. */
  onProgress?: (progress: BuildProgress) => void;
}
