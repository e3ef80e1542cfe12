/**
 * A container whose processes run.
 *
 * @module
 */
import { ExecBuilder } from "../exec/exec.ts";
import type { HealthStatus } from "../health/health.ts";
import type { Image } from "../image/image.ts";
import { RunBuilder } from "../run/run.ts";
import { Tasks } from "../task/tasks.ts";
import { ActiveContainer, PausedContainer } from "./active.ts";
import { HANDLE } from "./container.ts";
import { inNamespacesOf } from "./debug.ts";
import type { ReadyCondition, UntilOptions } from "./until.ts";

/** A container whose processes run. */
export class RunningContainer extends ActiveContainer {
  /** What it does. */
  override readonly state = "running";

  /**
   * Starts to describe a process that is added to this container; awaiting it runs it.
   *
   * @param args Program and arguments; `sh` on the builder takes a script instead.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using web = await davit.namespace().container("web").image("alpine:3.20")
   *   .command("sleep", "1h").start();
   * const processes = await web.exec("ps").lines();
   * const who = await web.exec().user("nobody").sh`id -un`.text();
   * ```
   */
  exec(...args: string[]): ExecBuilder {
    return ExecBuilder.of(this[HANDLE].context, { id: this.id, pid: this.pid }, args);
  }

  /**
   * Stops its processes where they are.
   *
   * @throws {FailedPreconditionError} when it has ended, or is paused already.
   */
  async pause(options: { signal?: AbortSignal } = {}): Promise<PausedContainer> {
    await new Tasks(this[HANDLE].context).pause(this.id, options);
    return new PausedContainer(this[HANDLE], this.pid);
  }

  /**
   * Waits until it is ready: healthy, listening, having said something, or what a function tells.
   *
   * @throws {ExitError} when it ends before, with the end of its log.
   * @throws {TimeoutError} when it takes longer than `timeout`, `"60s"` by default.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using db = await davit.namespace().container("db").image("postgres:17").start();
   * await db.until(/ready to accept connections/);
   * await db.until({ port: 5432 }, { timeout: "10s" });
   * ```
   */
  async until(
    condition: ReadyCondition<RunningContainer>,
    options: UntilOptions = {},
  ): Promise<void> {
    const { untilReady } = await import("./until.ts");
    const { context, logMark: mark } = this[HANDLE];
    await untilReady(context, this, condition, { ...options, mark });
  }

  /**
   * How it is, and every change of that, until it ends: see {@linkcode ContainerBuilder.healthcheck}.
   * This process makes the probes, while someone asks.
   *
   * @throws {FailedPreconditionError} when it has no health check.
   */
  async *health(
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<HealthStatus, void, undefined> {
    const { followHealth } = await import("../health/health.ts");
    yield* followHealth(this[HANDLE].context, { id: this.id, pid: this.pid }, options);
  }

  /**
   * Starts to describe a run in this container's namespaces, with the tools of another image: for
   * containers that have no shell. It sees the container's processes, network and shared memory;
   * the container's files are at `/proc/1/root`.
   *
   * @param image An image, or the name of one that is there.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using web = await davit.namespace().container("web").image("distroless:1").start();
   * console.log(await web.debug("busybox").sh`ps; netstat -tln; ls /proc/1/root`.text());
   * ```
   */
  debug(image: Image | string): RunBuilder {
    return RunBuilder.of(this[HANDLE].context, image).edit(inNamespacesOf(this.pid));
  }
}
