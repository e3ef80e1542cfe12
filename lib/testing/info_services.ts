/**
 * What the fake says of itself.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Introspection, PluginSchema } from "../gen/containerd/services/introspection_pb.ts";
import type { Version } from "../gen/containerd/services/version_pb.ts";
import type { Events } from "../gen/containerd/services/events_pb.ts";
import { Health, HealthCheckResponse_ServingStatus } from "../gen/grpc/health_pb.ts";
import { hostPlatform } from "../oci/platform.ts";
import { StatusCode, WireError } from "../rpc/wire_error.ts";
import { type FieldOf, matcherOf, textField } from "./filter_match.ts";
import type { CallInfo, Router, ServiceHandlers } from "./router.ts";
import { SNAPSHOTTERS } from "./snapshots_service.ts";
import type { FakeState } from "./state.ts";
import { invalidArgument, notFound, required, status, unimplemented } from "./status.ts";
import { checkIdentifierText } from "./validate.ts";

type Plugin = MessageInitShape<typeof PluginSchema>;

const GRPC = "io.containerd.grpc.v1";

/** `containerd.services.version.v1.Version`. */
export function versionService(state: FakeState): ServiceHandlers<typeof Version> {
  return { version: () => ({ version: state.version, revision: "fake" }) };
}

/** `containerd.services.introspection.v1.Introspection`. */
export function introspectionService(state: FakeState): ServiceHandlers<typeof Introspection> {
  const plugins = pluginsOf(state);
  return {
    plugins: ({ filters }) => {
      const matches = matcherOf(
        filters,
        pluginField,
        (text) =>
          state.atLeast(2, 0)
            ? status(StatusCode.InvalidArgument, `invalid argument: ${text}: invalid argument`)
            : invalidArgument(`${text}: invalid argument`),
      );
      return { plugins: plugins.filter(matches) };
    },
    server: () => ({ uuid: "00000000-0000-4000-8000-000000000000", pid: 1n, pidns: 1n }),
    pluginInfo: ({ type, id }) => {
      if (!state.atLeast(2, 0)) {
        throw unimplemented(
          "unknown method PluginInfo for service containerd.services.introspection.v1.Introspection",
        );
      }
      const plugin = plugins.find((plugin) => plugin.type === type && plugin.id === id);
      if (!plugin) throw notFound(`plugin ${type}.${id} not found`);
      return { plugin };
    },
  };
}

function pluginsOf(state: FakeState): Plugin[] {
  const platforms = [hostPlatform()].map(({ architecture }) => ({ os: "linux", architecture }));
  const services = [
    "containers",
    "content",
    "diff",
    "events",
    "healthcheck",
    "images",
    "introspection",
    "leases",
    "namespaces",
    "snapshots",
    "tasks",
    "version",
  ];
  return [
    { type: "io.containerd.content.v1", id: "content" },
    { type: "io.containerd.event.v1", id: "exchange" },
    ...SNAPSHOTTERS.map((id) => ({
      type: "io.containerd.snapshotter.v1",
      id,
      platforms,
      exports: { root: `/var/lib/containerd/io.containerd.snapshotter.v1.${id}` },
      capabilities: id === "overlayfs" && state.atLeast(2, 0) ? ["remap-ids"] : [],
    })),
    { type: "io.containerd.metadata.v1", id: "bolt", exports: { policy: "shared" } },
    { type: "io.containerd.gc.v1", id: "scheduler" },
    { type: "io.containerd.differ.v1", id: "walking", platforms },
    { type: "io.containerd.runtime.v2", id: "task", platforms },
    ...services.map((id) => ({ type: GRPC, id })),
  ];
}

const pluginField: FieldOf<Plugin> = ({ type, id, capabilities }, path) => {
  if (path[0] === "type") return textField(type);
  if (path[0] === "id") return textField(id);
  if (path[0] !== "capabilities") return undefined;
  return capabilities?.find((capability) => capability === path.slice(1).join("."));
};

/** `containerd.services.events.v1.Events`. */
export function eventsService(state: FakeState): ServiceHandlers<typeof Events> {
  return {
    publish: ({ topic, event }, call) => {
      const namespace = namespaceToPublishIn(call);
      checkTopic(topic);
      state.events.forward({ topic, namespace, event: required(event, "event") });
      return {};
    },
    forward: ({ envelope }) => {
      const { topic, namespace, event, timestamp } = required(envelope, "envelope");
      checkTopic(topic);
      state.events.forward({ topic, namespace, timestamp, event: required(event, "event") });
      return {};
    },
    subscribe: ({ filters }, call) => state.events.subscribe(filters, call.signal),
  };
}

function namespaceToPublishIn(call: CallInfo): string {
  try {
    return call.namespace;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw status(error.code, `failed publishing event: ${error.rawMessage}`);
  }
}

function checkTopic(topic: string): void {
  const prefix = `envelope topic "${topic}": `;
  if (topic === "") throw invalidArgument(`${prefix}must not be empty`);
  if (!topic.startsWith("/")) throw invalidArgument(`${prefix}must start with '/'`);
  if (topic === "/") throw invalidArgument(`${prefix}must have at least one component`);
  for (const part of topic.slice(1).split("/")) {
    checkIdentifierText(part, `${prefix}failed validation on component "${part}": `);
  }
}

/** `grpc.health.v1.Health`. */
export function addHealth(router: Router): void {
  router.add(Health, { check: () => ({ status: HealthCheckResponse_ServingStatus.SERVING }) });
}
