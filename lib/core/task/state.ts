/**
 * What a container's process does.
 *
 * @module
 */
import { Status } from "../../gen/containerd/types/task_pb.ts";

/** What a container's process does. */
export type ContainerState = "created" | "running" | "stopped" | "paused" | "pausing" | "unknown";

/** A task's status as a word. */
export function stateOf(status: Status): ContainerState {
  switch (status) {
    case Status.CREATED:
      return "created";
    case Status.RUNNING:
      return "running";
    case Status.STOPPED:
      return "stopped";
    case Status.PAUSED:
      return "paused";
    case Status.PAUSING:
      return "pausing";
    default:
      return "unknown";
  }
}
