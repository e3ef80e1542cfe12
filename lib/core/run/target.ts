/**
 * The process of a container that runs once: made with its container, gone with it.
 *
 * @module
 */
import { createContainer, type MadeContainer } from "../container/create.ts";
import { discardContainer } from "../container/discard.ts";
import type { ContainerPlan } from "../container/plan.ts";
import type { Context } from "../context.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { withOomKilled } from "../process/oom.ts";
import { type ProcessMaker, type ProcessTarget, quoteWords } from "../process/target.ts";
import { sweepOnce } from "../session/sweep_once.ts";
import {
  createTask,
  deleteTask,
  endTask,
  killTask,
  startTask,
  type TaskIo,
  waitTask,
} from "../task/task.ts";
import { closeStdin, resizeTerminal } from "../task/terminal.ts";

/** How to make the process of a plan. */
export function runMaker(context: Context, plan: ContainerPlan): ProcessMaker {
  const words = plan.args ?? plan.entrypoint ?? [];
  return {
    what: words.length > 0 ? quoteWords(words) : "the image's command",
    terminal: plan.terminal ?? false,
    prepare: async (signal) => new RunTarget(context, await createContainer(context, plan, signal)),
  };
}

/** The process of a container that runs once. */
class RunTarget implements ProcessTarget {
  readonly #context: Context;
  readonly #container: MadeContainer;
  #pid = 0;

  constructor(context: Context, container: MadeContainer) {
    this.#context = context;
    this.#container = container;
  }

  get argv(): readonly string[] {
    return this.#container.argv;
  }

  get key(): string {
    return this.#context.key("container", this.#container.id);
  }

  async create(io: TaskIo): Promise<void> {
    const { id, mounts, argv } = this.#container;
    this.#pid = await createTask(this.#context, id, mounts, io, argv);
  }

  async start(): Promise<number> {
    await startTask(this.#context, this.#container.id, this.argv);
    // Now, so that it does not make the start wait.
    sweepOnce(this.#context);
    return this.#pid;
  }

  wait(signal?: AbortSignal): Promise<ExitStatus> {
    return waitTask(this.#context, this.#container.id, { signal });
  }

  complete(status: ExitStatus): Promise<ExitStatus> {
    return withOomKilled(this.#context, this.#container.id, status);
  }

  kill(signal: number): Promise<void> {
    return killTask(this.#context, this.#container.id, signal);
  }

  resize(size: { columns: number; rows: number }): Promise<void> {
    return resizeTerminal(this.#context, { containerId: this.#container.id }, size);
  }

  closeStdin(): Promise<void> {
    return closeStdin(this.#context, { containerId: this.#container.id });
  }

  delete(): Promise<void> {
    return deleteTask(this.#context, this.#container.id);
  }

  end(): Promise<void> {
    return endTask(this.#context, this.#container.id);
  }

  async discard(): Promise<void> {
    await discardContainer(this.#context, this.#container);
  }
}
