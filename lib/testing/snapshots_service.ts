/**
 * The snapshots of the fake: records with parents. Their mounts name folders of the fake's host,
 * which hold the files of layers as far as they were applied.
 *
 * @module
 */
import {
  SnapshotCommitSchema,
  SnapshotPrepareSchema,
  SnapshotRemoveSchema,
} from "../gen/containerd/events/snapshot_pb.ts";
import { Kind, type Snapshots } from "../gen/containerd/services/snapshots_pb.ts";
import { type FieldOf, labelAt, matcherOf, textField } from "./filter_match.ts";
import { sorted } from "./images_service.ts";
import type { CallInfo, ServiceHandlers } from "./router.ts";
import { mountsOf, snapshotFolder } from "./snapshot_mounts.ts";
import { type FakeState, type Labels, now, type SnapshotRecord } from "./state.ts";
import {
  alreadyExists,
  failedPrecondition,
  invalidArgument,
  notFound,
  required,
  status,
  unimplemented,
  unknown,
} from "./status.ts";
import { checkLabelSizes, updateLabels, withoutEmpty } from "./validate.ts";
import { StatusCode } from "../rpc/wire_error.ts";

/** The snapshotters that there are. */
export const SNAPSHOTTERS: readonly string[] = ["native", "overlayfs"];

const SNAPSHOT_REF = "containerd.io/snapshot.ref";
/** How many records a message of a list has. */
const PAGE = 100;

/** `containerd.services.snapshots.v1.Snapshots`. */
export function snapshotsService(state: FakeState): ServiceHandlers<typeof Snapshots> {
  const store = new SnapshotStore(state);
  return {
    prepare: (request, call) => ({ mounts: store.add(Kind.ACTIVE, request, call) }),
    view: (request, call) => ({ mounts: store.add(Kind.VIEW, request, call) }),
    mounts: ({ snapshotter, key }, call) => {
      const record = store.get(snapshotter, key, call);
      if (record.kind === Kind.COMMITTED) {
        throw failedPrecondition(
          `failed to get active mount: requested snapshot ${record.innerKey} not active or view`,
        );
      }
      return { mounts: mountsOf(store.all(snapshotter, call), snapshotter, record) };
    },
    commit: (request, call) => store.commit(request, call),
    remove: ({ snapshotter, key }, call) => store.remove(snapshotter, key, call),
    stat: ({ snapshotter, key }, call) => ({ info: infoOf(store.get(snapshotter, key, call)) }),
    update: ({ snapshotter, info, updateMask }, call) => {
      const { name, labels } = required(info, "info");
      checkSnapshotter(snapshotter, call);
      if (name === "") throw status(StatusCode.InvalidArgument, "invalid argument");
      const record = store.get(snapshotter, name, call);
      const paths = updateMask?.paths ?? [];
      const changed = updateLabels(
        record.labels,
        labels,
        paths.length > 0 ? paths : ["labels"],
        (path) => invalidArgument(`cannot update "${path}" field on snapshot "${name}"`),
      );
      checkLabelSizes(changed, "info.Labels");
      record.labels = changed;
      record.updatedAt = now();
      return { info: infoOf(record) };
    },
    async *list({ snapshotter, filters }, call) {
      const matches = matcherOf(filters, fieldOf, (text) => unknown(`${text}: invalid argument`));
      const chosen = sorted(store.all(snapshotter, call)).filter(matches).map(infoOf);
      for (let at = 0; at < chosen.length; at += PAGE) {
        yield await Promise.resolve({ info: chosen.slice(at, at + PAGE) });
      }
    },
    usage: async ({ snapshotter, key }, call) => {
      const folder = snapshotFolder(snapshotter, store.get(snapshotter, key, call).id);
      const files = state.host.files.filter((path) => path.startsWith(`${folder}/`));
      let size = 0;
      for (const path of files) size += (await state.host.lstat(path))?.size ?? 0;
      return { size: BigInt(size), inodes: BigInt(files.length) };
    },
    cleanup: ({ snapshotter }, call) => {
      checkSnapshotter(snapshotter, call);
      throw unimplemented("snapshotter does not implement Cleanup method: not implemented");
    },
  };
}

interface NewSnapshot {
  readonly snapshotter: string;
  readonly key: string;
  readonly parent: string;
  readonly labels: Labels;
}

class SnapshotStore {
  readonly #state: FakeState;

  constructor(state: FakeState) {
    this.#state = state;
  }

  all(snapshotter: string, call: CallInfo): ReadonlyMap<string, SnapshotRecord> {
    checkSnapshotter(snapshotter, call);
    return this.#state.peek(call.namespace).snapshots.get(snapshotter) ?? new Map();
  }

  get(snapshotter: string, key: string, call: CallInfo): SnapshotRecord {
    const record = this.all(snapshotter, call).get(key);
    if (!record) throw notFound(`snapshot ${key} does not exist`);
    return record;
  }

