/**
 * What containerd tells of, by topic.
 *
 * @module
 */
import type { Any } from "@bufbuild/protobuf/wkt";
import type {
  ContainerCreate,
  ContainerDelete,
  ContainerUpdate,
} from "../../gen/containerd/events/container_pb.ts";
import type { ContentCreate, ContentDelete } from "../../gen/containerd/events/content_pb.ts";
import type {
  ImageCreate,
  ImageDelete,
  ImageUpdate,
} from "../../gen/containerd/events/image_pb.ts";
import type {
  NamespaceCreate,
  NamespaceDelete,
  NamespaceUpdate,
} from "../../gen/containerd/events/namespace_pb.ts";
import type {
  SandboxCreate,
  SandboxExit,
  SandboxStart,
} from "../../gen/containerd/events/sandbox_pb.ts";
import type {
  SnapshotCommit,
  SnapshotPrepare,
  SnapshotRemove,
} from "../../gen/containerd/events/snapshot_pb.ts";
import type {
  TaskCheckpointed,
  TaskCreate,
  TaskDelete,
  TaskExecAdded,
  TaskExecStarted,
  TaskExit,
  TaskOOM,
  TaskPaused,
  TaskResumed,
  TaskStart,
} from "../../gen/containerd/events/task_pb.ts";

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

/** The events of some topics: a union that `topic` tells apart. */
export type EventOf<T extends EventTopic> = {
  [K in T]: {
    /** What happened. */
    readonly topic: K;
    /** The particulars. */
    readonly event: EventMessages[K];
    /** When it happened, by the daemon's clock. */
    readonly timestamp: Date | undefined;
    /** The namespace in which it happened. */
    readonly namespace: string;
  };
}[T];

/** An event that this library does not know: of a newer daemon, or published by somebody else. */
export interface UnknownEvent {
  /** Says that it is not known. */
  readonly topic: "unknown";
  /** The topic that it was published under. */
  readonly rawTopic: string;
  /** What was published, as it is. */
  readonly event: Any | undefined;
  /** When it happened, by the daemon's clock. */
  readonly timestamp: Date | undefined;
  /** The namespace in which it happened. */
  readonly namespace: string;
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

const TOPICS: Readonly<Record<EventTopic, true>> = {
  "/containers/create": true,
  "/containers/update": true,
  "/containers/delete": true,
  "/content/create": true,
  "/content/delete": true,
  "/images/create": true,
  "/images/update": true,
  "/images/delete": true,
  "/namespaces/create": true,
  "/namespaces/update": true,
  "/namespaces/delete": true,
  "/sandboxes/create": true,
  "/sandboxes/start": true,
  "/sandboxes/exit": true,
  "/snapshot/prepare": true,
  "/snapshot/commit": true,
  "/snapshot/remove": true,
  "/tasks/create": true,
  "/tasks/start": true,
  "/tasks/exit": true,
  "/tasks/delete": true,
  "/tasks/exec-added": true,
  "/tasks/exec-started": true,
  "/tasks/oom": true,
  "/tasks/paused": true,
  "/tasks/resumed": true,
  "/tasks/checkpointed": true,
};

/** The topics that containerd publishes. */
export const EVENT_TOPICS: readonly EventTopic[] = Object.keys(TOPICS) as EventTopic[];
