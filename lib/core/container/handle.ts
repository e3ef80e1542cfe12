/**
 * One container, as the objects share it that stand for its states.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import type { Context } from "../context.ts";
import type { LogMark } from "../logs/files.ts";
import { endTask } from "../task/task.ts";
import { discardContainer } from "./discard.ts";

/** The label with a container's name; nerdctl's. */
export const NAME_LABEL = "nerdctl/name";
/** The label with the name of a container of Kubernetes; unique in its pod only. */
const KUBERNETES_NAME_LABEL = "io.kubernetes.container.name";
/** What is known of a container from its record. */
export interface ContainerRecord {
  /** Its id. */
  readonly id: string;
  /** What its process is. */
  readonly argv: readonly string[];
  /** The snapshotter; empty for none. */
  readonly snapshotter: string;
  /** The key of its snapshot; its id by default. */
  readonly snapshotKey?: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether its process gets a terminal. */
  readonly terminal: boolean;
  /** Whether it goes with the client that made it. */
  readonly owned?: boolean;
}

/** The part of a record that objects of a container work with. */
export function recordOf(message: ContainerMessage): ContainerRecord {
  const { id, snapshotter, snapshotKey, spec, labels } = message;
  const process = spec && unpackSpec(spec).process;
  return {
    id,
    argv: process?.args ?? [],
    terminal: process?.terminal ?? false,
    snapshotter,
    snapshotKey,
    labels,
  };
}

/** A container's name: what its labels say, else its id. */
export function nameOf(id: string, labels: Readonly<Record<string, string>>): string {
  return labels[NAME_LABEL] || labels[KUBERNETES_NAME_LABEL] || id;
}

/** One container: removed once, whichever of its objects is asked to. */
export class ContainerHandle implements AsyncDisposable {
  /** Where it is. */
  readonly context: Context;
  /** What is known of it. */
  readonly record: ContainerRecord;
  /** Where its log ended when its process was started; `undefined` when it had none. */
  logMark: LogMark | undefined;
  #removed: Promise<void> | undefined;

  /** @param record What is known. One that is owned goes with the client. */
  constructor(context: Context, record: ContainerRecord) {
    this.context = context;
    this.record = record;
    if (record.owned) context.session.own(this);
  }

  /** Ends its process if there is one, and removes it with all that belongs to it. Once. */
  remove(options: { volumes?: boolean } = {}): Promise<void> {
    return this.#removed ??= (async () => {
      const { context, record } = this;
      const { keepStopped } = await import("./restart_policy.ts");
      await keepStopped(context, record.id, record.labels);
      await endTask(context, record.id);
      await discardContainer(context, record, options);
      context.session.disown(this);
    })();
  }

  /** The same as {@linkcode remove}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }
}
