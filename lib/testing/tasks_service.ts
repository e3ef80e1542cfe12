/**
 * The tasks of the fake: scripted processes.
 *
 * @module
 */
import {
  TaskCreateSchema,
  TaskDeleteSchema,
  TaskExecAddedSchema,
  TaskExecStartedSchema,
  TaskExitSchema,
  TaskPausedSchema,
  TaskResumedSchema,
  TaskStartSchema,
} from "../gen/containerd/events/task_pb.ts";
import type { DeleteResponseSchema, Tasks } from "../gen/containerd/services/tasks_pb.ts";
import { ProcessDetailsSchema } from "../gen/containerd/runc/options_pb.ts";
import { type ProcessSchema, Status } from "../gen/containerd/types/task_pb.ts";
import { MetricsSchema } from "../gen/cgroups/v2_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { packMessage } from "../api/any.ts";
import { StatusCode } from "../rpc/wire_error.ts";
import { containerOf } from "./containers_service.ts";
import { matcherOf, textField } from "./filter_match.ts";
import { sorted } from "./images_service.ts";
import type { ServiceHandlers } from "./router.ts";
import type { ProcessState } from "./process_state.ts";
import { type FakeState, now } from "./state.ts";
import { alreadyExists, failedPrecondition, notFound, required, status } from "./status.ts";
import { TaskMaker } from "./task_maker.ts";
import type { ExecState, TaskState } from "./task_state.ts";
import { checkIdentifierText } from "./validate.ts";

const STATUS_WORDS: Readonly<Record<Status, string>> = {
  [Status.UNKNOWN]: "unknown",
  [Status.CREATED]: "created",
  [Status.RUNNING]: "running",
  [Status.STOPPED]: "stopped",
  [Status.PAUSED]: "paused",
  [Status.PAUSING]: "pausing",
};

const MAX_SIGNAL = 64;

