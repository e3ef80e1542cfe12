/**
 * What all methods of a builder of containers stand on. The methods are in the other files of this
 * folder, one for each subject: each file's class extends the one before, and the last of them is
 * `PlanBuilder`.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import type { ContainerPlan } from "../plan.ts";
import { type PlanStep, withStep } from "../step.ts";

/**
 * The root of the builders that describe a container.
 *
 * @typeParam Self The builder itself, so that chains keep their type.
 */
export abstract class PlanBase<Self> {
  /** The plan so far. */
  protected abstract readonly plan: ContainerPlan;
  /** A copy with another plan. */
  protected abstract clone(plan: ContainerPlan): Self;

  /** A copy with one more step, in place of earlier ones of the same key. */
  protected step(step: PlanStep): Self {
    return this.clone({ ...this.plan, steps: withStep(this.plan.steps, step) });
  }

  /** Applies a function to this builder: how users extend a chain. */
  with<R>(extend: (builder: this) => R): R {
    return extend(this);
  }
}

/** Checks an absolute path inside a container. */
export function inside(what: string, path: string): string {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(path)} as ${what}: use an absolute path inside the container`,
    );
  }
  return path;
}

/** An absolute path on the daemon's host; a relative one counts from this process's folder. */
export function onHost(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
