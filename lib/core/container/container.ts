/**
 * A container, whatever state it is in. What only a container in some state can do, such as being
 * signalled, the class of that state has a method for: {@linkcode CreatedContainer},
 * {@linkcode RunningContainer}, {@linkcode PausedContainer}, {@linkcode StoppedContainer}.
 *
 * @module
 */
import type { LinuxResources } from "../../oci/runtime_resources.ts";
import type { ResourceLimits } from "../../oci/spec_resources.ts";
import type { Attachment } from "../attach/attach.ts";
import type { Image } from "../image/image.ts";
import type { CommitOptions } from "../fork/commit.ts";
import type { ForkOptions, Forks } from "../fork/fork.ts";
import type { ContainerSnapshot } from "../fork/state.ts";
import { Files } from "../files/files.ts";
import { lazySource } from "../files/view.ts";
import type { LogOptions } from "../logs/logs.ts";
import type { LogEntry } from "../logs/record.ts";
import { Tasks } from "../task/tasks.ts";
import type { ContainerHandle } from "./handle.ts";
import type { ContainerInspection, DockerContainer } from "./inspect.ts";
import { nameOf } from "./handle.ts";
import type { PublishedPort } from "./ports.ts";
import type { RunningContainer } from "./running.ts";
import type { AnyContainer } from "./states.ts";
import type { StopOptions } from "./stop.ts";

/** The key of what {@linkcode Container} tells the classes of its states. */
export const HANDLE: unique symbol = Symbol("handle");

/** A container that exists. This class is for what can be done in every state. */
export abstract class Container implements AsyncDisposable {
  /**
   * The container, shared by the objects of its states.
   *
   * @ignore
   */
  readonly [HANDLE]: ContainerHandle;

  /** What it was doing when this object was made. */
  abstract readonly state: AnyContainer["state"];

  /** For {@linkcode Containers} and {@linkcode ContainerBuilder}. */
  constructor(handle: ContainerHandle) {
    this[HANDLE] = handle;
  }

  /** Its id. */
  get id(): string {
    return this[HANDLE].record.id;
  }

  /** Its name: what `rename()` or nerdctl gave it, else its id. */
  get name(): string {
    const { id, labels } = this[HANDLE].record;
    return nameOf(id, labels);
  }

  /** Its labels, as they were when this object was made. */
  get labels(): Readonly<Record<string, string>> {
    return this[HANDLE].record.labels;
  }

  /**
   * What it publishes: which ports of the daemon's host lead to which of its own. Ports that were
   * left to be chosen are known once it has started.
   */
  async ports(): Promise<PublishedPort[]> {
    const { publishedPorts } = await import("./ports.ts");
    return await publishedPorts(this[HANDLE].context.session.host, this.labels);
  }

  /**
   * The container as it is now: an object of the class of its present state. Others may change a
   * container at any time, and what this one does not tell.
   *
   * @throws {NotFoundError} when it is gone.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * const now = await web.current();
   * if (now.state === "paused") await now.resume();
   * if (now.state === "stopped") console.log("ended with", now.exitCode);
   * ```
   */
  async current(options: { signal?: AbortSignal } = {}): Promise<AnyContainer> {
    const { currentState } = await import("./states.ts");
    return await currentState(this[HANDLE], options);
  }

  /**
   * The files of its root file system, whether it runs or not, to be looked at and changed: through
   * the socket alone, and by a shorter way where the daemon's machine is this one and the container
   * runs. What is mounted into the container is seen only that shorter way.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * console.log(await web.files.readTextFile("/etc/passwd"));
   * await web.files.writeTextFile("/etc/motd", "hello\n");
   * ```
   */
  get files(): Files {
    const { context, record: { id, snapshotter, snapshotKey: key = id } } = this[HANDLE];
    return new Files(lazySource(`container "${id}"`, async () => {
      const { ContainerSource } = await import("../files/container_source.ts");
      return new ContainerSource(context, { id, snapshotter, key });
    }));
  }

