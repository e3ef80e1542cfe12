/**
 * The containers of a namespace.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import type { ContainerState } from "../task/state.ts";
import type { AdoptOptions } from "./adopt.ts";
import type { ContainerFilter } from "./filter.ts";
import type { PublishedPort } from "./ports.ts";
import type { RunningContainer } from "./running.ts";
import type { AnyContainer } from "./states.ts";

/** A container in a list. */
export interface ContainerInfo {
  /** Its id. */
  readonly id: string;
  /** Its name: what `rename()`, nerdctl or Kubernetes gave it, else its id. */
  readonly name: string;
  /** The name of its image; empty for none. */
  readonly image: string;
  /**
   * What it does; `undefined` when it has no task and nobody noted that it ever ran: created but
   * never started, or cleaned up by another program.
   */
  readonly state: ContainerState | undefined;
  /** The process id on the daemon's host, while there is one. */
  readonly pid: number | undefined;
  /** How its process ended, if it has and the daemon still knows it, or `stop()` noted it. */
  readonly exit: ExitStatus | undefined;
  /** Its ports that are reachable on the daemon's host. */
  readonly ports: readonly PublishedPort[];
  /** Such as `io.containerd.runc.v2`. */
  readonly runtime: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
}

/** The containers of a namespace, whoever made them. */
export class Containers {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Lists the containers with the states of their tasks, in two calls.
   *
   * @param options What to look for; all by default.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const { containers } = davit.namespace();
   * for (const { name, state, ports } of await containers.list({ state: "running" })) {
   *   console.log(name, state, ports.map(({ hostPort }) => hostPort).join());
   * }
   * ```
   */
  async list(
    options: ContainerFilter & { signal?: AbortSignal } = {},
  ): Promise<ContainerInfo[]> {
    const { listInfos } = await import("./listing.ts");
    return await listInfos(this.#context, options);
  }

  /**
   * One container with the state of its task.
   *
   * @param id Its id or name.
   * @throws {NotFoundError} when the namespace has no such container.
   */
  async info(id: string, options: { signal?: AbortSignal } = {}): Promise<ContainerInfo> {
    const { containerInfo } = await import("./listing.ts");
    return await containerInfo(this.#context, id, options);
  }

  /**
   * Finds a container, whoever made it, as an object of its present state.
   *
   * @param id Its id, its name, or 12 or more of the first digits of an id of 64.
   * @throws {NotFoundError} when the namespace has no such container.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.get("web");
   * if (web.state === "running") console.log(await web.exec("ps").text());
   * else if (web.state !== "paused") await web.start();
   * ```
   */
  async get(id: string, options: { signal?: AbortSignal } = {}): Promise<AnyContainer> {
    const { findContainer } = await import("./listing.ts");
    return await findContainer(this.#context, id, options);
  }

  /**
   * Finds a container that runs.
   *
   * @param id Its id or name, as for {@linkcode Containers.get}.
   * @throws {NotFoundError} when the namespace has no such container.
   * @throws {FailedPreconditionError} when it does not run.
   */
  async running(id: string, options: { signal?: AbortSignal } = {}): Promise<RunningContainer> {
    const container = await this.get(id, options);
    if (container.state === "running") return container;
    const advice = container.state === "paused" ? "resume() it first" : "start() it first";
    throw new FailedPreconditionError(
      `Cannot use container "${id}" as one that runs: it is ${container.state}; ${advice}`,
    );
  }

  /**
   * Takes over a container that another program made, such as ctr: Davit and nerdctl list it by a
   * name and drive it as their own, and it is nobody else's to sweep. It goes on as it is.
   *
   * @param id Its id or name, as for {@linkcode Containers.get}.
   * @throws {NotFoundError} when the namespace has no such container.
   * @throws {AlreadyExistsError} when another container has that name.
   * @throws {FailedPreconditionError} when it belongs to another script that runs.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const web = await davit.namespace().containers.adopt("from-ctr", { name: "web" });
   * if (web.state === "running") await web.stop();
   * ```
   */
  async adopt(id: string, options: AdoptOptions = {}): Promise<AnyContainer> {
    const { adoptContainer } = await import("./adopt.ts");
    return await adoptContainer(this.#context, id, options);
  }
}
