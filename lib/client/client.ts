/**
 * A connection to a containerd daemon.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import type { Host } from "../host/host.ts";
import { PermissionError } from "../errors/errors.ts";
import { checkIdentifier } from "../oci/names.ts";
import { Context } from "../core/context.ts";
import { Namespace } from "./namespace.ts";
import type { Deprecation } from "../core/features/deprecations.ts";
import type { Features } from "../core/features/features.ts";
import type { Health } from "../core/features/health.ts";
import type { RuntimeFeatures } from "../core/features/runtime.ts";
import { Namespaces } from "../core/namespace/namespaces.ts";
import type { PluginInfo } from "../core/features/plugins.ts";
import { type GuardInterceptor, interceptCalls, type Interceptor } from "../core/policy/policy.ts";
import { restrictCalls, type Restriction } from "../core/policy/restricted.ts";
import { retryReads } from "../core/call/retry.ts";
import type { Dashboard, ServeOptions } from "../serve/serve.ts";
import { type ClosableTransport, Session } from "../core/session/session.ts";

/** What a daemon says of itself. */
export interface ServerVersion {
  /** Such as `"2.1.9"`, with what the packager added. */
  readonly version: string;
  /** The commit it was built from. */
  readonly revision: string;
}

/** A connection to a containerd daemon. Close it, or let `await using` do it. */
export class Client implements AsyncDisposable {
  readonly #session: Session;
  readonly #release: (() => Promise<void>) | undefined;
  readonly #only: string | undefined;
  #closed: Promise<void> | undefined;
  /** The daemon's namespaces. */
  readonly namespaces: Namespaces;

