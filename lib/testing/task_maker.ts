/**
 * Makes the processes of the fake.
 *
 * @module
 */
import type { Any } from "@bufbuild/protobuf/wkt";
import { TaskExitSchema } from "../gen/containerd/events/task_pb.ts";
import type { Container } from "../gen/containerd/services/containers_pb.ts";
import { Status } from "../gen/containerd/types/task_pb.ts";
import type { Process } from "../oci/runtime_spec.ts";
import type { WireError } from "../rpc/wire_error.ts";
import { openOutputs, type ProcessIo } from "./process_io.ts";
import { ProcessState } from "./process_state.ts";
import { askScript, startFault } from "./run_script.ts";
import type { FakeState } from "./state.ts";
import { unknown } from "./status.ts";
import type { ExecState, Scripted, TaskState } from "./task_state.ts";

const RUNTIME = "io.containerd.runc.v2";

/** Makes the processes of the fake. */
export class TaskMaker {
  readonly #state: FakeState;

  /** @param state The daemon. */
  constructor(state: FakeState) {
    this.#state = state;
  }

  /** An error of shim or runtime. Before 2.0 the text says once more that there is no code. */
  fault(text: string): WireError {
    return unknown(this.#state.atLeast(2, 0) ? text : `${text}: unknown`);
  }

  /**
   * Makes a task.
   *
   * @param hasRootfs Whether there are any files, without which nothing can be executed.
   * @throws {WireError} when its process cannot be started.
   */
  async task(
    namespace: string,
    container: Container,
    io: ProcessIo,
    hasRootfs: boolean,
  ): Promise<TaskState> {
    const runtime = container.runtime?.name ?? "";
    if (runtime !== RUNTIME) {
      const binary = `containerd-shim-${runtime.split(".").slice(-2).join("-")}`;
      throw unknown(
        `failed to start shim: failed to resolve runtime path: runtime "${runtime}" binary not ` +
          `installed "${binary}": file does not exist`,
      );
    }
    const execs: TaskState["execs"] = new Map();
    const containerId = container.id;
    const init = this.#process(namespace, container, containerId, io, () => {
      // The kernel ends what is left in the PID namespace of a process that has ended.
      for (const { process } of execs.values()) {
        if (process.status === Status.RUNNING || process.status === Status.PAUSED) process.kill(9);
      }
    });
    init.pid = this.#state.nextPid();
    const spec = this.#processSpec(container.spec)?.process;
    const found = hasRootfs
      ? await this.#ask({ namespace, container, spec, process: init })
      : undefined;
    const fault = startFault(found?.scripted, spec?.args ?? []);
    if (!found || fault !== undefined) {
      throw this.fault(
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to " +
          `start container process: ${fault}`,
      );
    }
    return { containerId, init, outcome: found.scripted, execs };
  }

  /** Makes a further process. Its script is asked at its start. */
  exec(
    namespace: string,
    container: Container,
    execId: string,
    io: ProcessIo,
    spec: Any,
  ): ExecState {
    const process = this.#process(namespace, container, execId, io, () => {});
    const parsed = this.#json<Process>(spec);
    const ask = () => this.#ask({ namespace, container, execId, spec: parsed, process });
    return { process, args: parsed?.args ?? [], ask };
  }

  /** What a further process does. @throws {WireError} when it cannot be started. */
  async startable(exec: ExecState): Promise<{ scripted: Scripted }> {
    const found = await exec.ask();
    const fault = startFault(found?.scripted, exec.args);
    if (found && fault === undefined) return found;
    throw this.fault(
      `OCI runtime exec failed: exec failed: unable to start container process: ${fault}`,
    );
  }

  async #ask(of: Parameters<typeof askScript>[1]): ReturnType<typeof askScript> {
    try {
      return await askScript(this.#state, of);
    } catch (error) {
      this.#state.scriptErrors.push(error);
      throw this.fault(`the fake's onRun() handler failed: ${error}`);
    }
  }

  #process(
    namespace: string,
    container: Container,
    id: string,
    io: ProcessIo,
    onExit: () => void,
  ): ProcessState {
    const containerId = container.id;
    return new ProcessState({
      id,
      io,
      outputs: openOutputs(this.#state.host, io, container),
      onExit: ({ pid, exitStatus, exitedAt }) => {
        onExit();
        const event = { containerId, id, pid, exitStatus, exitedAt };
        this.#state.events.publish(namespace, "/tasks/exit", TaskExitSchema, event);
      },
      onError: (error) => this.#state.scriptErrors.push(error),
    });
  }

  #processSpec(spec: Any | undefined): { process?: Process } | undefined {
    return spec && this.#json<{ process?: Process }>(spec);
  }

  #json<T>({ value }: Any): T | undefined {
    try {
      return JSON.parse(new TextDecoder().decode(value)) as T;
    } catch (error) {
      throw this.fault(`failed to create shim task: cannot read the spec: ${error}`);
    }
  }
}
