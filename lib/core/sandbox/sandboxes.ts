/**
 * The sandboxes of a namespace.
 *
 * @module
 */
import { JSON_TYPES, packSpec } from "../../api/any.ts";
import { AlreadyExistsError, ProtocolError } from "../../errors/errors.ts";
import { defaultSpec } from "../../oci/default_spec.ts";
import { labelFilter } from "../../oci/filter.ts";
import { checkIdentifier, checkLabels } from "../../oci/names.ts";
import { applySpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { runtimeOf } from "../defaults.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { Sandbox } from "./sandbox.ts";
import { checkRuntime, ignoreTopicFault, sandboxCall } from "./calls.ts";
import { type SandboxInfo, sandboxInfo } from "./info.ts";
import { START_TIMEOUT_MS } from "../task/task.ts";

/** The controller that runs sandboxes by shims (2.0 and newer; 1.7 has but one). */
const DEFAULT_SANDBOXER = "shim";

/** How to make a sandbox. */
export interface SandboxOptions {
  /** Its id; random by default. */
  id?: string;
  /** Its runtime; the namespace's by default, else `io.containerd.runc.v2`. */
  runtime?: string;
  /** The controller that runs it; `shim` by default. Before 2.0 there is but one. */
  sandboxer?: string;
  /** Its labels. */
  labels?: Record<string, string>;
  /** The network namespace for it on the daemon's host, a path; the runtime's own by default. */
  netns?: string;
  /** Changes to its OCI spec, such as annotations for the runtime. */
  edit?: SpecOption;
  /** Lets it outlive this script. */
  keep?: boolean;
  /** Ends the work between its steps; nothing is left then. */
  signal?: AbortSignal;
}

/** The sandboxes of a namespace: environments that several containers share (1.7 and newer). */
export class Sandboxes {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Makes and starts a sandbox. When that fails, nothing is left.
   *
   * @throws {UnsupportedError} when the daemon has no sandboxes, or the runtime has none.
   * @throws {AlreadyExistsError} when the id is taken.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * await using pod = await ns.sandboxes.create({ runtime: "io.containerd.kata.v2" });
   * await using web = await pod.container("web").image("alpine:3.20").command("sleep", "1h").start();
   * ```
   */
  async create(options: SandboxOptions = {}): Promise<Sandbox> {
    const { labels = {}, keep = false, signal, netns = "" } = options;
    const id = options.id === undefined
      ? `davit-${crypto.randomUUID().slice(0, 13)}`
      : checkIdentifier(options.id, "sandbox id");
    checkLabels(labels);
    const what = `make sandbox "${id}"`;
    const context = this.#context;
    const runtime = await runtimeOf(context, options);
    await checkRuntime(context, runtime, what);
    throwIfAborted(signal, `making sandbox "${id}"`);
    const sandboxer = options.sandboxer ?? DEFAULT_SANDBOXER;
    const spec = applySpecOptions(
      defaultSpec({ id, namespace: context.namespace }),
      ...(options.edit ? [options.edit] : []),
    );
    const message = {
      sandboxId: id,
      runtime: { name: runtime },
      sandboxer,
      spec: packSpec(JSON_TYPES.spec, spec),
      labels: { ...labels, ...(keep ? {} : { [OWNER_LABEL]: context.session.owner }) },
    };
    await this.#record(
      id,
      () => context.api.sandboxStore.create({ sandbox: message }, { timeoutMs: CHANGE_TIMEOUT_MS }),
    );
    const sandbox = new Sandbox(context, { id, runtime, sandboxer, owned: !keep });
    const ids = { sandboxId: id, sandboxer };
    const start = { timeoutMs: START_TIMEOUT_MS };
    const { sandboxController } = context.api;
    try {
      throwIfAborted(signal, `making sandbox "${id}"`);
      await sandboxCall(context, what, () =>
        ignoreTopicFault(
          sandboxController.create({ ...ids, sandbox: message, netnsPath: netns }, start),
        ));
      throwIfAborted(signal, `making sandbox "${id}"`);
      await sandboxCall(context, what, () => ignoreTopicFault(sandboxController.start(ids, start)));
      return sandbox;
    } catch (error) {
      await sandbox.remove().catch(() => {/* the first error counts */});
      throw error;
    }
  }

  /**
   * Finds a sandbox by id.
   *
   * @throws {NotFoundError} when there is none.
   * @throws {UnsupportedError} when the daemon has no sandboxes.
   */
  async get(id: string, options: { signal?: AbortSignal } = {}): Promise<Sandbox> {
    const { sandbox } = await sandboxCall(
      this.#context,
      `find sandbox "${id}"`,
      () => this.#context.api.sandboxStore.get({ sandboxId: id }, options),
    );
    if (!sandbox) throw new ProtocolError(`Store.Get answered nothing for "${id}"`);
    const { runtime, sandboxer } = sandboxInfo(sandbox);
    return new Sandbox(this.#context, { id, runtime, sandboxer });
  }

  /**
   * Lists the sandboxes, by id.
   *
   * @param options `labels`: only those with these labels; `true` for any value.
   * @throws {UnsupportedError} when the daemon has no sandboxes.
   */
  async list(
    options: { labels?: Readonly<Record<string, string | true>>; signal?: AbortSignal } = {},
  ): Promise<SandboxInfo[]> {
    const { labels = {}, signal } = options;
    const filters = Object.keys(labels).length === 0 ? [] : [labelFilter(labels)];
    const { list } = await sandboxCall(
      this.#context,
      "list sandboxes",
      () => this.#context.api.sandboxStore.list({ filters }, { signal }),
    );
    return list.map(sandboxInfo).sort((a, b) => a.id < b.id ? -1 : 1);
  }

  async #record(id: string, create: () => Promise<unknown>): Promise<void> {
    try {
      await sandboxCall(this.#context, `make sandbox "${id}"`, create);
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      throw new AlreadyExistsError(
        `Cannot make sandbox "${id}" in namespace "${this.#context.namespace}": it exists; ` +
          "remove it first, or choose another id",
        { cause: error },
      );
    }
  }
}
