/**
 * Containers that live: described first, then made.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { type ShellValue, shTemplate } from "../../oci/quote.ts";
import { RESTART_LOG_LABEL, RESTART_POLICY_LABEL } from "./labels.ts";
import { type ContainerPlan, EMPTY_PLAN, type RestartPolicy } from "./plan.ts";
import { PlanBuilder } from "./plan_builder.ts";
import { CreatedContainer } from "./idle.ts";
import type { RunningContainer } from "./running.ts";
import { ContainerHandle } from "./handle.ts";
import { stdinLabels } from "../attach/stdin.ts";
import { createContainer, randomId } from "./create.ts";
import type { Context } from "../context.ts";
import {
  formatHealthPlan,
  type HealthCheck,
  HEALTHCHECK_LABEL,
  healthPlan,
} from "../health/config.ts";
import type { Image } from "../image/image.ts";
import { LOG_URI_LABEL, logLabels, type LogLimits, logOptions } from "../logs/setup.ts";
import { markWithoutNetwork } from "../network/none.ts";
import { sweepOnce } from "../session/sweep_once.ts";

/** Describes a container. Every method returns a new builder; `create()` or `start()` makes it. */
export class ContainerBuilder extends PlanBuilder<ContainerBuilder> {
  /**
   * The client's state, and the namespace.
   *
   * @ignore
   */
  protected override readonly context: Context;
  /** The plan so far. */
  protected override readonly plan: ContainerPlan;

  private constructor(context: Context, plan: ContainerPlan) {
    super();
    this.context = context;
    this.plan = plan;
  }

  /** For {@linkcode Namespace.container}. */
  static of(context: Context, id: string | undefined): ContainerBuilder {
    return new ContainerBuilder(context, { ...EMPTY_PLAN, ...(id === undefined ? {} : { id }) });
  }

  /** A copy with another plan. */
  protected override clone(plan: ContainerPlan): ContainerBuilder {
    return new ContainerBuilder(this.context, plan);
  }

  /** The image, or the name of one that is there. */
  image(image: Image | string): ContainerBuilder {
    return this.clone({ ...this.plan, image });
  }

  /**
   * Runs a script with the image's `/bin/sh`. What is interpolated is quoted, always: it arrives as
   * one word, whatever is in it; an array arrives as several.
   */
  sh(strings: TemplateStringsArray, ...values: ShellValue[]): ContainerBuilder {
    const script = shTemplate(strings, ...values);
    return this.clone({ ...this.plan, entrypoint: [], args: ["/bin/sh", "-c", script] });
  }

  /**
   * Lets the container outlive this script. Without it, a container whose script is gone counts as
   * left behind, and the next script's sweep removes it.
   */
  keep(): ContainerBuilder {
    return this.clone({ ...this.plan, kept: true });
  }

  /**
   * How to tell whether the container is well, in place of what its image says; `false` for not at
   * all. It is kept on the container as Docker and nerdctl keep it. Nothing is probed before someone
   * asks by `health()` or `until("healthy")`.
   *
   * @throws {InvalidArgumentError} when a port, a time or a count is out of range.
   */
  healthcheck(check: HealthCheck | false): ContainerBuilder {
    const value = check ? formatHealthPlan(healthPlan(check)) : JSON.stringify({ Test: ["NONE"] });
    return this.labels({ [HEALTHCHECK_LABEL]: value });
  }

  /**
   * Keeps standard input open, so that `attach()` can write to it, from this script or a later one.
   * It takes a terminal ({@linkcode ContainerBuilder.tty}): what writes the log leaves containers
   * without one no input. Needs `--allow-run=mkfifo` at the start.
   */
  openStdin(): ContainerBuilder {
    return this.clone({ ...this.plan, openStdin: true });
  }

