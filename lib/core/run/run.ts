/**
 * Containers that run once: create, start, wait, clean up.
 *
 * @module
 */
import { type ContainerPlan, EMPTY_PLAN } from "../container/plan.ts";
import { PlanBuilder } from "../container/plan_builder.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { type LeafParts, mixProcessLeaf, PROCESS, type ProcessLeaf } from "../process/leaf.ts";
import type { ProcessOptions } from "../process/options.ts";
import { runMaker } from "./target.ts";

/** How to run, and in which form to get what is written: the methods of {@linkcode ProcessLeaf}. */
export interface RunBuilder extends ProcessLeaf<RunBuilder> {}

/**
 * A container that runs once. Every method returns a new builder; awaiting one runs it. When the
 * process has ended and its output is there, the result is; removing the container goes on behind,
 * and closing the client waits for it.
 *
 * A process that ends with another code than 0 throws an `ExitError`, unless
 * {@linkcode ProcessLeaf.noThrow} says otherwise.
 */
export class RunBuilder extends PlanBuilder<RunBuilder> {
  /**
   * The client's state, and the namespace.
   *
   * @ignore
   */
  protected override readonly context: Context;
  readonly #options: ProcessOptions;
  /** The plan so far. */
  protected override readonly plan: ContainerPlan;

  private constructor(context: Context, plan: ContainerPlan, options: ProcessOptions) {
    super();
    this.context = context;
    this.plan = plan;
    this.#options = options;
  }

  static {
    mixProcessLeaf(this.prototype);
  }

  /** For {@linkcode Namespace.run}. */
  static of(context: Context, image: Image | string): RunBuilder {
    return new RunBuilder(context, { ...EMPTY_PLAN, image }, { check: true });
  }

  /** A copy with another plan. */
  protected override clone(plan: ContainerPlan): RunBuilder {
    return new RunBuilder(this.context, plan, this.#options);
  }

  /**
   * What the methods of {@linkcode ProcessLeaf} need.
   *
   * @ignore
   */
  get [PROCESS](): LeafParts<RunBuilder> {
    return {
      context: this.context,
      maker: runMaker(this.context, this.plan),
      terminalMaker: runMaker(this.context, { ...this.plan, terminal: true }),
      options: this.#options,
      withOptions: (options) => new RunBuilder(this.context, this.plan, options),
      withWords: (words) => this.clone({ ...this.plan, entrypoint: [], args: words }),
    };
  }

  /** The container's id; random by default. */
  name(id: string): RunBuilder {
    return this.clone({ ...this.plan, id });
  }
}
