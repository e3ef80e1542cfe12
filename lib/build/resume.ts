/**
 * Keeps the layers of a build that did not come to its end, so that the next one goes on there.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { AlreadyExistsError, NotFoundError } from "../errors/errors.ts";
import { GC_EXPIRE_LABEL } from "../oci/gc_labels.ts";
import { keyOf } from "./cache.ts";

/** How such leases begin. */
export const RESUME_PREFIX = "davit-build-";
/** How long they last. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * A lease that nobody owns: it outlives a script that is killed, for a day. It comes to be with the
 * first layer, and ends with the build that makes the image.
 */
export class ResumeLease {
  readonly #context: Context;
  readonly #id: string;
  #made: Promise<void> | undefined;

  private constructor(context: Context, id: string) {
    this.#context = context;
    this.#id = id;
  }

  /** The lease of the builds that make images of these names. */
  static async of(context: Context, tags: readonly string[]): Promise<ResumeLease> {
    return new ResumeLease(context, RESUME_PREFIX + (await keyOf(tags)).slice(0, 16));
  }

  /** Puts a blob on it. */
  async hold(digest: string): Promise<void> {
    const resource = { id: digest, type: "content" };
    const add = async () => {
      await (this.#made ??= this.#make());
      await this.#context.api.leases.addResource({ id: this.#id, resource });
    };
    try {
      await add();
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // Another build of the same image has come to its end meanwhile.
      this.#made = undefined;
      await add();
    }
  }

  async #make(): Promise<void> {
    const labels = { [GC_EXPIRE_LABEL]: new Date(Date.now() + LIFETIME_MS).toISOString() };
    try {
      await this.#context.api.leases.create({ id: this.#id, labels });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    }
  }

  /** Ends it: the image keeps what it held. */
  async end(): Promise<void> {
    try {
      await this.#context.api.leases.delete({ id: this.#id });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}
