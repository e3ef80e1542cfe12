/** containerd's services, by the names that they have in the library. @module */

import type { DescService } from "@bufbuild/protobuf";
import type { Api } from "../../lib/api/api.ts";
import { Containers } from "../../lib/gen/containerd/services/containers_pb.ts";
import { Content } from "../../lib/gen/containerd/services/content_pb.ts";
import { Diff } from "../../lib/gen/containerd/services/diff_pb.ts";
import { Events } from "../../lib/gen/containerd/services/events_pb.ts";
import { Images } from "../../lib/gen/containerd/services/images_pb.ts";
import { Introspection } from "../../lib/gen/containerd/services/introspection_pb.ts";
import { Leases } from "../../lib/gen/containerd/services/leases_pb.ts";
import { Mounts } from "../../lib/gen/containerd/services/mounts_pb.ts";
import { Namespaces } from "../../lib/gen/containerd/services/namespaces_pb.ts";
import { Controller, Store } from "../../lib/gen/containerd/services/sandbox_pb.ts";
import { Snapshots } from "../../lib/gen/containerd/services/snapshots_pb.ts";
import { Streaming } from "../../lib/gen/containerd/services/streaming_pb.ts";
import { Tasks } from "../../lib/gen/containerd/services/tasks_pb.ts";
import { Transfer } from "../../lib/gen/containerd/services/transfer_pb.ts";
import { Version } from "../../lib/gen/containerd/services/version_pb.ts";

/** A service and its name in `ns.api`. */
export interface ApiService {
  readonly key: Exclude<keyof Api, "health">;
  readonly service: DescService;
}

/** The 16 services that containerd serves to clients. */
export const SERVICES: readonly ApiService[] = [
  { key: "containers", service: Containers },
  { key: "content", service: Content },
  { key: "diff", service: Diff },
  { key: "events", service: Events },
  { key: "images", service: Images },
  { key: "introspection", service: Introspection },
  { key: "leases", service: Leases },
  { key: "mounts", service: Mounts },
  { key: "namespaces", service: Namespaces },
  { key: "sandboxController", service: Controller },
  { key: "sandboxStore", service: Store },
  { key: "snapshots", service: Snapshots },
  { key: "streaming", service: Streaming },
  { key: "tasks", service: Tasks },
  { key: "transfer", service: Transfer },
  { key: "version", service: Version },
];
