/**
 * What all methods of a builder of containers stand on. The methods are in the other files of this
 * folder, one for each subject: each file's class extends the one before, and the last of them is
 * `PlanBuilder`.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import type { Context } from "../../context.ts";
import type { ContainerWarning, DescribedSpec } from "../described_spec.ts";
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

  /**
   * The client's state, and the namespace.
   *
   * @ignore
   */
  protected abstract readonly context: Context;

  /**
   * The OCI spec that would be used, with who set each field, without making anything. Names of users
   * that were not looked up before count as root here.
   *
   * @throws {NotFoundError} when there is no such image, device, container or other thing that the
   * plan names.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const spec = await davit.namespace("ci").run("alpine:3.20").memory("64MiB").spec();
   * console.log(spec.oci.linux?.resources?.memory?.limit); // 67108864
   * console.log(spec.by("linux.resources.memory.limit")); // "memory"
   * console.log(`${spec}`); // everything that is not containerd's default
   * ```
   */
  async spec(options: { signal?: AbortSignal } = {}): Promise<DescribedSpec> {
    const { describePlan } = await import("../create.ts");
    return await describePlan(this.context, this.plan, options.signal);
  }

  /**
   * What is dangerous about it: ways out of the container, ways to harm the host, limits that are
   * missing. Each comes with the method that asked for it.
   *
   * @returns What was found, the worst first.
   */
  async lint(options: { signal?: AbortSignal } = {}): Promise<ContainerWarning[]> {
    return (await this.spec(options)).lint();
  }

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
