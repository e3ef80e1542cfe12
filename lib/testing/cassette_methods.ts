/**
 * What cassettes know of methods.
 *
 * @module
 */
import type { DescMethod } from "@bufbuild/protobuf";
import { PROBE_TOPIC } from "../core/event/hub.ts";

/** `containerd.services.images.v1.Images/Get`. */
export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** How a subscription is proven to exist: as often as it takes, which no replay need repeat. */
export function isProbe(method: DescMethod, request: object): boolean {
  return method.name === "Publish" && "topic" in request && request.topic === PROBE_TOPIC;
}

/** Whether a call changes nothing, so that it may be repeated in a replay. */
export function isRead(method: string): boolean {
  return /\/(Get|List\w*|Info|Stat|Status|Mounts|Usage|Read|Version|Plugins|PluginInfo|Server|Check|Metrics)$/
    .test(method);
}
