/**
 * Containers that live: described first, then made.
 *
 * @module
 */
import { type ContainerPlan, EMPTY_PLAN, PlanBuilder } from "./container_plan.ts";
import { Container, type RunningContainer } from "./container.ts";
import { createContainer } from "./container_create.ts";
import type { Context } from "./context.ts";
import type { Image } from "./image.ts";
import { sweepOnce } from "./sweep.ts";

/** Describes a container. Every method returns a new builder; `create()` or `start()` makes it. */
export class ContainerBuilder extends PlanBuilder<ContainerBuilder> {
  readonly #context: Context;
  /** The plan so far. */
  protected override readonly plan: ContainerPlan;

  private constructor(context: Context, plan: ContainerPlan) {
    super();
    this.#context = context;
    this.plan = plan;
  }

  /** For {@linkcode Namespace.container}. */
  static of(context: Context, id: string | undefined): ContainerBuilder {
    return new ContainerBuilder(context, { ...EMPTY_PLAN, ...(id === undefined ? {} : { id }) });
  }

  /** A copy with another plan. */
  protected override clone(plan: ContainerPlan): ContainerBuilder {
    return new ContainerBuilder(this.#context, plan);
  }

  /** The image, or the name of one that is there. */
  image(image: Image | string): ContainerBuilder {
    return this.clone({ ...this.plan, image });
  }

  /**
   * Lets the container outlive this script. Without it, a container whose script is gone counts as
   * left behind, and the next script's sweep removes it.
   */
  keep(): ContainerBuilder {
    return this.clone({ ...this.plan, kept: true });
  }

  /**
   * Makes the container, without starting it.
   *
   * @throws {AlreadyExistsError} when the id is taken.
   * @throws {NotFoundError} when the image is not there.
   */
  async create(options: { signal?: AbortSignal } = {}): Promise<Container> {
    const made = await createContainer(this.#context, this.plan, options.signal);
    sweepOnce(this.#context);
    return new Container(this.#context, { ...made, owned: !this.plan.kept });
  }

  /**
   * Makes the container and starts its process. When that fails, nothing is left.
   *
   * @throws {StartError} when the process cannot be started.
   */
  async start(options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    const container = await this.create(options);
    try {
      return await container.start();
    } catch (error) {
      await container.remove().catch(() => {/* the first error counts */});
      throw error;
    }
  }
}
