/**
 * Every containerd service as a typed client, one to one: the same services, methods and messages.
 *
 * @module
 */
import type { DescService } from "@bufbuild/protobuf";
import { Containers } from "../gen/containerd/services/containers_pb.ts";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { Diff } from "../gen/containerd/services/diff_pb.ts";
import { Events } from "../gen/containerd/services/events_pb.ts";
import { Images } from "../gen/containerd/services/images_pb.ts";
import { Introspection } from "../gen/containerd/services/introspection_pb.ts";
import { Leases } from "../gen/containerd/services/leases_pb.ts";
import { Mounts } from "../gen/containerd/services/mounts_pb.ts";
import { Namespaces } from "../gen/containerd/services/namespaces_pb.ts";
import { Controller, Store } from "../gen/containerd/services/sandbox_pb.ts";
import { Snapshots } from "../gen/containerd/services/snapshots_pb.ts";
import { Streaming } from "../gen/containerd/services/streaming_pb.ts";
import { Tasks } from "../gen/containerd/services/tasks_pb.ts";
import { Transfer } from "../gen/containerd/services/transfer_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import { Health } from "../gen/grpc/health_pb.ts";
import { createServiceClient, type Scope, type ServiceClient } from "./client.ts";

/** The services of a daemon, with the metadata (namespace, lease) of a scope. */
export class Api {
  readonly #scope: Scope;

  /** @param scope Where calls go and what they carry. */
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
    return this.#client(Diff);
  }

  /** What happens in the daemon. */
  get events(): ServiceClient<typeof Events> {
    return this.#client(Events);
  }

  /** Whether the server answers (gRPC's own health service). */
  get health(): ServiceClient<typeof Health> {
    return this.#client(Health);
  }

  /** Image records: names for blobs. */
  get images(): ServiceClient<typeof Images> {
    return this.#client(Images);
  }

  /** Plugins, features and deprecations of the daemon. */
  get introspection(): ServiceClient<typeof Introspection> {
    return this.#client(Introspection);
  }

  /** Leases: what the garbage collector keeps. */
  get leases(): ServiceClient<typeof Leases> {
    return this.#client(Leases);
  }

  /** Mounts that the daemon holds (2.2 and newer). */
  get mounts(): ServiceClient<typeof Mounts> {
    return this.#client(Mounts);
  }

  /** Namespaces. */
  get namespaces(): ServiceClient<typeof Namespaces> {
    return this.#client(Namespaces);
  }

  /** Sandboxes: life cycle (1.7 and newer). */
  get sandboxController(): ServiceClient<typeof Controller> {
    return this.#client(Controller);
  }

  /** Sandboxes: records (1.7 and newer). */
  get sandboxStore(): ServiceClient<typeof Store> {
    return this.#client(Store);
  }

  /** Snapshots: file systems in layers. */
  get snapshots(): ServiceClient<typeof Snapshots> {
    return this.#client(Snapshots);
  }

  /** Streams beside other calls (1.7 and newer). */
  get streaming(): ServiceClient<typeof Streaming> {
    return this.#client(Streaming);
  }

  /** Tasks: running processes. */
  get tasks(): ServiceClient<typeof Tasks> {
    return this.#client(Tasks);
  }

  /** Pull, push, import and export by the daemon (1.7, complete in 2.0). */
  get transfer(): ServiceClient<typeof Transfer> {
    return this.#client(Transfer);
  }

  /** The daemon's version. */
  get version(): ServiceClient<typeof Version> {
    return this.#client(Version);
  }

  readonly #clients = new Map<DescService, unknown>();

  #client<S extends DescService>(service: S): ServiceClient<S> {
    const known = this.#clients.get(service) as ServiceClient<S> | undefined;
    if (known) return known;
    const client = createServiceClient(service, this.#scope);
    this.#clients.set(service, client);
    return client;
  }
}