  add(kind: Kind, { snapshotter, key, parent, labels }: NewSnapshot, call: CallInfo) {
    checkSnapshotter(snapshotter, call);
    checkLabelSizes(labels, "info.Labels");
    const namespace = this.#state.open(call.namespace);
    const records = this.all(snapshotter, call);
    // The client says what it is going to make; what is there need not be made.
    const target = labels[SNAPSHOT_REF];
    if (target !== undefined && records.has(target)) {
      throw alreadyExists(`target snapshot "${target}"`);
    }
    if (records.has(key)) throw alreadyExists(`snapshot "${key}"`);
    if (key === "") throw unknown("bucket name required");
    const base = parent === "" ? undefined : records.get(parent);
    if (parent !== "" && !base) throw notFound(`parent snapshot ${parent} does not exist`);
    if (base && base.kind !== Kind.COMMITTED) {
      throw invalidArgument(
        `failed to create snapshot: parent "${base.innerKey}" is not committed snapshot`,
      );
    }
    namespace.lease(call.lease, `snapshots/${snapshotter}`, key);
    const id = this.#state.nextId();
    const at = now();
    const record: SnapshotRecord = {
      name: key,
      parent,
      kind,
      createdAt: at,
      updatedAt: at,
      labels: withoutEmpty(labels),
      id,
      innerKey: `${namespace.name}/${id}/${key}`,
    };
    namespace.snapshotsOf(snapshotter).set(key, record);
    this.#state.host.addFolder(snapshotFolder(snapshotter, id));
    this.#state.events.publish(namespace.name, "/snapshot/prepare", SnapshotPrepareSchema, {
      key,
      parent,
      ...this.#named(snapshotter),
    });
    return mountsOf(records, snapshotter, record);
  }

  commit(
    { snapshotter, key, name, labels }: {
      snapshotter: string;
      key: string;
      name: string;
      labels: Labels;
    },
    call: CallInfo,
  ): Record<string, never> {
    checkSnapshotter(snapshotter, call);
    checkLabelSizes(labels, "info.Labels");
    const namespace = this.#state.peek(call.namespace);
    const records = namespace.snapshots.get(snapshotter);
    if (!records) throw notFound(`can not find snapshotter "${snapshotter}"`);
    if (records.has(name)) throw alreadyExists(`snapshot "${name}"`);
    if (name === "") throw unknown("bucket name required");
    const record = this.get(snapshotter, key, call);
    if (record.kind !== Kind.ACTIVE) {
      throw failedPrecondition(
        `failed to commit snapshot${this.#state.atLeast(1, 7) ? ` ${record.innerKey}` : ""}: ` +
          `snapshot "${record.innerKey}" is not active`,
      );
    }
    namespace.lease(call.lease, `snapshots/${snapshotter}`, name);
    namespace.unlease(call.lease, `snapshots/${snapshotter}`, key);
    const at = now();
    records.delete(key);
    records.set(name, {
      ...record,
      name,
      kind: Kind.COMMITTED,
      createdAt: at,
      updatedAt: at,
      labels: withoutEmpty(labels),
      innerKey: `${namespace.name}/${this.#state.nextId()}/${name}`,
    });
    this.#state.events.publish(namespace.name, "/snapshot/commit", SnapshotCommitSchema, {
      key,
      name,
      ...this.#named(snapshotter),
    });
    return {};
  }

  async remove(
    snapshotter: string,
    key: string,
    call: CallInfo,
  ): Promise<Record<string, never>> {
    const record = this.get(snapshotter, key, call);
    const namespace = this.#state.peek(call.namespace);
    const records = namespace.snapshotsOf(snapshotter);
    if ([...records.values()].some(({ parent }) => parent === key)) {
      throw failedPrecondition("cannot remove snapshot with child");
    }
    records.delete(key);
    namespace.unlease(call.lease, `snapshots/${snapshotter}`, key);
    this.#state.events.publish(namespace.name, "/snapshot/remove", SnapshotRemoveSchema, {
      key,
      ...this.#named(snapshotter),
    });
    await this.#state.host.remove(snapshotFolder(snapshotter, record.id));
    return {};
  }

  /** Events name the snapshotter since 1.7. */
  #named(snapshotter: string): { snapshotter?: string } {
    return this.#state.atLeast(1, 7) ? { snapshotter } : {};
  }
}

function checkSnapshotter(snapshotter: string, call: CallInfo): void {
  void call.namespace;
  if (snapshotter === "") throw invalidArgument("snapshotter argument missing");
  if (!SNAPSHOTTERS.includes(snapshotter)) {
    throw invalidArgument(`snapshotter not loaded: ${snapshotter}`);
  }
}

function infoOf({ name, parent, kind, createdAt, updatedAt, labels }: SnapshotRecord) {
  return { name, parent, kind, createdAt, updatedAt, labels };
}

const fieldOf: FieldOf<SnapshotRecord> = ({ name, parent, kind, labels }, [first, ...rest]) => {
  if (first === "name") return textField(name);
  if (first === "parent") return textField(parent);
  if (first === "kind") return Kind[kind].toLowerCase();
  return first === "labels" ? labelAt(labels, rest) : undefined;
};
