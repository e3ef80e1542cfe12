/** Tasks and further processes. @module */
import { assert, assertEquals } from "@std/assert";
import { JSON_TYPES, packSpec, unpackMessage } from "../../../lib/api/any.ts";
import type { Api } from "../../../lib/api/api.ts";
import { ProcessDetailsSchema } from "../../../lib/gen/containerd/runc/options_pb.ts";
import { NotFoundError } from "../../../lib/errors/errors.ts";
import { TaskExitSchema } from "../../../lib/gen/containerd/events/task_pb.ts";
import type { Envelope } from "../../../lib/gen/containerd/types/envelope_pb.ts";
import { Status } from "../../../lib/gen/containerd/types/task_pb.ts";
import {
  assertFails,
  type ConformanceCase,
  Listening,
  runtimeText,
  type Subject,
  uniqueId,
} from "./case.ts";

const SIGTERM = 15, SIGKILL = 9;

/** A container without a task, which is removed at the end with all that it has. */
class TestContainer implements AsyncDisposable {
  readonly api: Api;
  readonly id: string;
  readonly mounts: Awaited<ReturnType<Api["snapshots"]["mounts"]>>["mounts"];

  constructor(api: Api, id: string, mounts: TestContainer["mounts"]) {
    this.api = api;
    this.id = id;
    this.mounts = mounts;
  }

  static async make({ ns, image }: Subject, ...command: string[]): Promise<TestContainer> {
    const id = uniqueId("t");
    await ns.container(id).image(await image()).command(...command).keep().create();
    const { mounts } = await ns.api.snapshots.mounts({ snapshotter: "overlayfs", key: id });
    return new TestContainer(ns.api, id, mounts);
  }

  /** Its task, set up. */
  create() {
    return this.api.tasks.create({ containerId: this.id, rootfs: this.mounts });
  }

  async status(execId = ""): Promise<Status | undefined> {
    const { process } = await this.api.tasks.get({ containerId: this.id, execId });
    return process?.status;
  }

  exec(execId: string, ...args: string[]) {
    const spec = packSpec(JSON_TYPES.process, {
      args,
      cwd: "/",
      user: { uid: 0, gid: 0 },
      env: ["PATH=/bin"],
    });
    return this.api.tasks.exec({ containerId: this.id, execId, spec });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const containerId = this.id;
    const { tasks, containers, snapshots } = this.api;
    const { tasks: all } = await tasks.list({});
    if (all.some(({ id }) => id === containerId)) {
      await tasks.kill({ containerId, signal: SIGKILL, all: true }).catch(() => {});
      await tasks.wait({ containerId }).catch(() => {});
      await tasks.delete({ containerId });
    }
    await containers.delete({ id: containerId });
    // Without its container it is garbage, and may be gone already.
    await snapshots.remove({ snapshotter: "overlayfs", key: containerId }).catch((error) => {
      if (!(error instanceof NotFoundError)) throw error;
    });
  }
}

