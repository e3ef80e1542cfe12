/**
 * How far a pull or a push is, in one form whoever does the work.
 *
 * @module
 */

/** A step of a pull or a push. */
export interface ImageProgress {
  /**
   * `"resolve"`: the registry is asked what the name stands for. `"fetch"`: a blob comes from the
   * registry. `"push"`: a blob or manifest goes there. `"copy"`: a blob goes to another namespace or
   * daemon. `"convert"`: a layer gets another form. `"verify"`: the image's signatures are looked
   * at. `"unpack"`: layers become snapshots.
   */
  readonly phase: "resolve" | "verify" | "fetch" | "push" | "copy" | "convert" | "unpack";
  /** The blob's digest, or the image's name. */
  readonly name: string;
  /** Bytes that are done; equal to `total` at the end, also of what was there already. */
  readonly current: number;
  /** Bytes that there are; 0 where that is not known. */
  readonly total: number;
}

/** Is told about steps, in order. What it throws ends the work. */
export type OnImageProgress = (progress: ImageProgress) => void;