  /**
   * Makes an image of its files and of what its own image says, with changes. It goes on; while its
   * files are read, it is paused.
   *
   * @param name The image's name.
   * @throws {FailedPreconditionError} when it has no snapshot.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * const image = await web.commit("team/web:2", {
   *   message: "with the new site",
   *   config: (config) => ({ ...config, Env: [...config.Env ?? [], "SITE=2"] }),
   * });
   * console.log(image.digest);
   * ```
   */
  async commit(name: string, options: CommitOptions = {}): Promise<Image> {
    const { context } = this[HANDLE];
    const { commitContainer } = await import("../fork/commit.ts");
    return await context.session.whileOpen(
      options,
      (options) => commitContainer(context, this.id, name, options),
    );
  }

  /**
   * Makes new containers with the same files and the same command, and logs of their own. They are
   * not started. While the files are read, this one is paused.
   *
   * Not carried over: the memory of its processes and their connections, what is in tmpfs mounts, and
   * what is its alone, such as its name, its ports and its networks. Volumes and folders of the host
   * are shared by all.
   *
   * @param count How many.
   * @throws {AlreadyExistsError} when one of `names` is taken; no new container is left then.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const db = await davit.namespace().containers.get("db");
   * const [a, b] = await db.fork(2);
   * await using left = await a.start();
   * await using right = await b.start();
   * await Promise.all([left.exec("migrate", "--plan=a"), right.exec("migrate", "--plan=b")]);
   * await left.promote();
   * ```
   */
  async fork<N extends number>(count: N, options: ForkOptions = {}): Promise<Forks<N>> {
    const { context } = this[HANDLE];
    const { forkContainer } = await import("../fork/fork.ts");
    const fork = (options: ForkOptions) => forkContainer(context, this.id, count, options);
    return await context.session.whileOpen(options, fork) as Forks<N>;
  }

  /**
   * Keeps a fork: the container that it was made of gets its files, and the fork is removed. One that
   * runs is stopped before, and started again; it stays the same container, with its name, ports,
   * networks and limits.
   *
   * @param options How to stop it.
   * @returns The original, in the state that it was in.
   * @throws {FailedPreconditionError} when this is no fork.
   * @throws {NotFoundError} when the original is gone.
   */
  async promote(options: StopOptions = {}): Promise<AnyContainer> {
    const { promoteFork } = await import("../fork/promote.ts");
    const { session } = this[HANDLE].context;
    return await session.whileOpen(options, (options) => promoteFork(this[HANDLE], options));
  }

  /**
   * Saves its files under a name, for {@linkcode rollback}; while they are read, it is paused. Saved
   * states go with the container. One of that name is replaced.
   *
   * @param name Letters, digits, `.`, `_` and `-`.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const db = await davit.namespace().containers.get("db");
   * await db.snapshot("before-migration");
   * // …
   * await db.rollback("before-migration");
   * ```
   */
  async snapshot(
    name: string,
    options: { pause?: boolean; signal?: AbortSignal } = {},
  ): Promise<ContainerSnapshot> {
    const { context } = this[HANDLE];
    const { saveState } = await import("../fork/state.ts");
    return await context.session.whileOpen(
      options,
      (options) => saveState(context, this.id, name, options),
    );
  }

  /** The saved states of its files, the oldest first. */
  async snapshots(options: { signal?: AbortSignal } = {}): Promise<ContainerSnapshot[]> {
    const { listStates } = await import("../fork/state.ts");
    return await listStates(this[HANDLE].context, this.id, options.signal);
  }

  /** Lets a saved state go. One that is gone is fine. */
  async deleteSnapshot(name: string): Promise<void> {
    const { forgetState } = await import("../fork/state.ts");
    await forgetState(this[HANDLE].context, this.id, name);
  }

  /**
   * Gives it the files of a saved state; those that it has are lost. One that runs is stopped before,
   * and started again. When this was broken off, calling it again repairs the container.
   *
   * @param options How to stop it.
   * @returns The container, in the state that it was in.
   * @throws {NotFoundError} when there is no state of that name.
   */
  async rollback(name: string, options: StopOptions = {}): Promise<AnyContainer> {
    const { rollBack } = await import("../fork/promote.ts");
    const { session } = this[HANDLE].context;
    return await session.whileOpen(options, (options) => rollBack(this[HANDLE], name, options));
  }

