/**
 * A stage: what a builder knows, as plain data for those who carry it out.
 *
 * @module
 */
import type { Platform } from "../oci/platform.ts";
import type { Image } from "../core/image/image.ts";
import type { STAGE } from "./checks.ts";
import type { BuildStep } from "./plan.ts";

/** Something that describes a stage, such as an image builder. */
export interface StageHolder {
  /**
   * Its stage.
   *
   * @ignore
   */
  readonly [STAGE]: Stage;
}

/** What a stage starts from: an image, the name of one, another stage, or `"scratch"`. */
export type StageBase = Image | StageHolder | string;

/** A base and the steps on it. */
export interface Stage {
  /** What it starts from. */
  readonly base: StageBase;
  /** What is done, in order. */
  readonly steps: readonly BuildStep[];
  /** Whether the layers of its steps are made one. */
  readonly squash: boolean;
  /** Its name, for messages and progress. */
  readonly name: string | undefined;
  /** What it is built for, where that is not what the image is for. */
  readonly platform?: Platform | undefined;
}
