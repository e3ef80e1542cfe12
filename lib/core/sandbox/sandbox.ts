/**
 * A sandbox: an environment that several containers share, such as a virtual machine.
 *
 * @module
 */
import { DavitError, NotFoundError, ProtocolError } from "../../errors/errors.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { checkLabels } from "../../oci/names.ts";
import type { Platform } from "../../oci/platform.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { ContainerBuilder } from "../container/builder.ts";
import { discardContainer } from "../container/discard.ts";
import { listContainers } from "../container/list.ts";
import type { Context } from "../context.ts";
import type { TaskMetrics } from "../task/metrics.ts";
import { isDoneAnyway, sandboxCall } from "./calls.ts";
import { type SandboxExit, type SandboxInfo, sandboxInfo, type SandboxStatus } from "./info.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { endTask, isShimGone } from "../task/task.ts";
import { toDate } from "../time.ts";

/** How long what is in a sandbox has to end when it is stopped. */
const STOP_TIMEOUT: Duration = "10s";

/** What a sandbox object knows of its sandbox. */
export interface SandboxRecord {
  /** Its id. */
  readonly id: string;
  /** Its runtime. */
  readonly runtime: string;
  /** The controller that runs it. */
  readonly sandboxer: string;
  /** Whether it goes with the client that made it. */
  readonly owned?: boolean;
}

/** A sandbox of a namespace. Disposing of it removes it, with the containers in it. */
export class Sandbox implements AsyncDisposable {
  readonly #context: Context;
  readonly #record: SandboxRecord;
  #removed: Promise<void> | undefined;

  /** For {@linkcode Sandboxes}. */
  constructor(context: Context, record: SandboxRecord) {
    this.#context = context;
    this.#record = record;
    if (record.owned) context.session.own(this);
  }

  /** Its id. */
  get id(): string {
    return this.#record.id;
  }

  /** Its runtime; the containers in it have the same. */
  get runtime(): string {
    return this.#record.runtime;
  }

  /**
   * Starts to describe a container in this sandbox.
   *
   * @param name Its id, random by default.
   */
  container(name?: string): ContainerBuilder {
    return ContainerBuilder.of(this.#context, name).runtime(this.runtime).sandbox(this.id);
  }

  /** The ids of the containers in it. */
  async containers(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    return (await this.#inside(options)).map(({ id }) => id);
  }

  /**
   * Its record.
   *
   * @throws {NotFoundError} when it is gone.
   */
  async info(options: { signal?: AbortSignal } = {}): Promise<SandboxInfo> {
    return sandboxInfo(await this.#get(options.signal));
  }

  /** What it does. */
  async status(options: { signal?: AbortSignal } = {}): Promise<SandboxStatus> {
    const { state, pid, createdAt, exitedAt, info } = await this.#call(
      "look at",
      () => this.#controller.status({ ...this.#ids, verbose: true }, options),
    );
    return {
      state,
      pid: pid || undefined,
      createdAt: since1970(createdAt),
      exitedAt: since1970(exitedAt),
      info,
    };
  }

  /**
   * What it runs on, which may differ from the daemon's host.
   *
   * @throws {UnsupportedError} when its runtime does not tell.
   */
  async platform(options: { signal?: AbortSignal } = {}): Promise<Platform> {
    const { platform } = await this.#call(
      "get the platform of",
      () => this.#controller.platform(this.#ids, options),
    );
    if (!platform) throw new ProtocolError(`Controller.Platform answered nothing for "${this.id}"`);
    const { os, architecture, variant } = platform;
    return { os, architecture, ...(variant ? { variant } : {}) };
  }

  /**
   * What it uses.
   *
   * @throws {UnsupportedError} before containerd 2.0, and when its runtime does not tell.
   */
  async metrics(options: { signal?: AbortSignal } = {}): Promise<TaskMetrics> {
    const { metrics } = await this.#call(
      "measure",
      () => this.#controller.metrics(this.#ids, options),
    );
    if (!metrics) throw new ProtocolError(`Controller.Metrics answered nothing for "${this.id}"`);
    const { taskMetrics } = await import("../task/metrics.ts");
    return taskMetrics(metrics);
  }

