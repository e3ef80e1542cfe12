/**
 * One thing that was asked of a container: what a builder's method leaves in its plan.
 *
 * @module
 */
import type { Spec } from "../../oci/runtime_spec.ts";
import type { SpecOption } from "../../oci/spec_option.ts";
import type { Context } from "../context.ts";
import type { ContainerPlan } from "./plan.ts";

/**
 * When a step takes its turn; within a stage, steps keep the order of the calls.
 *
 * - `base`: what others build on, such as a privileged container
 * - `option`: everything else
 * - `derived`: what depends on the others, such as the default seccomp filter on the capabilities
 * - `edit`: what the user does to the finished spec
 */
export type StepStage = "base" | "option" | "derived" | "edit";

/** The stages, in their order. */
export const STEP_STAGES: readonly StepStage[] = ["base", "option", "derived", "edit"];

/** Where a step does its work. */
export interface StepPlace {
  /**
   * The client's state, and the namespace.
   *
   * @ignore
   */
  readonly context: Context;
  /** The container's id. */
  readonly id: string;
  /** The whole plan. */
  readonly plan: ContainerPlan;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** What a step has made beside the container. */
export interface StepMade {
  /** The change of the spec that comes of it. */
  readonly edit?: SpecOption;
  /** Labels of the container, from which whoever removes it can tell what goes with it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Takes it back, when the container could not be made after all. */
  readonly undo?: () => Promise<void>;
}

/** One thing that was asked for. A step has at least one of `edit`, `find`, `make` and `expand`. */
export interface PlanStep {
  /** The builder's method: who set a field of the spec, in words. */
  readonly by: string;
  /** What it asks for, in a few words for the prompt. */
  readonly shows: string;
  /** Where inside it mounts something, if it does. */
  readonly at?: string;
  /** A step replaces earlier ones of the same key. */
  readonly key?: string;
  /** Its turn; `"option"` by default. */
  readonly stage?: StepStage;
  /** The change of the spec. */
  readonly edit?: SpecOption;
  /** Looks up what the change needs. It makes nothing, so that `spec()` can do it too. */
  readonly find?: (place: StepPlace) => Promise<SpecOption>;
  /** Looks up the steps that it stands for, which take its place. It makes nothing. */
  readonly expand?: (place: StepPlace) => Promise<readonly PlanStep[]>;
  /** Labels of the container that come of it, from the finished spec. */
  readonly labels?: (spec: Spec) => Promise<Readonly<Record<string, string>>>;
  /**
   * Makes what the container needs besides. It is called once for a container, before the record is
   * there, and never by `spec()`.
   *
   * @param labels Those that earlier steps made.
   */
  readonly make?: (
    place: StepPlace,
    labels: Readonly<Record<string, string>>,
  ) => Promise<StepMade>;
}

/** The steps with one more, in place of those of the same key. */
export function withStep(steps: readonly PlanStep[], step: PlanStep): readonly PlanStep[] {
  const { key } = step;
  return [...key === undefined ? steps : steps.filter((other) => other.key !== key), step];
}

/**
 * The plan with what its steps stand for in their place. Of what they mount, the places that are
 * named one by one are left out, and those that a later one has as well.
 */
export async function expandSteps(place: StepPlace): Promise<ContainerPlan> {
  const { plan } = place;
  if (!plan.steps.some(({ expand }) => expand)) return plan;
  const taken = new Set(plan.steps.flatMap(({ at }) => at === undefined ? [] : cleanPath(at)));
  const steps: PlanStep[] = [];
  for (const step of plan.steps.toReversed()) {
    const found = step.expand ? await step.expand(place) : [step];
    const free = !step.expand
      ? found
      : found.filter(({ at }) => at === undefined || !taken.has(cleanPath(at)));
    for (const { at } of free) if (at !== undefined) taken.add(cleanPath(at));
    steps.unshift(...free);
  }
  return { ...plan, steps };
}

/** A path without the marks that make two texts of one. */
export function cleanPath(path: string): string {
  return `/${path.split("/").filter((part) => part !== "" && part !== ".").join("/")}`;
}

/** The steps in the order in which they take their turn. */
export function inTurn(steps: readonly PlanStep[]): PlanStep[] {
  return STEP_STAGES.flatMap((stage) => steps.filter((step) => (step.stage ?? "option") === stage));
}
