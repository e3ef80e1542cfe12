/**
 * Containers that run once: create, start, wait, clean up.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";
import { type Duration, parseDuration } from "../oci/durations.ts";
import { type ShellValue, shTemplate } from "../oci/quote.ts";
import type { Spec } from "../oci/runtime_spec.ts";
import { type ContainerPlan, EMPTY_PLAN, PlanBuilder } from "./container_plan.ts";
import { buildSpec } from "./container_spec.ts";
import type { Context } from "./context.ts";
import type { Image } from "./image.ts";
import { Images } from "./images.ts";
import { execute, type RunOptions } from "./run_execute.ts";
import type { RunResult } from "./run_result.ts";

/**
 * A container that runs once. Every method returns a new builder; awaiting one runs it. When the
 * process has ended and its output is there, the result is; removing the container goes on behind,
 * and closing the client waits for it.
 *
 * A process that ends with another code than 0 throws an `ExitError`, unless
 * {@linkcode RunBuilder.noThrow} says otherwise.
 */
export class RunBuilder extends PlanBuilder<RunBuilder> implements PromiseLike<RunResult> {
  readonly #context: Context;
  readonly #options: RunOptions;
  /** The plan so far. */
  protected override readonly plan: ContainerPlan;

  private constructor(context: Context, plan: ContainerPlan, options: RunOptions) {
    super();
    this.#context = context;
    this.plan = plan;
    this.#options = options;
  }

  /** For {@linkcode Namespace.run}. */
  static of(context: Context, image: Image | string): RunBuilder {
    return new RunBuilder(context, { ...EMPTY_PLAN, image }, { check: true });
  }

  /** A copy with another plan. */
  protected override clone(plan: ContainerPlan): RunBuilder {
    return new RunBuilder(this.#context, plan, this.#options);
  }

  #set(options: Partial<RunOptions>): RunBuilder {
    return new RunBuilder(this.#context, this.plan, { ...this.#options, ...options });
  }

  /** The container's id; random by default. */
  name(id: string): RunBuilder {
    return this.clone({ ...this.plan, id });
  }

  /**
   * Runs a script with the image's `/bin/sh`. What is interpolated is quoted, always: it arrives as
   * one word, whatever is in it; an array arrives as several.
   */
  sh(strings: TemplateStringsArray, ...values: ShellValue[]): RunBuilder {
    const script = shTemplate(strings, ...values);
    return this.clone({ ...this.plan, entrypoint: [], args: ["/bin/sh", "-c", script] });
  }

  /** What the process reads from standard input, then end of file. Nothing by default. */
  stdin(data: string | Uint8Array): RunBuilder {
    return this.#set({ stdin: typeof data === "string" ? new TextEncoder().encode(data) : data });
  }

  /** How long the process may run, such as `"30s"` or milliseconds. Then it is killed. */
  timeout(limit: Duration): RunBuilder {
    const timeoutMs = parseDuration(limit);
    if (timeoutMs <= 0) throw new InvalidArgumentError(`Cannot use "${limit}" as timeout`);
    return this.#set({ timeoutMs });
  }

  /** Kills the process and cleans up when `signal` aborts. */
  signal(signal: AbortSignal): RunBuilder {
    const signals = [this.#options.signal, signal].filter((s) => s !== undefined);
    return this.#set({ signal: signals.length === 1 ? signal : AbortSignal.any(signals) });
  }

  /** Returns results with any exit code, rather than throwing. */
  noThrow(): RunBuilder {
    return this.#set({ check: false });
  }

  /** The OCI spec that would be used, without running anything. Users are not looked up yet. */
  async spec(): Promise<Spec> {
    const image = typeof this.plan.image === "string"
      ? await new Images(this.#context).get(this.plan.image)
      : this.plan.image!;
    const { config } = await image.resolve();
    const id = this.plan.id ?? "davit-spec";
    return buildSpec(this.plan, config, { id, namespace: this.#context.namespace }).spec;
  }

  /** Runs it: what `await` calls. */
  then<A = RunResult, B = never>(
    fulfilled?: ((result: RunResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return execute(this.#context, this.plan, this.#options).then(fulfilled, rejected);
  }

  /** Runs it. Standard output as text, without line ends at its end. */
  async text(): Promise<string> {
    return (await this).stdout.replace(/(\r?\n)+$/, "");
  }

  /** Runs it. Standard output line by line. */
  async lines(): Promise<string[]> {
    const text = (await this).stdout;
    return text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  }

  /**
   * Runs it. Standard output as JSON.
   *
   * @typeParam T What the caller expects; nothing checks it.
   * @throws {InvalidArgumentError} when the output is not JSON.
   */
  async json<T = unknown>(): Promise<T> {
    const { stdout, argv } = await this;
    try {
      return JSON.parse(stdout);
    } catch (cause) {
      const start = JSON.stringify(stdout.slice(0, 80));
      throw new InvalidArgumentError(
        `Cannot read the output of ${JSON.stringify(argv)} as JSON: it starts with ${start}`,
        { cause },
      );
    }
  }

  /** Runs it. Standard output as it came. */
  async bytes(): Promise<Uint8Array> {
    return (await this).stdoutBytes;
  }

  /** Runs it. The exit code, whatever it is. */
  async exitCode(): Promise<number> {
    return (await this.noThrow()).exitCode;
  }
}
