/**
 * Container objects of records that were read, those that run with what can be done with them then.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Context } from "../context.ts";
import { Container, RunningContainer } from "./container.ts";

/**
 * Makes the object of a container.
 *
 * @param message Its record.
 * @param pid The process id of its task; `undefined` when it has none, or an ended one.
 */
export function liveContainer(
  context: Context,
  message: ContainerMessage,
  pid: number | undefined,
): Container | RunningContainer {
  const { id, snapshotter, snapshotKey, spec, labels } = message;
  const process = spec && unpackSpec(spec).process;
  const record = {
    id,
    argv: process?.args ?? [],
    terminal: process?.terminal ?? false,
    snapshotter,
    snapshotKey,
    labels,
  };
  return pid === undefined
    ? new Container(context, record)
    : new RunningContainer(context, record, pid);
}
