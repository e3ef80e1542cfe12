/**
 * The messages of containerd's events, by type.
 *
 * @module
 */
import type { DescMessage } from "@bufbuild/protobuf";
import { file_containerd_events_container } from "../gen/containerd/events/container_pb.ts";
import { file_containerd_events_content } from "../gen/containerd/events/content_pb.ts";
import { file_containerd_events_image } from "../gen/containerd/events/image_pb.ts";
import { file_containerd_events_namespace } from "../gen/containerd/events/namespace_pb.ts";
import { file_containerd_events_sandbox } from "../gen/containerd/events/sandbox_pb.ts";
import { file_containerd_events_snapshot } from "../gen/containerd/events/snapshot_pb.ts";
import { file_containerd_events_task } from "../gen/containerd/events/task_pb.ts";

/** The messages of containerd's events, by the names that an `Any` has for them. */
export const EVENT_SCHEMAS: ReadonlyMap<string, DescMessage> = new Map(
  [
    file_containerd_events_container,
    file_containerd_events_content,
    file_containerd_events_image,
    file_containerd_events_namespace,
    file_containerd_events_sandbox,
    file_containerd_events_snapshot,
    file_containerd_events_task,
  ].flatMap((file) => file.messages.map((message) => [message.typeName, message] as const)),
);
