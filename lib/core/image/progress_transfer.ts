/**
 * The steps that the daemon reports, in the form of those that this process does itself.
 *
 * @module
 */
import type { ImageProgress, OnImageProgress } from "./progress.ts";
import type { TransferProgress } from "../transfer/transfer.ts";

/** Turns reports into steps. */
export class TransferSteps {
  readonly #phase: "fetch" | "push";
  readonly #image: string;
  readonly #onProgress: OnImageProgress;
  readonly #last = new Map<string, ImageProgress>();

  /** @param phase What is done with blobs. @param image The image's name. */
  constructor(phase: "fetch" | "push", image: string, onProgress: OnImageProgress) {
    this.#phase = phase;
    this.#image = image;
    this.#onProgress = onProgress;
  }

  /** Takes a report. */
  report(step: TransferProgress): void {
    // Of a blob the name is what it is, and its digest; anything else is about the whole image.
    const digest = /\b[a-z0-9]+:[0-9a-f]{64,}$/.exec(step.name)?.[0];
    if (digest === undefined || step.name === this.#image) return;
    const unpacks = /^extract/.test(step.event);
    const total = step.descriptor?.size ?? step.total;
    const done = /^(?:complete|done|exists|already exists|uploaded|extracted)$/.test(step.event);
    const current = done ? total : Math.min(step.current, total || step.current);
    this.#tell({ phase: unpacks ? "unpack" : this.#phase, name: digest, current, total });
  }

  /** The transfer is over: what was not reported as done is done nevertheless. */
  end(): void {
    for (const step of [...this.#last.values()]) {
      if (step.current < step.total) this.#tell({ ...step, current: step.total });
    }
  }

  #tell(step: ImageProgress): void {
    const key = `${step.phase} ${step.name}`;
    const last = this.#last.get(key);
    if (last?.current === step.current && last.total === step.total) return;
    this.#last.set(key, step);
    this.#onProgress(step);
  }
}