export const taskCases: readonly ConformanceCase[] = [
  {
    name: "tasks: without a container, or a task",
    async run({ ns }) {
      const { tasks, containers } = ns.api;
      const id = uniqueId("t");
      const spec = packSpec(JSON_TYPES.spec, { ociVersion: "1.0.2" });
      const task = { containerId: id };
      const calls: (() => Promise<unknown>)[] = [
        () => tasks.start(task),
        () => tasks.get(task),
        () => tasks.kill({ ...task, signal: SIGKILL }),
        () => tasks.delete(task),
        () => tasks.wait(task),
        () => tasks.pause(task),
        () => tasks.resume(task),
        () => tasks.listPids(task),
        () => tasks.closeIO({ ...task, stdin: true }),
        () => tasks.resizePty({ ...task, width: 80, height: 24 }),
        () => tasks.exec({ ...task, execId: "e", spec }),
        () => tasks.deleteProcess({ ...task, execId: "e" }),
      ];
      for (const call of [...calls, () => tasks.create(task)]) {
        await assertFails(
          call(),
          `not_found: container "${id}" in namespace "${ns.name}": not found`,
        );
      }
      const runtime = { name: "foo.bar" };
      await containers.create({ container: { id, runtime, spec } });
      for (const call of calls) await assertFails(call(), `not_found: task ${id} not found`);
      await assertFails(
        tasks.create(task),
        /^unknown: failed to start shim: .*runtime "foo.bar" binary not installed "containerd-shim-foo-bar"/,
      );
      assertEquals((await tasks.list({})).tasks, []);
      assertEquals((await tasks.metrics({})).metrics, []);
      await containers.delete({ id });
    },
  },
  {
    name: "tasks: created, running, ended, deleted",
    async run(subject) {
      const { version } = subject;
      await using container = await TestContainer.make(subject, "sleep", "1000");
      const { tasks } = container.api;
      const task = { containerId: container.id };
      const text = (value: string) => runtimeText(version, value);
      assert((await container.create()).pid > 0);
      await assertFails(
        container.create(),
        `already_exists: task ${container.id}: already exists`,
      );
      assertEquals(await container.status(), Status.CREATED);
      await assertFails(tasks.pause(task), text("cannot pause task in created state"));
      await assertFails(tasks.resume(task), text("cannot resume task in created state"));
      await tasks.kill({ ...task, signal: 0 });
      const ended = tasks.wait(task);
      const { pid } = await tasks.start(task);
      assertEquals(await container.status(), Status.RUNNING);
      await assertFails(tasks.start(task), text("cannot start a running process"));
      await assertFails(
        tasks.delete(task),
        text("failed to delete task: cannot delete a running process"),
      );
      const { tasks: listed } = await tasks.list({});
      assertEquals(listed.map((it) => [it.id, it.containerId, it.pid]), [[container.id, "", pid]]);
      const { metrics } = await tasks.metrics({ filters: [`id==${container.id}`] });
      assertEquals(metrics.map(({ id }) => id), [container.id]);
      assertEquals((await tasks.metrics({ filters: ["id==no"] })).metrics, []);
      await assertFails(
        tasks.kill({ ...task, signal: 99 }),
        /^unknown: unknown error after kill: .*invalid argument/,
      );
      // The kernel keeps signals without a handler from the init of a PID namespace.
      await tasks.kill({ ...task, signal: SIGTERM });
      assertEquals(await container.status(), Status.RUNNING);
      await tasks.kill({ ...task, signal: SIGKILL });
      assertEquals((await ended).exitStatus, 137);
      assertEquals((await tasks.wait(task)).exitStatus, 137);
      assertEquals(await container.status(), Status.STOPPED);
      await assertFails(
        tasks.kill({ ...task, signal: SIGKILL }),
        "not_found: process already finished: not found",
      );
      await tasks.kill({ ...task, signal: SIGKILL, all: true });
      await assertFails(tasks.pause(task), text("cannot pause a stopped container"));
      await assertFails(tasks.resume(task), text("cannot resume a stopped container"));
      await assertFails(tasks.start(task), text("cannot start a stopped process"));
      await assertFails(container.exec("e", "true"), text("cannot exec in a stopped state"));
      assertEquals((await tasks.listPids(task)).processes, []);
      const deleted = await tasks.delete(task);
      assertEquals([deleted.id, deleted.pid, deleted.exitStatus], ["", pid, 137]);
      await assertFails(tasks.delete(task), `not_found: task ${container.id} not found`);
    },
  },
  {
    name: "tasks: deleted or killed before the start",
    async run(subject) {
      await using container = await TestContainer.make(subject, "sleep", "1000");
      const { tasks } = container.api;
      const task = { containerId: container.id };
      await container.create();
      assertEquals((await tasks.delete(task)).exitStatus, 0);
      await container.create();
      await tasks.kill({ ...task, signal: SIGKILL });
      assertEquals((await tasks.wait(task)).exitStatus, 137);
      assertEquals(await container.status(), Status.STOPPED);
      assertEquals((await tasks.delete(task)).exitStatus, 137);
    },
  },
  {
    name: "tasks: a command that is not there",
    async run(subject) {
      await using container = await TestContainer.make(subject, "no-such-command");
      const text = "failed to create shim task: OCI runtime create failed: runc create failed: " +
        'unable to start container process: exec: "no-such-command": executable file not found in ' +
        "$PATH";
      await assertFails(container.create(), runtimeText(subject.version, text));
      await assertFails(container.status(), `not_found: task ${container.id} not found`);
      // Without a file system nothing is there.
      await assertFails(
        container.api.tasks.create({ containerId: container.id }),
        runtimeText(subject.version, text),
      );
    },
  },
  {
    name: "tasks: paused and resumed",
    async run(subject) {
      await using container = await TestContainer.make(subject, "sleep", "1000");
      const { tasks } = container.api;
      const task = { containerId: container.id };
      const text = (value: string) => runtimeText(subject.version, value);
      await container.create();
      await tasks.start(task);
      await assertFails(tasks.resume(task), text("cannot resume a running process"));
      await tasks.pause(task);
      assertEquals(await container.status(), Status.PAUSED);
      await assertFails(tasks.pause(task), text("cannot pause a paused container"));
      await assertFails(container.exec("e", "true"), text("cannot exec in a paused state"));
      await assertFails(
        tasks.delete(task),
        text("failed to delete task: cannot delete a paused process"),
      );
      await tasks.resume(task);
      assertEquals(await container.status(), Status.RUNNING);
    },
  },
  {
    name: "execs: from their description to their deletion",
    async run(subject) {
      await using container = await TestContainer.make(subject, "sleep", "1000");
      const { tasks } = container.api;
      const { id: containerId } = container;
      const exec = { containerId, execId: "e" };
      const text = (value: string) => runtimeText(subject.version, value);
      await container.create();
      await tasks.start({ containerId });
      await assertFails(container.exec("", "true"), "invalid_argument: exec id cannot be empty");
      await assertFails(
        container.exec("a/b", "true"),
        /^invalid_argument: invalid exec id a\/b: identifier "a\/b" must match/,
      );
      await container.exec("e", "sh", "-c", "exit 7");
      await assertFails(container.exec("e", "true"), "already_exists: id e: already exists");
      assertEquals(await container.status("e"), Status.CREATED);
      await assertFails(
        tasks.kill({ ...exec, signal: SIGKILL }),
        "failed_precondition: process not created: failed precondition",
      );
      const ended = tasks.wait(exec);
      const { pid } = await tasks.start(exec);
      assertEquals((await ended).exitStatus, 7);
      assertEquals(await container.status("e"), Status.STOPPED);
      await assertFails(
        tasks.kill({ ...exec, signal: SIGKILL }),
        "not_found: process already finished: not found",
      );
      await assertFails(tasks.start(exec), text("cannot start a stopped process"));
      const deleted = await tasks.deleteProcess(exec);
      assertEquals([deleted.id, deleted.pid, deleted.exitStatus], ["e", pid, 7]);
      const gone = "not_found: process does not exist e: not found";
      await assertFails(tasks.deleteProcess(exec), gone);
      await assertFails(tasks.wait(exec), gone);
      await assertFails(tasks.start(exec), gone);
      await assertFails(tasks.kill({ ...exec, signal: SIGKILL }), gone);
      await assertFails(container.status("e"), gone);
    },
  },
  {
    name: "execs: that run, that cannot start, that go with their container",
    async run(subject) {
      await using container = await TestContainer.make(subject, "sleep", "1000");
      const { tasks } = container.api;
      const { id: containerId } = container;
      const text = (value: string) => runtimeText(subject.version, value);
      await container.create();
      await tasks.start({ containerId });
      await container.exec("no", "no-such-command");
      await assertFails(
        tasks.start({ containerId, execId: "no" }),
        text(
          "OCI runtime exec failed: exec failed: unable to start container process: exec: " +
            '"no-such-command": executable file not found in $PATH',
        ),
      );
      await tasks.deleteProcess({ containerId, execId: "no" });
      for (const execId of ["one", "two"]) {
        await container.exec(execId, "sleep", "1000");
        await tasks.start({ containerId, execId });
      }
      await assertFails(
        tasks.deleteProcess({ containerId, execId: "one" }),
        text("cannot delete a running process"),
      );
      const { processes } = await tasks.listPids({ containerId });
      const execIds = processes.map(({ info }) =>
        info ? unpackMessage(ProcessDetailsSchema, info)?.execId : undefined
      );
      assertEquals(execIds.toSorted(), ["one", "two", undefined]);
      // Unlike init, a further process has the kernel's own way with signals.
      await tasks.kill({ containerId, execId: "one", signal: SIGTERM });
      assertEquals((await tasks.wait({ containerId, execId: "one" })).exitStatus, 143);
      await tasks.kill({ containerId, signal: SIGKILL });
      assertEquals((await tasks.wait({ containerId, execId: "two" })).exitStatus, 137);
    },
  },
  {
    name: "tasks: events of a life",
    async run(subject) {
      const { ns } = subject;
      // What the import of the image tells is not of interest.
      await subject.image();
      await using listening = await Listening.to(ns, [
        `namespace==${ns.name},topic~="^/tasks/"`,
        `namespace==${ns.name},topic~="^/containers/"`,
      ]);
      const events: Envelope[] = [];
      let containerId = "";
      {
        await using container = await TestContainer.make(subject, "sleep", "1000");
        const { tasks } = container.api;
        containerId = container.id;
        const task = { containerId };
        await container.create();
        await tasks.start(task);
        await tasks.pause(task);
        await tasks.resume(task);
        await container.exec("e", "sh", "-c", "exit 7");
        await tasks.start({ ...task, execId: "e" });
        // Before the shim goes, which takes with it what it has not told by then.
        events.push(...await listening.until("/tasks/exit"));
        await tasks.deleteProcess({ ...task, execId: "e" });
        await tasks.kill({ ...task, signal: SIGKILL });
        events.push(...await listening.until("/tasks/exit"));
      }
      events.push(...await listening.until("/containers/delete"));
      const topics = events.map(({ topic }) => topic).filter((topic) => topic !== "/tasks/delete");
      assertEquals(topics, [
        "/containers/create",
        "/tasks/create",
        "/tasks/start",
        "/tasks/paused",
        "/tasks/resumed",
        "/tasks/exec-added",
        "/tasks/exec-started",
        "/tasks/exit",
        "/tasks/exit",
        "/containers/delete",
      ]);
      const exits = events.flatMap(({ topic, event }) =>
        topic === "/tasks/exit" && event ? unpackMessage(TaskExitSchema, event) ?? [] : []
      );
      assertEquals(
        exits.map(({ id, containerId, exitStatus }) => [id, containerId, exitStatus]),
        [["e", containerId, 7], [containerId, containerId, 137]],
      );
    },
  },
];
