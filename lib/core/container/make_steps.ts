/**
 * Makes what the steps of a plan need beside the container.
 *
 * @module
 */
import type { SpecOption } from "../../oci/spec_option.ts";
import type { PlanStep, StepMade, StepPlace } from "./step.ts";

/** What steps have made. Disposing takes it back, unless {@linkcode MadeSteps.keep} was called. */
export interface MadeSteps extends AsyncDisposable {
  /** The changes of the spec that come of it. */
  readonly edits: ReadonlyMap<PlanStep, SpecOption>;
  /** The container's labels that come of it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The container is there, and has taken over. */
  keep(): void;
}

/** Makes everything, one step after the other. When one fails, nothing is left. */
export async function makeSteps(place: StepPlace): Promise<MadeSteps> {
  const edits = new Map<PlanStep, SpecOption>();
  const labels: Record<string, string> = {};
  const made: StepMade[] = [];
  let kept = false;
  const undo = async () => {
    for (const { undo } of kept ? [] : made.splice(0).reverse()) {
      await undo?.().catch(() => {/* the first error counts */});
    }
  };
  try {
    for (const step of place.plan.steps) {
      const result = await step.make?.(place, labels);
      if (!result) continue;
      made.push(result);
      if (result.edit) edits.set(step, result.edit);
      Object.assign(labels, result.labels);
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { edits, labels, keep: () => void (kept = true), [Symbol.asyncDispose]: undo };
}
