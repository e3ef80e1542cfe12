/**
 * A process that is added to a running container.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { AlreadyExistsError, FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import type { Process } from "../../oci/runtime_spec.ts";
import type { TerminalSize } from "../../oci/spec_process.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { type ExecPlan, execProcess } from "./plan.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { withOomKilled } from "../process/oom.ts";
import { type ProcessMaker, type ProcessTarget, quoteWords } from "../process/target.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { startError } from "../process/start_error.ts";
import { START_TIMEOUT_MS, type TaskIo, waitTask } from "../task/task.ts";
import { closeStdin, type ProcessName, resizeTerminal, saysGone } from "../task/terminal.ts";

const SIGKILL = 9;

/** The container that processes are added to. */
export interface ExecContainer {
  /** Its id. */
  readonly id: string;
  /** The process id of its init on the daemon's host. */
  readonly pid: number;
}

/** How to make a process in a container. */
export function execMaker(
  context: Context,
  container: ExecContainer,
  plan: ExecPlan,
): ProcessMaker {
  return {
    what: quoteWords(plan.args),
    terminal: plan.terminal ?? false,
    prepare: async (signal) => {
      const { container: record } = await context.api.containers.get({ id: container.id }, {
        signal,
      });
      const base = record?.spec && unpackSpec(record.spec).process;
      if (!base) {
        throw new FailedPreconditionError(
          `Cannot run ${quoteWords(plan.args)} in container "${container.id}": its record has no ` +
            "process to take the environment from",
        );
      }
      const process = await execProcess(context, container, base, plan);
      throwIfAborted(signal, `starting ${quoteWords(plan.args)}`);
      const execId = `davit-${crypto.randomUUID().slice(0, 13)}`;
      return new ExecTarget(context, { containerId: container.id, execId }, process);
    },
  };
}

class ExecTarget implements ProcessTarget {
  readonly #context: Context;
  readonly #name: Required<ProcessName>;
  readonly #process: Process;

  constructor(context: Context, name: Required<ProcessName>, process: Process) {
    this.#context = context;
    this.#name = name;
    this.#process = process;
  }

  get argv(): readonly string[] {
    return this.#process.args ?? [];
  }

  get key(): string {
    return this.#context.key("exec", this.#name.execId);
  }

  async create(io: TaskIo): Promise<void> {
    const spec = packSpec(JSON_TYPES.process, this.#process);
    try {
      await this.#context.api.tasks.exec({ ...this.#name, ...io, spec }, {
        timeoutMs: CHANGE_TIMEOUT_MS,
      });
    } catch (error) {
      throw this.#explain(error);
    }
  }

  async start(): Promise<number> {
    try {
      const { pid } = await this.#context.api.tasks.start(this.#name, {
        timeoutMs: START_TIMEOUT_MS,
      });
      return pid;
    } catch (error) {
      throw this.#explain(startError(error, this.argv));
    }
  }

  /** The container's state, if that is what is in the way. */
  #explain(error: unknown): unknown {
    const { containerId } = this.#name;
    const refused = (why: string) =>
      new FailedPreconditionError(
        `Cannot run ${quoteWords(this.argv)} in container "${containerId}": ${why}`,
        { cause: error },
      );
    const text = String(error instanceof Error && error.cause ? error.cause : error);
    if (/paused/i.test(text)) return refused("it is paused; resume it first");
    const stopped =
      /no running task|container not running|stopped (state|container)|process already finished|cannot exec in a (deleted|stopped)|not running|init process is not running|container .* (is|was) (stopped|not running)/i
        .test(text) || (error instanceof NotFoundError && !(error instanceof AlreadyExistsError));
    return stopped ? refused("its process has ended; start it again first") : error;
  }

  wait(signal?: AbortSignal): Promise<ExitStatus> {
    const { containerId, execId } = this.#name;
    return waitTask(this.#context, containerId, { execId, signal });
  }

  complete(status: ExitStatus): Promise<ExitStatus> {
    return withOomKilled(this.#context, this.#name.containerId, status);
  }

  async kill(signal: number): Promise<void> {
    try {
      await this.#context.api.tasks.kill({ ...this.#name, signal }, {
        timeoutMs: CHANGE_TIMEOUT_MS,
      });
    } catch (error) {
      if (!saysGone(error)) throw error;
      throw new NotFoundError(
        `Cannot signal ${quoteWords(this.argv)} in container "${this.#name.containerId}": it has ` +
          "ended",
        { cause: error },
      );
    }
  }

  resize(size: TerminalSize): Promise<void> {
    return resizeTerminal(this.#context, this.#name, size);
  }

  closeStdin(): Promise<void> {
    return closeStdin(this.#context, this.#name);
  }

  async delete(): Promise<void> {
    try {
      await this.#context.api.tasks.deleteProcess(this.#name, { timeoutMs: TEARDOWN_TIMEOUT_MS });
    } catch (error) {
      if (!saysGone(error)) throw error;
    }
  }

  async end(): Promise<void> {
    const signal = AbortSignal.timeout(TEARDOWN_TIMEOUT_MS);
    const { containerId, execId } = this.#name;
    const ended = waitTask(this.#context, containerId, { execId, signal });
    ended.catch(() => {});
    try {
      await this.kill(SIGKILL);
      await ended;
    } catch (error) {
      // One that was never started cannot be signalled, and need not be.
      if (!saysGone(error) && !(error instanceof FailedPreconditionError)) throw error;
    }
    await this.delete();
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}
