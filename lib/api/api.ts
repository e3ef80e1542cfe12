/**
 * Every containerd service as a typed client, one to one: the same services, methods and messages.
 *
 * @module
 */
import type { DescService } from "@bufbuild/protobuf";
import { Containers } from "../gen/containerd/services/containers_pb.ts";
import { Content } from "../gen/containerd/services/content_pb.ts";
import type { Diff } from "../gen/containerd/services/diff_pb.ts";
import type { Events } from "../gen/containerd/services/events_pb.ts";
import { Images } from "../gen/containerd/services/images_pb.ts";
import type { Introspection } from "../gen/containerd/services/introspection_pb.ts";
import type { Leases } from "../gen/containerd/services/leases_pb.ts";
import type { Mounts } from "../gen/containerd/services/mounts_pb.ts";
import { Namespaces } from "../gen/containerd/services/namespaces_pb.ts";
import type { Controller, Store } from "../gen/containerd/services/sandbox_pb.ts";
import { Snapshots } from "../gen/containerd/services/snapshots_pb.ts";
import type { Streaming } from "../gen/containerd/services/streaming_pb.ts";
import { Tasks } from "../gen/containerd/services/tasks_pb.ts";
import type { Transfer } from "../gen/containerd/services/transfer_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import type { Health } from "../gen/grpc/health_pb.ts";
import { createServiceClient, type Scope, type ServiceClient } from "./client.ts";
import { lazyClient, type MethodTable } from "./lazy.ts";

/** The methods of services that are loaded when they are used. */
const METHODS = {
  diff: { apply: "one", diff: "one" } satisfies MethodTable<typeof Diff>,
  events: { forward: "one", publish: "one", subscribe: "stream" } satisfies MethodTable<
    typeof Events
  >,
  health: { check: "one", list: "one", watch: "stream" } satisfies MethodTable<typeof Health>,
  introspection: { pluginInfo: "one", plugins: "one", server: "one" } satisfies MethodTable<
    typeof Introspection
  >,
  leases: {
    addResource: "one",
    create: "one",
    delete: "one",
    deleteResource: "one",
    list: "one",
    listResources: "one",
  } satisfies MethodTable<typeof Leases>,
  mounts: {
    activate: "one",
    deactivate: "one",
    info: "one",
    list: "stream",
    update: "one",
  } satisfies MethodTable<typeof Mounts>,
  sandboxController: {
    create: "one",
    metrics: "one",
    platform: "one",
    shutdown: "one",
    start: "one",
    status: "one",
    stop: "one",
    update: "one",
    wait: "one",
  } satisfies MethodTable<typeof Controller>,
  sandboxStore: {
    create: "one",
    delete: "one",
    get: "one",
    list: "one",
    update: "one",
  } satisfies MethodTable<typeof Store>,
  streaming: { stream: "stream" } satisfies MethodTable<typeof Streaming>,
  transfer: { transfer: "one" } satisfies MethodTable<typeof Transfer>,
} as const;

/** The services of a daemon, with the metadata (namespace, lease) of a scope. */
export class Api {
  readonly #scope: Scope;

  /** Makes the clients. @param scope Where calls go and what they carry. */
  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Container records: metadata, no processes. */
  get containers(): ServiceClient<typeof Containers> {
    return this.#client(Containers);
  }

  /** The content store: blobs and ingests. */
  get content(): ServiceClient<typeof Content> {
    return this.#client(Content);
  }

  /** Layers from mounts, and mounts from layers. */
  get diff(): ServiceClient<typeof Diff> {
    return this.#lazy(
      "diff",
      METHODS.diff,
      async () => (await import("../gen/containerd/services/diff_pb.ts")).Diff,
    );
  }

  /** What happens in the daemon. */
  get events(): ServiceClient<typeof Events> {
    return this.#lazy(
      "events",
      METHODS.events,
      async () => (await import("../gen/containerd/services/events_pb.ts")).Events,
    );
  }

  /** Whether the server answers (gRPC's own health service). */
  get health(): ServiceClient<typeof Health> {
    return this.#lazy(
      "health",
      METHODS.health,
      async () => (await import("../gen/grpc/health_pb.ts")).Health,
    );
  }

  /** Image records: names for blobs. */
  get images(): ServiceClient<typeof Images> {
    return this.#client(Images);
  }

  /** Plugins, features and deprecations of the daemon. */
  get introspection(): ServiceClient<typeof Introspection> {
    return this.#lazy(
      "introspection",
      METHODS.introspection,
      async () => (await import("../gen/containerd/services/introspection_pb.ts")).Introspection,
    );
  }

  /** Leases: what the garbage collector keeps. */
  get leases(): ServiceClient<typeof Leases> {
    return this.#lazy(
      "leases",
      METHODS.leases,
      async () => (await import("../gen/containerd/services/leases_pb.ts")).Leases,
    );
  }

  /** Mounts that the daemon holds (2.2 and newer). */
  get mounts(): ServiceClient<typeof Mounts> {
    return this.#lazy(
      "mounts",
      METHODS.mounts,
      async () => (await import("../gen/containerd/services/mounts_pb.ts")).Mounts,
    );
  }

  /** Namespaces. */
  get namespaces(): ServiceClient<typeof Namespaces> {
    return this.#client(Namespaces);
  }

  /** Sandboxes: life cycle (1.7 and newer). */
  get sandboxController(): ServiceClient<typeof Controller> {
    return this.#lazy(
      "sandboxController",
      METHODS.sandboxController,
      async () => (await import("../gen/containerd/services/sandbox_pb.ts")).Controller,
    );
  }

  /** Sandboxes: records (1.7 and newer). */
  get sandboxStore(): ServiceClient<typeof Store> {
    return this.#lazy(
      "sandboxStore",
      METHODS.sandboxStore,
      async () => (await import("../gen/containerd/services/sandbox_pb.ts")).Store,
    );
  }

  /** Snapshots: file systems in layers. */
  get snapshots(): ServiceClient<typeof Snapshots> {
    return this.#client(Snapshots);
  }

  /** Streams beside other calls (1.7 and newer). */
  get streaming(): ServiceClient<typeof Streaming> {
    return this.#lazy(
      "streaming",
      METHODS.streaming,
      async () => (await import("../gen/containerd/services/streaming_pb.ts")).Streaming,
    );
  }

  /** Tasks: running processes. */
  get tasks(): ServiceClient<typeof Tasks> {
    return this.#client(Tasks);
  }

  /** Pull, push, import and export by the daemon (1.7, complete in 2.0). */
  get transfer(): ServiceClient<typeof Transfer> {
    return this.#lazy(
      "transfer",
      METHODS.transfer,
      async () => (await import("../gen/containerd/services/transfer_pb.ts")).Transfer,
    );
  }

  /** The daemon's version. */
  get version(): ServiceClient<typeof Version> {
    return this.#client(Version);
  }

  readonly #clients = new Map<string, unknown>();

  #lazy<S extends DescService>(
    key: string,
    methods: MethodTable<S>,
    load: () => Promise<S>,
  ): ServiceClient<S> {
    return this.#once(
      key,
      () => lazyClient(methods, async () => createServiceClient(await load(), this.#scope)),
    );
  }

  #client<S extends DescService>(service: S): ServiceClient<S> {
    return this.#once(service.typeName, () => createServiceClient(service, this.#scope));
  }

  #once<S extends DescService>(key: string, make: () => ServiceClient<S>): ServiceClient<S> {
    const known = this.#clients.get(key) as ServiceClient<S> | undefined;
    if (known) return known;
    const client = make();
    this.#clients.set(key, client);
    return client;
  }
}