  /**
   * Reads its log, line by line: all of it so far, or a part of it, or what is yet to come. Any
   * number of readers may do so at once. Lines of the two streams are told apart. Logs that nerdctl
   * or Kubernetes (CRI) keep are read as well.
   *
   * @throws {FailedPreconditionError} when it has no log.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * for await (const { time, stream, text } of web.logs({ follow: true, tail: 10 })) {
   *   console.log(time.toISOString(), stream, text);
   * }
   * ```
   */
  async *logs(options: LogOptions = {}): AsyncGenerator<LogEntry, void, undefined> {
    const { readLogs } = await import("../logs/logs.ts");
    yield* readLogs(this[HANDLE].context, this.id, options);
  }

  /**
   * Changes its limits: at once if it runs, and for when it is started again. Limits that are left
   * out stay.
   *
   * @throws {InvalidArgumentError} when a value is out of range.
   */
  update(
    limits: ResourceLimits,
    options: { signal?: AbortSignal } = {},
  ): Promise<LinuxResources> {
    return new Tasks(this[HANDLE].context).update(this.id, limits, options);
  }

  /**
   * Connects to the container as it runs: its output from now on, and its input if it was made with
   * `openStdin()`. Any number may do so at once. Leaving does not end the container.
   *
   * @throws {FailedPreconditionError} when it has no log.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using shell = await davit.namespace().container("shell").image("alpine:3.20")
   *   .tty().openStdin().start();
   * await using attachment = await shell.attach();
   * await attachment.interactive();
   * ```
   */
  async attach(): Promise<Attachment> {
    const { attach } = await import("../attach/attach.ts");
    return await attach(this[HANDLE].context, this[HANDLE].record);
  }

  /**
   * Stops it, if it runs, and starts it again.
   *
   * @param options How to stop it.
   * @throws {StartError} when the process cannot be started.
   */
  async restart(options: StopOptions = {}): Promise<RunningContainer> {
    const { restartContainer } = await import("./states.ts");
    return await restartContainer(this[HANDLE], options);
  }

  /**
   * Gives it another name, by which {@linkcode Containers.get} finds it from now on. Its id stays:
   * containerd has no way to change one. So does the host name inside.
   *
   * @returns The container under its new name.
   * @throws {AlreadyExistsError} when another container has that name or id.
   * @throws {InvalidArgumentError} when it cannot be a name.
   */
  async rename(name: string, options: { signal?: AbortSignal } = {}): Promise<AnyContainer> {
    const { renameContainer } = await import("./rename.ts");
    await renameContainer(this[HANDLE].context, this[HANDLE].record, name, options.signal);
    return await this.current(options);
  }

  /**
   * All that the daemon knows of it: its record with the OCI spec, and its task.
   *
   * @throws {NotFoundError} when it is gone.
   */
  inspect(options?: { format?: "native"; signal?: AbortSignal }): Promise<ContainerInspection>;
  /**
   * What `docker inspect` and `nerdctl inspect` print for it, as far as containerd and the
   * container's labels tell.
   */
  inspect(options: { format: "docker"; signal?: AbortSignal }): Promise<DockerContainer>;
  async inspect(
    options: { format?: "native" | "docker"; signal?: AbortSignal } = {},
  ): Promise<ContainerInspection | DockerContainer> {
    const { inspectContainer } = await import("./inspect.ts");
    const native = await inspectContainer(this[HANDLE].context, this.id, options);
    if (options.format !== "docker") return native;
    const { dockerContainer } = await import("./inspect_docker.ts");
    return await dockerContainer(this[HANDLE].context, native);
  }

  /**
   * Ends its process if there is one, and removes the container, its file system and its log.
   *
   * @param options `volumes`: remove the volumes without a name that it brought along, too; `true`
   * by default for a container that goes with its script, `false` for one that was kept.
   */
  remove(options: { volumes?: boolean } = {}): Promise<void> {
    return this[HANDLE].remove(options);
  }

  /** The same as {@linkcode remove}. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}
