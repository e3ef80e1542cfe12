/**
 * Decodes events. Loaded with the first subscription: it brings the messages of all topics.
 *
 * @module
 */
import type { DescMessage } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { unpackMessage } from "../../api/any.ts";
import {
  ContainerCreateSchema,
  ContainerDeleteSchema,
  ContainerUpdateSchema,
} from "../../gen/containerd/events/container_pb.ts";
import {
  ContentCreateSchema,
  ContentDeleteSchema,
} from "../../gen/containerd/events/content_pb.ts";
import {
  ImageCreateSchema,
  ImageDeleteSchema,
  ImageUpdateSchema,
} from "../../gen/containerd/events/image_pb.ts";
import {
  NamespaceCreateSchema,
  NamespaceDeleteSchema,
  NamespaceUpdateSchema,
} from "../../gen/containerd/events/namespace_pb.ts";
import {
  SandboxCreateSchema,
  SandboxExitSchema,
  SandboxStartSchema,
} from "../../gen/containerd/events/sandbox_pb.ts";
import {
  SnapshotCommitSchema,
  SnapshotPrepareSchema,
  SnapshotRemoveSchema,
} from "../../gen/containerd/events/snapshot_pb.ts";
import {
  TaskCheckpointedSchema,
  TaskCreateSchema,
  TaskDeleteSchema,
  TaskExecAddedSchema,
  TaskExecStartedSchema,
  TaskExitSchema,
  TaskOOMSchema,
  TaskPausedSchema,
  TaskResumedSchema,
  TaskStartSchema,
} from "../../gen/containerd/events/task_pb.ts";
import type { Envelope } from "../../gen/containerd/types/envelope_pb.ts";
import type { ContainerdEvent, EventTopic } from "./types.ts";
import { toDate } from "../time.ts";

const SCHEMAS: { readonly [T in EventTopic]: DescMessage } = {
  "/containers/create": ContainerCreateSchema,
  "/containers/update": ContainerUpdateSchema,
  "/containers/delete": ContainerDeleteSchema,
  "/content/create": ContentCreateSchema,
  "/content/delete": ContentDeleteSchema,
  "/images/create": ImageCreateSchema,
  "/images/update": ImageUpdateSchema,
  "/images/delete": ImageDeleteSchema,
  "/namespaces/create": NamespaceCreateSchema,
  "/namespaces/update": NamespaceUpdateSchema,
  "/namespaces/delete": NamespaceDeleteSchema,
  "/sandboxes/create": SandboxCreateSchema,
  "/sandboxes/start": SandboxStartSchema,
  "/sandboxes/exit": SandboxExitSchema,
  "/snapshot/prepare": SnapshotPrepareSchema,
  "/snapshot/commit": SnapshotCommitSchema,
  "/snapshot/remove": SnapshotRemoveSchema,
  "/tasks/create": TaskCreateSchema,
  "/tasks/start": TaskStartSchema,
  "/tasks/exit": TaskExitSchema,
  "/tasks/delete": TaskDeleteSchema,
  "/tasks/exec-added": TaskExecAddedSchema,
  "/tasks/exec-started": TaskExecStartedSchema,
  "/tasks/oom": TaskOOMSchema,
  "/tasks/paused": TaskPausedSchema,
  "/tasks/resumed": TaskResumedSchema,
  "/tasks/checkpointed": TaskCheckpointedSchema,
};

/**
 * Decodes what Events.Subscribe delivers. A message that is not the topic's own is passed on as it
 * is: anybody may publish anything.
 */
export function decodeEvent(envelope: Envelope): ContainerdEvent {
  const { topic, namespace } = envelope;
  const base = { timestamp: toDate(envelope.timestamp), namespace };
  const event = Object.hasOwn(SCHEMAS, topic) && envelope.event
    ? decode(SCHEMAS[topic as EventTopic], envelope.event)
    : undefined;
  // The table pairs each topic with its message, which the checker cannot follow.
  if (event) return { ...base, topic, event } as ContainerdEvent;
  return { ...base, topic: "unknown", rawTopic: topic, event: envelope.event };
}

function decode(schema: DescMessage, any: Any): unknown {
  try {
    return unpackMessage(schema, any);
  } catch {
    return undefined;
  }
}
