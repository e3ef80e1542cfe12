/**
 * Processes that are added to a running container.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { mergeEnv } from "../../oci/env.ts";
import type { CapabilityName } from "../../oci/capabilities.ts";
import type { SpecOption } from "../../oci/spec_option.ts";
import {
  checkAbsolute,
  type RlimitValue,
  withNoNewPrivileges,
  withRlimit,
} from "../../oci/spec_process.ts";
import { withCapabilities } from "../../oci/spec_security.ts";
import { checkGroups, readEnvFile } from "../container/options/process.ts";
import type { Context } from "../context.ts";
import type { ExecPlan } from "./plan.ts";
import { type ExecContainer, execMaker } from "./target.ts";
import { type LeafParts, PROCESS, ProcessLeaf } from "../process/leaf.ts";
import type { ProcessOptions } from "../process/options.ts";

/**
 * A process to add to a running container. Every method that describes returns a new builder;
 * awaiting one runs the process. It has the container's environment, user, working directory,
 * capabilities and limits, unless they are changed here.
 *
 * When the container is not running, a `FailedPreconditionError` is thrown; when the command, the
 * user or the working directory does not exist, a `StartError` or `NotFoundError`.
 */
export class ExecBuilder extends ProcessLeaf<ExecBuilder> {
  readonly #context: Context;
  readonly #container: ExecContainer;
  readonly #plan: ExecPlan;
  readonly #options: ProcessOptions;

  private constructor(
    context: Context,
    container: ExecContainer,
    plan: ExecPlan,
    options: ProcessOptions,
  ) {
    super();
    this.#context = context;
    this.#container = container;
    this.#plan = plan;
    this.#options = options;
  }

  /** For {@linkcode RunningContainer.exec}. */
  static of(context: Context, container: ExecContainer, args: readonly string[]): ExecBuilder {
    return new ExecBuilder(context, container, { args: [...args], env: {} }, { check: true });
  }

  /**
   * What the methods of {@linkcode ProcessLeaf} need.
   *
   * @ignore
   */
  override get [PROCESS](): LeafParts<ExecBuilder> {
    return {
      context: this.#context,
      maker: execMaker(this.#context, this.#container, this.#plan),
      terminalMaker: execMaker(this.#context, this.#container, {
        ...this.#plan,
        terminal: true,
      }),
      options: this.#options,
      withOptions: (options) =>
        new ExecBuilder(this.#context, this.#container, this.#plan, options),
      withWords: (words) => this.#with({ args: words }),
    };
  }

  #with(plan: Partial<ExecPlan>): ExecBuilder {
    const changed = { ...this.#plan, ...plan };
    return new ExecBuilder(this.#context, this.#container, changed, this.#options);
  }

  /** Program and arguments. A program without a `/` is looked up in the container's `PATH`. */
  command(...args: string[]): ExecBuilder {
    if (args.length === 0) throw new InvalidArgumentError("Cannot use a command without words");
    return this.#with({ args });
  }

  /** Environment variables, over those of the container and earlier ones. */
  env(variables: Readonly<Record<string, string | undefined>>): ExecBuilder {
    mergeEnv([], variables);
    return this.#with({ env: { ...this.#plan.env, ...variables } });
  }

  /**
   * Environment variables from a file of this machine in Docker's format, read now; see
   * {@linkcode RunBuilder.envFile}.
   *
   * @throws {InvalidArgumentError} when it cannot be read, or a line of it has no name.
   */
  envFile(path: string): ExecBuilder {
    return this.env(readEnvFile(path));
  }

  /** The working directory, an absolute path inside; the container's by default. */
  cwd(path: string): ExecBuilder {
    checkAbsolute(path, "working directory");
    return this.#with({ cwd: path });
  }

  /**
   * Who runs it: `user`, `uid`, `user:group` or `uid:gid`; the container's by default. Names are
   * looked up in the container's files as they are now.
   */
  user(user: string | number): ExecBuilder {
    return this.#with({ user: `${user}` });
  }

  /** Further groups of the process, by the container's names as they are now, or by number. */
  groups(...groups: (string | number)[]): ExecBuilder {
    const all = [...this.#plan.groups ?? [], ...checkGroups(groups)];
    return this.#with({ groups: all });
  }

  /**
   * Adds capabilities to those of the container's process, and drops some; see capabilities(7).
   *
   * @throws {InvalidArgumentError} when there is no such capability.
   */
  capabilities(
    change: { readonly add?: readonly CapabilityName[]; readonly drop?: readonly CapabilityName[] },
  ): ExecBuilder {
    return this.#edit(withCapabilities(change));
  }

  /** Whether programs with a set-user-id bit or file capabilities give nothing. */
  noNewPrivileges(on: boolean = true): ExecBuilder {
    return this.#edit(withNoNewPrivileges(on));
  }

  /**
   * A limit of the process, see getrlimit(2); the container's by default.
   *
   * @throws {InvalidArgumentError} when there is no such limit, or soft is above hard.
   */
  ulimit(name: string, value: RlimitValue | number | "unlimited"): ExecBuilder {
    return this.#edit(withRlimit(name, value === "unlimited" ? { soft: value } : value));
  }

  #edit(edit: SpecOption): ExecBuilder {
    return this.#with({ edits: [...this.#plan.edits ?? [], edit] });
  }

  /** Gives the process a terminal: one output stream, with `\r\n` line ends. */
  tty(on: boolean = true): ExecBuilder {
    return this.#with({ terminal: on });
  }

  /**
   * Gives the process every capability that the daemon has itself, and takes AppArmor's profile and `no_new_privileges` off.
   * The container's namespaces, devices, mounts and seccomp filter stay, as with Docker.
   */
  privileged(on: boolean = true): ExecBuilder {
    return this.#with({ privileged: on });
  }

  /**
   * Starts the process and leaves it alone: it goes on when this script has ended, until it ends
   * itself or its container does. Nobody gets its output or its exit code.
   *
   * @returns Its process id on the daemon's host.
   * @throws {StartError} when it cannot be started.
   * @throws {FailedPreconditionError} when the container does not run.
   */
  async detach(options: { signal?: AbortSignal } = {}): Promise<number> {
    const { detachExec } = await import("./detach.ts");
    const { stdin, stdout, stderr, timeoutMs } = this.#options;
    if (stdin || stdout || stderr || timeoutMs !== undefined) {
      throw new InvalidArgumentError(
        "Cannot detach from a process with stdin(), stdout(), stderr() or timeout(): nobody would " +
          "be there for them",
      );
    }
    const signals = [this.#options.signal, options.signal].filter((signal) => signal !== undefined);
    return await detachExec(this.#context, this[PROCESS].maker, AbortSignal.any(signals));
  }

  /** Applies a function to this builder: how users extend a chain. */
  with<R>(extend: (builder: this) => R): R {
    return extend(this);
  }
}
