/**
 * What a container is to be, as plain data that builders extend.
 *
 * @module
 */
import type { Image } from "../image/image.ts";
import type { LogFileOptions } from "../logs/writer.ts";
import type { PlanStep } from "./step.ts";

/** What a container is to be. */
export interface ContainerPlan {
  /** An image, or the name of one that is there. */
  readonly image?: Image | string;
  /** The container's id; random without one. */
  readonly id?: string;
  /** Arguments that replace the image's `CMD`. */
  readonly args?: readonly string[];
  /** What replaces the image's `ENTRYPOINT`; the image's `CMD` is dropped then. */
  readonly entrypoint?: readonly string[];
  /** Environment variables, over those of the image. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user?: string;
  /** Whether the process gets a terminal. */
  readonly terminal?: boolean;
  /** Labels of the container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The snapshotter; the namespace's by default. */
  readonly snapshotter?: string;
  /** The runtime; the namespace's by default. */
  readonly runtime?: string;
  /** The sandbox that it is in. */
  readonly sandbox?: string;
  /** Whether it outlives the script that makes it. */
  readonly kept?: boolean;
  /** Whether its standard input stays open, for whoever attaches. */
  readonly openStdin?: boolean;
  /** How its output is kept while it lives; `false` for not at all. */
  readonly logs?: LogFileOptions | false;
  /** Everything else, in the order of the calls. */
  readonly steps: readonly PlanStep[];
}

/** A plan with nothing in it. */
export const EMPTY_PLAN: ContainerPlan = { env: {}, labels: {}, steps: [] };