  /**
   * For `connect()`.
   *
   * @param parts The connection, its address, the daemon's machine, what to do after closing, and
   * the only namespace that there is to be, if it is limited to one; and whether the connection
   * repeats reads already.
   */
  constructor(
    parts: {
      transport: ClosableTransport;
      address: string;
      host: Host;
      release?: () => Promise<void>;
      only?: string;
      repeated?: boolean;
    },
  ) {
    // What an interceptor sees is one call, however often it is repeated underneath.
    const transport = parts.repeated ? parts.transport : retryReads(parts.transport);
    this.#session = new Session({ ...parts, transport });
    this.#release = parts.release;
    this.#only = parts.only;
    this.namespaces = new Namespaces(this.#session);
  }

  /** Where the daemon is. */
  get address(): string {
    return this.#session.address;
  }

  /** Every RPC, one to one, without a namespace. */
  get api(): Api {
    return this.#session.api();
  }

  /**
   * A view of a namespace, which need not exist yet.
   *
   * @param name `"default"` by default, as for ctr and nerdctl; the one namespace of a client that
   * is limited to one.
   * @throws {PermissionError} when the client is limited to another one.
   */
  namespace(name: string = this.#only ?? "default"): Namespace {
    if (this.#only !== undefined && name !== this.#only) {
      throw new PermissionError(
        `Cannot use namespace "${name}": this client is limited to namespace "${this.#only}"`,
      );
    }
    return new Namespace(new Context(this.#session, checkIdentifier(name, "namespace")));
  }

  /** The daemon's version. */
  async version(options: { signal?: AbortSignal } = {}): Promise<ServerVersion> {
    const { version, revision } = await this.api.version.version({}, options);
    return { version: version.replace(/^v/, ""), revision };
  }

  /** Whether the daemon takes calls. */
  async health(options: { signal?: AbortSignal } = {}): Promise<Health> {
    const { checkHealth } = await import("../core/features/health.ts");
    return await checkHealth(this.#session, options);
  }

  /** What the daemon can do. Found out once, by its plugins and by trying. */
  async features(): Promise<Features> {
    const { features } = await import("../core/features/features.ts");
    return await features(this.#session);
  }

  /**
   * The plugins that the daemon is made of, those that failed to start too.
   *
   * @param options `filters`: containerd's filters, such as `type==io.containerd.snapshotter.v1`.
   */
  async plugins(
    options: { filters?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<PluginInfo[]> {
    const { listPlugins } = await import("../core/features/plugins.ts");
    return await listPlugins(this.#session, options);
  }

  /**
   * Deprecated features of the daemon that were used since it started.
   *
   * @throws {UnsupportedError} before containerd 1.6.25 and 1.7.9.
   */
  async deprecations(options: { signal?: AbortSignal } = {}): Promise<Deprecation[]> {
    const { listDeprecations } = await import("../core/features/deprecations.ts");
    return await listDeprecations(this.#session, options);
  }

  /**
   * What a runtime can do.
   *
   * @param name `"io.containerd.runc.v2"` by default.
   * @throws {UnsupportedError} before containerd 2.0.
   * @throws {NotFoundError} when its shim is not on the daemon's machine.
   */
  async runtime(name?: string, options: { signal?: AbortSignal } = {}): Promise<RuntimeFeatures> {
    const { runtimeFeatures } = await import("../core/features/runtime.ts");
    return await runtimeFeatures(this.#session, name, options);
  }

  /**
   * The same client, but that its calls pass a function first: to watch them, to add headers, or to
   * refuse them. What other clients of the same connection do, it does not see. It ends with this
   * client, or by itself; this one goes on then.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const audited = davit.use(({ service, method, namespace }) => ({
   *   end: (error) => console.error(service, method, namespace, error?.code ?? "ok"),
   * }));
   * const careful = audited.use((call) => {
   *   if (call.method === "Delete") call.deny("nothing is deleted on Fridays");
   * });
   * await careful.namespace("ci").images.list();
   * ```
   */
  use(interceptor: Interceptor): Client {
    return this.#derive(interceptor, this.#only);
  }

  /**
   * A client with limits, to be handed to other code: it reaches one namespace only, or only reads,
   * or both. What it may not do fails with a {@linkcode PermissionError}.
   *
   * The limits are those of calls. Code that may create containers can do anything on the daemon's
   * machine, since containers can be given all of it: a namespace alone guards against mistakes,
   * `readOnly` against intent.
   *
   * @param restriction `namespace`: the only one. `readOnly`: no calls that change anything.
   */
  restricted(restriction: Restriction): Client {
    const { namespace } = restriction;
    if (namespace !== undefined) checkIdentifier(namespace, "namespace");
    if (namespace !== undefined && this.#only !== undefined && namespace !== this.#only) {
      throw new PermissionError(
        `Cannot allow namespace "${namespace}": this client is limited to "${this.#only}"`,
      );
    }
    return this.#derive(restrictCalls(restriction), namespace ?? this.#only);
  }

  #derive(interceptor: GuardInterceptor, only: string | undefined): Client {
    const { transport, address, host } = this.#session;
    const client: Client = new Client({
      transport: interceptCalls(transport, address, interceptor),
      address,
      host,
      repeated: true,
      release: () => Promise.resolve(this.#session.disown(client)),
      ...(only === undefined ? {} : { only }),
    });
    this.#session.own(client);
    return client;
  }

  /**
   * Serves a page on this machine's loopback address: containers, images, what they use, what
   * happens, logs. Its link works once, for one browser. It takes no requests of other sites, and
   * changes nothing unless it is `writable`.
   *
   * @returns Once it listens.
   * @throws {AlreadyExistsError} when the port is in use.
   * @throws {PermissionError} without `--allow-net=127.0.0.1`.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await using dashboard = await davit.serve({ namespace: "ci" });
   * console.log(`Open ${dashboard.url}`);
   * await dashboard.finished;
   * ```
   */
  async serve(options: ServeOptions = {}): Promise<Dashboard> {
    const { serveDashboard } = await import("../serve/serve.ts");
    const namespace = this.namespace(options.namespace).name;
    return serveDashboard(this.#session, namespace, options);
  }

  /**
   * Waits for clean-up that is under way, then ends the connection. Twice is fine.
   *
   * @throws what a clean-up failed with, an `AggregateError` for several.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    try {
      await this.#session.close();
    } finally {
      await this.#release?.();
    }
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