/** `containerd.services.tasks.v1.Tasks`. */
export function tasksService(state: FakeState): ServiceHandlers<typeof Tasks> {
  const maker = new TaskMaker(state);
  const taskOf = (namespace: string, id: string): TaskState => {
    containerOf(state, namespace, id);
    const task = state.peek(namespace).tasks.get(id);
    if (!task) throw status(StatusCode.NotFound, `task ${id} not found`);
    return task;
  };
  const execOf = (task: TaskState, execId: string): ExecState => {
    const exec = task.execs.get(execId);
    if (!exec) throw notFound(`process does not exist ${execId}`);
    return exec;
  };
  const processOf = (namespace: string, id: string, execId: string): ProcessState => {
    const task = taskOf(namespace, id);
    return execId === "" ? task.init : execOf(task, execId).process;
  };
  const publish = state.events.publish.bind(state.events);
  return {
    create: async (request, call) => {
      const { namespace } = call;
      const { containerId } = request;
      const container = containerOf(state, namespace, containerId);
      const { tasks } = state.open(namespace);
      if (tasks.has(containerId)) throw alreadyExists(`task ${containerId}`);
      const { stdin, stdout, stderr, terminal, rootfs } = request;
      const io = { stdin, stdout, stderr, terminal };
      const task = await maker.task(namespace, container, io, rootfs.length > 0);
      if (tasks.has(containerId)) throw alreadyExists(`task ${containerId}`);
      tasks.set(containerId, task);
      const { pid } = task.init;
      publish(namespace, "/tasks/create", TaskCreateSchema, {
        containerId,
        bundle: `/run/containerd/io.containerd.runtime.v2.task/${namespace}/${containerId}`,
        rootfs,
        io,
        pid,
      });
      return { containerId, pid };
    },
    start: async ({ containerId, execId }, call) => {
      const { namespace } = call;
      const task = taskOf(namespace, containerId);
      const process = execId === "" ? task.init : execOf(task, execId).process;
      if (process.status !== Status.CREATED) {
        throw maker.fault(`cannot start a ${STATUS_WORDS[process.status]} process`);
      }
      if (execId === "") {
        const { pid } = process;
        publish(namespace, "/tasks/start", TaskStartSchema, { containerId, pid });
        process.start(pid, task.outcome);
        return { pid };
      }
      const { scripted } = await maker.startable(execOf(task, execId));
      const pid = state.nextPid();
      publish(namespace, "/tasks/exec-started", TaskExecStartedSchema, {
        containerId,
        execId,
        pid,
      });
      process.start(pid, scripted);
      return { pid };
    },
    delete: ({ containerId }, call) => {
      const { namespace } = call;
      const { init } = taskOf(namespace, containerId);
      if (init.status !== Status.STOPPED && init.status !== Status.CREATED) {
        const word = STATUS_WORDS[init.status];
        throw maker.fault(`failed to delete task: cannot delete a ${word} process`);
      }
      state.peek(namespace).tasks.delete(containerId);
      if (init.status === Status.CREATED) {
        // It is killed, but its own code is not what Delete reports.
        const exit = {
          containerId,
          id: containerId,
          pid: init.pid,
          exitStatus: 137,
          exitedAt: now(),
        };
        publish(namespace, "/tasks/exit", TaskExitSchema, exit);
      }
      const how = { pid: init.pid, exitStatus: init.exitStatus, exitedAt: init.exitedAt };
      publish(namespace, "/tasks/delete", TaskDeleteSchema, { containerId, ...how });
      return how;
    },
    deleteProcess: ({ containerId, execId }, call) => {
      const task = taskOf(call.namespace, containerId);
      const { process } = execOf(task, execId);
      if (process.status === Status.RUNNING || process.status === Status.PAUSED) {
        throw maker.fault("cannot delete a running process");
      }
      task.execs.delete(execId);
      return endOf(process);
    },
    get: ({ containerId, execId }, call) => ({
      process: describe(processOf(call.namespace, containerId, execId)),
    }),
    list: (_, call) => ({
      tasks: sorted(state.peek(call.namespace).tasks).map(({ init }) => describe(init)),
    }),
    kill: ({ containerId, execId, signal, all }, call) => {
      const task = taskOf(call.namespace, containerId);
      const process = execId === "" ? task.init : execOf(task, execId).process;
      if (all && execId === "") {
        killExecs(task, signal);
        if (process.status === Status.STOPPED) return {};
      }
      if (process.status === Status.STOPPED) throw notFound("process already finished");
      if (execId !== "" && process.status === Status.CREATED) {
        throw failedPrecondition("process not created");
      }
      if (signal > MAX_SIGNAL) {
        throw maker.fault(
          "unknown error after kill: runc did not terminate successfully: exit status 1: " +
            "unable to signal init: invalid argument\n",
        );
      }
      process.kill(signal);
      return {};
    },
    exec: ({ containerId, execId, spec, stdin, stdout, stderr, terminal }, call) => {
      const { namespace } = call;
      const task = taskOf(namespace, containerId);
      if (execId === "") throw status(StatusCode.InvalidArgument, "exec id cannot be empty");
      checkIdentifierText(execId, `invalid exec id ${execId}: `);
      if (task.execs.has(execId)) throw alreadyExists(`id ${execId}`);
      const { status: now } = task.init;
      if (now !== Status.RUNNING && now !== Status.CREATED) {
        throw maker.fault(`cannot exec in a ${STATUS_WORDS[now]} state`);
      }
      const container = containerOf(state, namespace, containerId);
      const io = { stdin, stdout, stderr, terminal };
      task.execs.set(execId, maker.exec(namespace, container, execId, io, required(spec, "spec")));
      publish(namespace, "/tasks/exec-added", TaskExecAddedSchema, { containerId, execId });
      return {};
    },
    resizePty: ({ containerId, execId }, call) => {
      processOf(call.namespace, containerId, execId);
      return {};
    },
    closeIO: ({ containerId, execId, stdin }, call) => {
      const { io } = processOf(call.namespace, containerId, execId);
      if (stdin) state.host.closeInput(io.stdin);
      return {};
    },
    pause: ({ containerId }, call) => {
      const { namespace } = call;
      const { init, execs } = taskOf(namespace, containerId);
      if (init.status === Status.CREATED) throw maker.fault("cannot pause task in created state");
      if (init.status !== Status.RUNNING) {
        throw maker.fault(`cannot pause a ${STATUS_WORDS[init.status]} container`);
      }
      init.pause();
      for (const { process } of execs.values()) {
        if (process.status === Status.RUNNING) process.pause();
      }
      publish(namespace, "/tasks/paused", TaskPausedSchema, { containerId });
      return {};
    },
    resume: ({ containerId }, call) => {
      const { namespace } = call;
      const { init, execs } = taskOf(namespace, containerId);
      if (init.status === Status.CREATED) throw maker.fault("cannot resume task in created state");
      if (init.status === Status.STOPPED) throw maker.fault("cannot resume a stopped container");
      if (init.status !== Status.PAUSED) throw maker.fault("cannot resume a running process");
      init.resume();
      for (const { process } of execs.values()) {
        if (process.status === Status.PAUSED) process.resume();
      }
      publish(namespace, "/tasks/resumed", TaskResumedSchema, { containerId });
      return {};
    },
    listPids: ({ containerId }, call) => {
      const { init, execs } = taskOf(call.namespace, containerId);
      if (init.status === Status.STOPPED) return { processes: [] };
      const live = [...execs].filter(([, { process }]) => isLive(process));
      return {
        processes: [
          { pid: init.pid },
          ...live.map(([execId, { process }]) => ({
            pid: process.pid,
            info: packMessage(ProcessDetailsSchema, { execId }),
          })),
        ],
      };
    },
    checkpoint: ({ containerId }, call) => {
      taskOf(call.namespace, containerId);
      // As on a machine where it cannot be done.
      throw maker.fault(
        "runc did not terminate successfully: exit status 1: criu failed: type DUMP errno 0",
      );
    },
    update: ({ containerId, resources }, call) => {
      taskOf(call.namespace, containerId);
      required(resources, "resources");
      return {};
    },
    metrics: ({ filters }, call) => {
      const { namespace } = call;
      const matches = matcherOf<TaskState>(
        filters,
        ({ containerId }, [field]) =>
          textField(field === "id" ? containerId : field === "namespace" ? namespace : ""),
      );
      const tasks = sorted(state.peek(namespace).tasks).filter(({ init }) => isLive(init));
      return {
        metrics: tasks.filter(matches).map(({ containerId: id, execs }) => {
          const live = [...execs.values()].filter(({ process }) => isLive(process));
          const pids = { current: BigInt(1 + live.length) };
          return { timestamp: now(), id, data: packMessage(MetricsSchema, { pids }) };
        }),
      };
    },
    wait: async ({ containerId, execId }, call) => {
      const process = processOf(call.namespace, containerId, execId);
      await process.exited;
      return { exitStatus: process.exitStatus, exitedAt: process.exitedAt };
    },
  };
}

function isLive({ status }: ProcessState): boolean {
  return status === Status.RUNNING || status === Status.PAUSED;
}

/** Signals the further processes of a task. */
function killExecs({ execs }: TaskState, signal: number): void {
  for (const { process } of execs.values()) if (isLive(process)) process.kill(signal);
}

function describe(
  { id, pid, status, io, exitStatus, exitedAt }: ProcessState,
): MessageInitShape<typeof ProcessSchema> {
  return { id, pid, status, ...io, exitStatus, exitedAt };
}

function endOf(
  { id, pid, exitStatus, exitedAt }: ProcessState,
): MessageInitShape<typeof DeleteResponseSchema> {
  return { id, pid, exitStatus, exitedAt };
}