  /**
   * How the container's output is kept, for `logs()` and `attach()`, from every start until the
   * container is removed: by default in files of at most 100 MiB in all, in the format of Docker's
   * json-file driver, where nerdctl looks for them. A small process of the daemon's host writes them
   * (Perl where it is there, else awk), whether this script lives or not; the container waits for it
   * when it writes more than some 30 MB/s.
   *
   * @param limits How much is kept; `false` for nothing: output is dropped then.
   * @throws {InvalidArgumentError} when a limit is out of range.
   */
  logs(limits: LogLimits | false): ContainerBuilder {
    return this.clone({ ...this.plan, logs: limits && logOptions(limits) });
  }

  /**
   * Has the daemon start it again when its process ends, whether this script lives or not: it looks
   * every 10 s. `stop()` and `remove()` say so to it first. Its log goes on.
   *
   * @param policy `"always"`; `"unless-stopped"`, the same but for one that was stopped before the
   * daemon was; `"on-failure"` for exit codes other than 0, with a number at most that often; `"no"`.
   * @throws {InvalidArgumentError} when it is none of these. Later: `UnsupportedError` when the daemon
   * keeps no such policy: containerd 1.6 has `"always"` alone.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace().container("web").image("web:1").keep().restart("on-failure:3").start();
   * ```
   */
  restart(policy: RestartPolicy): ContainerBuilder {
    if (!/^(?:no|always|unless-stopped|on-failure(?::[1-9]\d*)?)$/.test(policy)) {
      throw new InvalidArgumentError(
        `Cannot restart ${JSON.stringify(policy)}: use "always", "unless-stopped", "on-failure", ` +
          '"on-failure:3" or "no"',
      );
    }
    return this.clone({ ...this.plan, restart: policy });
  }

  /**
   * Makes the container, without starting it.
   *
   * @throws {AlreadyExistsError} when the id is taken.
   * @throws {NotFoundError} when the image is not there.
   */
  create(options: { signal?: AbortSignal } = {}): Promise<CreatedContainer> {
    return this.context.session.whileOpen(options, ({ signal }) => this.#create(signal));
  }

  async #create(signal: AbortSignal): Promise<CreatedContainer> {
    const id = this.plan.id ?? randomId();
    if (this.plan.openStdin && !this.plan.terminal) {
      throw new InvalidArgumentError(
        `Cannot keep standard input of container "${id}" open without a terminal; add tty()`,
      );
    }
    const logs = this.plan.logs ?? logOptions();
    const network = markWithoutNetwork(id, this.plan.steps);
    const restart = this.plan.restart && this.plan.restart !== "no"
      ? await restartLabels(this.context, this.plan.restart)
      : {};
    const labels: Record<string, string> = {
      ...network.labels,
      ...restart,
      ...logs && await logLabels(this.context, id, {
        ...logs,
        terminal: this.plan.terminal,
        // Others may start what is kept.
        makesFolder: this.plan.kept,
      }),
      ...this.plan.openStdin && await stdinLabels(this.context, id),
      ...this.plan.labels,
    };
    const log = labels[LOG_URI_LABEL];
    if (RESTART_POLICY_LABEL in labels && log) labels[RESTART_LOG_LABEL] ??= log;
    const plan = { ...this.plan, id, labels, steps: network.steps };
    const made = await createContainer(this.context, plan, signal);
    sweepOnce(this.context);
    return new CreatedContainer(
      new ContainerHandle(this.context, {
        ...made,
        terminal: made.spec.process?.terminal ?? false,
        owned: !this.plan.kept,
      }),
    );
  }

  /**
   * Makes the container and starts its process. When that fails, nothing is left.
   *
   * @throws {StartError} when the process cannot be started.
   */
  async start(options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    const container = await this.create(options);
    try {
      return await container.start(options);
    } catch (error) {
      await container.remove().catch(() => {/* the first error counts */});
      throw error;
    }
  }
}

async function restartLabels(
  context: Context,
  policy: RestartPolicy,
): Promise<Record<string, string>> {
  const { restartLabels } = await import("./restart_policy.ts");
  return await restartLabels(context, policy);
}
