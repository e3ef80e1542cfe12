/**
 * A connection to a containerd daemon.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import type { Host } from "../host/host.ts";
import { checkIdentifier } from "../oci/names.ts";
import { Context } from "../core/context.ts";
import { Namespace } from "./namespace.ts";
import { type Deprecation, listDeprecations } from "../core/deprecations.ts";
import { type Features, features } from "../core/features.ts";
import { checkHealth, type Health } from "../core/features_health.ts";
import { type RuntimeFeatures, runtimeFeatures } from "../core/features_runtime.ts";
import { Namespaces } from "../core/namespaces.ts";
import { listPlugins, type PluginInfo } from "../core/plugins.ts";
import { type ClosableTransport, Session } from "../core/session.ts";

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
  #closed: Promise<void> | undefined;
  /** The daemon's namespaces. */
  readonly namespaces: Namespaces;

  /**
   * For `connect()`.
   *
   * @param parts The connection, its address, the daemon's machine, and what to do after closing.
   */
  constructor(
    parts: {
      transport: ClosableTransport;
      address: string;
      host: Host;
      release?: () => Promise<void>;
    },
  ) {
    this.#session = new Session(parts);
    this.#release = parts.release;
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
   * @param name `"default"` by default, as for ctr and nerdctl.
   */
  namespace(name: string = "default"): Namespace {
    return new Namespace(new Context(this.#session, checkIdentifier(name, "namespace")));
  }

  /** The daemon's version. */
  async version(options: { signal?: AbortSignal } = {}): Promise<ServerVersion> {
    const { version, revision } = await this.api.version.version({}, options);
    return { version: version.replace(/^v/, ""), revision };
  }

  /** Whether the daemon takes calls. */
  health(options: { signal?: AbortSignal } = {}): Promise<Health> {
    return checkHealth(this.#session, options);
  }

  /** What the daemon can do. Found out once, by its plugins and by trying. */
  features(): Promise<Features> {
    return features(this.#session);
  }

  /**
   * The plugins that the daemon is made of, those that failed to start too.
   *
   * @param options `filters`: containerd's filters, such as `type==io.containerd.snapshotter.v1`.
   */
  plugins(
    options: { filters?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<PluginInfo[]> {
    return listPlugins(this.#session, options);
  }

  /**
   * Deprecated features of the daemon that were used since it started.
   *
   * @throws {UnsupportedError} before containerd 1.6.25 and 1.7.9.
   */
  deprecations(options: { signal?: AbortSignal } = {}): Promise<Deprecation[]> {
    return listDeprecations(this.#session, options);
  }

  /**
   * What a runtime can do.
   *
   * @param name `"io.containerd.runc.v2"` by default.
   * @throws {UnsupportedError} before containerd 2.0.
   * @throws {NotFoundError} when its shim is not on the daemon's machine.
   */
  runtime(name?: string, options: { signal?: AbortSignal } = {}): Promise<RuntimeFeatures> {
    return runtimeFeatures(this.#session, name, options);
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