  /** Waits until it has ended. Its exit code is not known when its shim ended with it. */
  async wait(options: { signal?: AbortSignal } = {}): Promise<SandboxExit> {
    try {
      const { exitStatus, exitedAt } = await this.#call(
        "wait for",
        () => this.#controller.wait(this.#ids, options),
      );
      return { exitCode: exitStatus, exitedAt: since1970(exitedAt) };
    } catch (error) {
      if (isDoneAnyway(error) || isShimGone(error)) {
        return { exitCode: undefined, exitedAt: undefined };
      }
      throw error;
    }
  }

  /** Sets labels, and deletes those whose value is empty. Others stay. */
  async label(
    labels: Record<string, string>,
    options: { signal?: AbortSignal } = {},
  ): Promise<SandboxInfo> {
    checkLabels(labels);
    // All of the record: containerd crashes on one without a runtime.
    const sandbox = await this.#get(options.signal);
    throwIfAborted(options.signal, `labelling sandbox "${this.id}"`);
    const fields = Object.keys(labels).map((key) => `labels.${key}`);
    const { sandbox: changed } = await this.#call(
      "label",
      () =>
        this.#context.api.sandboxStore.update({ sandbox: { ...sandbox, labels }, fields }, {
          timeoutMs: CHANGE_TIMEOUT_MS,
        }),
    );
    return sandboxInfo(changed ?? sandbox);
  }

  /**
   * Ends the processes in it, then itself. The records stay. One that has ended is fine.
   *
   * @param options `timeout`: how long it has, `"10s"` by default.
   */
  async stop(options: { timeout?: Duration } = {}): Promise<void> {
    const timeoutSecs = Math.ceil(parseDuration(options.timeout ?? STOP_TIMEOUT) / 1000);
    // Where the shim ends with the sandbox, processes that it leaves behind are out of reach.
    for (const { id } of await this.#inside({})) await endTask(this.#context, id);
    const timeoutMs = timeoutSecs * 1000 + TEARDOWN_TIMEOUT_MS;
    await ignoreEnded(this.#controller.stop({ ...this.#ids, timeoutSecs }, { timeoutMs }));
    await ignoreEnded(this.#controller.shutdown(this.#ids, { timeoutMs: TEARDOWN_TIMEOUT_MS }));
  }

  /** Ends it, and removes it with the containers in it. What is gone already is fine. */
  async remove(): Promise<void> {
    await this.stop();
    for (const container of await this.#inside({})) {
      await discardContainer(this.#context, container);
    }
    await this.#call("remove", () =>
      this.#context.api.sandboxStore.delete({ sandboxId: this.id }, {
        timeoutMs: TEARDOWN_TIMEOUT_MS,
      })).catch((error) => {
        if (!(error instanceof NotFoundError)) throw error;
      });
    this.#context.session.disown(this);
  }

  /** The same as {@linkcode remove}. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#removed ??= this.remove();
  }

  get #controller() {
    return this.#context.api.sandboxController;
  }

  get #ids(): { sandboxId: string; sandboxer: string } {
    return { sandboxId: this.id, sandboxer: this.#record.sandboxer };
  }

  #call<T>(what: string, call: () => Promise<T>): Promise<T> {
    return sandboxCall(this.#context, `${what} sandbox "${this.id}"`, call);
  }

  async #get(signal: AbortSignal | undefined) {
    const { sandbox } = await this.#call(
      "find",
      () => this.#context.api.sandboxStore.get({ sandboxId: this.id }, { signal }),
    );
    if (!sandbox) throw new ProtocolError(`Store.Get answered nothing for "${this.id}"`);
    return sandbox;
  }

  async #inside(options: { signal?: AbortSignal }): Promise<ContainerMessage[]> {
    const all = await Array.fromAsync(listContainers(this.#context, options));
    return all.filter(({ sandbox }) => sandbox === this.id);
  }
}

/** Shims give 1970 for "not yet". */
function since1970(timestamp: Parameters<typeof toDate>[0]): Date | undefined {
  return timestamp && timestamp.seconds > 0n ? toDate(timestamp) : undefined;
}

/** Waits for the end of a sandbox, whose shim may be gone before it can answer. */
async function ignoreEnded(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const ended = error instanceof NotFoundError || isDoneAnyway(error) ||
      error instanceof DavitError && /ttrpc: closed|unable to find sandbox/.test(error.message);
    if (!ended) throw error;
  }
}
