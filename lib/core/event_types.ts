/**
 * What containerd tells of, by topic, and how it is decoded.
 *
 * @module
 */
import type { DescMessage } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { unpackMessage } from "../api/any.ts";
import {
  type ContainerCreate,
  ContainerCreateSchema,
  type ContainerDelete,
  ContainerDeleteSchema,
  type ContainerUpdate,
  ContainerUpdateSchema,
} from "../gen/containerd/events/container_pb.ts";
import {
  type ContentCreate,
  ContentCreateSchema,
  type ContentDelete,
  ContentDeleteSchema,
} from "../gen/containerd/events/content_pb.ts";
import {
  type ImageCreate,
  ImageCreateSchema,
  type ImageDelete,
  ImageDeleteSchema,
  type ImageUpdate,
  ImageUpdateSchema,
} from "../gen/containerd/events/image_pb.ts";
import {
  type NamespaceCreate,
  NamespaceCreateSchema,
  type NamespaceDelete,
  NamespaceDeleteSchema,
  type NamespaceUpdate,
  NamespaceUpdateSchema,
} from "../gen/containerd/events/namespace_pb.ts";
import {
  type SandboxCreate,
  SandboxCreateSchema,
  type SandboxExit,
  SandboxExitSchema,
  type SandboxStart,
  SandboxStartSchema,
} from "../gen/containerd/events/sandbox_pb.ts";
import {
  type SnapshotCommit,
  SnapshotCommitSchema,
  type SnapshotPrepare,
  SnapshotPrepareSchema,
  type SnapshotRemove,
  SnapshotRemoveSchema,
} from "../gen/containerd/events/snapshot_pb.ts";
import {
  type TaskCheckpointed,
  TaskCheckpointedSchema,
  type TaskCreate,
  TaskCreateSchema,
  type TaskDelete,
  TaskDeleteSchema,
  type TaskExecAdded,
  TaskExecAddedSchema,
  type TaskExecStarted,
  TaskExecStartedSchema,
  type TaskExit,
  TaskExitSchema,
  type TaskOOM,
  TaskOOMSchema,
  type TaskPaused,
  TaskPausedSchema,
  type TaskResumed,
  TaskResumedSchema,
  type TaskStart,
  TaskStartSchema,
} from "../gen/containerd/events/task_pb.ts";
import type { Envelope } from "../gen/containerd/types/envelope_pb.ts";
import { toDate } from "./time.ts";

/** The message of every topic that containerd publishes. */
export interface EventMessages {
  /** A container's record was made. */
  "/containers/create": ContainerCreate;
  /** A container's record was changed. */
  "/containers/update": ContainerUpdate;
  /** A container's record is gone. */
  "/containers/delete": ContainerDelete;
  /** A blob was written (2.1 and newer). */
  "/content/create": ContentCreate;
  /** A blob was deleted by a client; the garbage collector deletes silently. */
  "/content/delete": ContentDelete;
  /** An image's record was made. */
  "/images/create": ImageCreate;
  /** An image's record was changed. */
  "/images/update": ImageUpdate;
  /** An image's record is gone. */
  "/images/delete": ImageDelete;
  /** A namespace was made. */
  "/namespaces/create": NamespaceCreate;
  /** A namespace's labels were changed. */
  "/namespaces/update": NamespaceUpdate;
  /** A namespace is gone. */
  "/namespaces/delete": NamespaceDelete;
  /** A sandbox was made (1.7 and newer). */
  "/sandboxes/create": SandboxCreate;
  /** A sandbox was started (1.7 and newer). */
  "/sandboxes/start": SandboxStart;
  /** A sandbox has ended (1.7 and newer). */
  "/sandboxes/exit": SandboxExit;
  /** A snapshot that can be written to, or a view, was made. */
  "/snapshot/prepare": SnapshotPrepare;
  /** A snapshot was committed. */
  "/snapshot/commit": SnapshotCommit;
  /** A snapshot is gone. */
  "/snapshot/remove": SnapshotRemove;
  /** A container got a process, which waits for its start. */
  "/tasks/create": TaskCreate;
  /** A container's process was started. */
  "/tasks/start": TaskStart;
  /** A process has ended: the container's own when `id` is `containerId`, else the exec `id`. */
  "/tasks/exit": TaskExit;
  /** An ended process was cleaned up. */
  "/tasks/delete": TaskDelete;
  /** A further process of a container was described. */
  "/tasks/exec-added": TaskExecAdded;
  /** A further process of a container was started. */
  "/tasks/exec-started": TaskExecStarted;
  /** The kernel killed a process of the container for want of memory. */
  "/tasks/oom": TaskOOM;
  /** A container was paused. */
  "/tasks/paused": TaskPaused;
  /** A container goes on. */
  "/tasks/resumed": TaskResumed;
  /** A container's state was saved. */
  "/tasks/checkpointed": TaskCheckpointed;
}

/** A topic that containerd publishes. */
export type EventTopic = keyof EventMessages;

/** What all events say. */
interface EventBase {
  /** When it happened, by the daemon's clock. */
  readonly timestamp: Date | undefined;
  /** The namespace in which it happened. */
  readonly namespace: string;
}

/** The events of some topics: a union that `topic` tells apart. */
export type EventOf<T extends EventTopic> = {
  [K in T]: EventBase & {
    /** What happened. */
    readonly topic: K;
    /** The particulars. */
    readonly event: EventMessages[K];
  };
}[T];

/** An event that this library does not know: of a newer daemon, or published by somebody else. */
export interface UnknownEvent extends EventBase {
  /** Says that it is not known. */
  readonly topic: "unknown";
  /** The topic that it was published under. */
  readonly rawTopic: string;
  /** What was published, as it is. */
  readonly event: Any | undefined;
}

/** Events that were lost. */
export interface EventGap {
  /** Says that this is no event. */
  readonly topic: "gap";
  /**
   * Why: the connection to the daemon was lost and made again, or this consumer was so slow that
   * its buffer was full.
   */
  readonly reason: "disconnected" | "overflow";
  /** How many were lost; nobody can know that of a lost connection. */
  readonly missed: number | undefined;
  /** When the loss was noticed, by this machine's clock. */
  readonly timestamp: Date;
}

/** Any event. */
export type ContainerdEvent = EventOf<EventTopic> | UnknownEvent;

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

/** The topics that containerd publishes. */
export const EVENT_TOPICS: readonly EventTopic[] = Object.keys(SCHEMAS) as EventTopic[];

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
