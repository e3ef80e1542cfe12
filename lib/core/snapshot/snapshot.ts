/**
 * A snapshot: a file system in layers, to be written to, looked at, or built on.
 *
 * @module
 */
import {
  AlreadyExistsError,
  FailedPreconditionError,
  NotFoundError,
  ProtocolError,
} from "../../errors/errors.ts";
import { type Info, Kind } from "../../gen/containerd/services/snapshots_pb.ts";
import { checkLabels, checkSnapshotKey } from "../../oci/names.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { Files } from "../files/files.ts";
import type { WritableSource } from "../files/source.ts";
import { FilesView, type LazySource, lazySource } from "../files/view.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { keptLabel, type SnapshotHold } from "./hold.ts";
import { toDate } from "../time.ts";

/**
 * What a snapshot is for: `active` ones are written to, a `view` is looked at, a `committed` one
 * is what others are built on.
 */
export type SnapshotKind = "active" | "view" | "committed" | "unknown";

/** A snapshot's record. */
export interface SnapshotInfo {
  /** Its key, or its name once it is committed. */
  readonly key: string;
  /** What it is built on; `undefined` for an empty file system. */
  readonly parent: string | undefined;
  /** What it is for. */
  readonly kind: SnapshotKind;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was made. */
  readonly createdAt: Date | undefined;
  /** When it was last changed. */
  readonly updatedAt: Date | undefined;
}

/** What a snapshot takes up, without those that it is built on. */
export interface SnapshotUsage {
  /** Bytes on disk. */
  readonly sizeBytes: number;
  /** Files, folders and the like. */
  readonly inodes: number;
}

/** One mount of those that make up a file system, as mount(2) has them. */
export interface SnapshotMount {
  /** Such as `overlay` or `bind`. */
  readonly type: string;
  /** The device or folder on the daemon's host. */
  readonly source: string;
  /** Where below the root; empty for the root itself. */
  readonly target: string;
  /** Such as `["ro", "rbind"]`. */
  readonly options: readonly string[];
}

/** Where a snapshot is, and what keeps it. */
export interface SnapshotRecord {
  /** Its key or name. */
  readonly key: string;
  /** Its snapshotter. */
  readonly snapshotter: string;
  /** What keeps it from the garbage collector for as long as this script lives. */
  readonly hold?: SnapshotHold | undefined;
  /** Whether it was committed, so that the key is no longer its own. */
  committed?: boolean;
}

/** Reads a record. */
export function snapshotInfo(info: Info): SnapshotInfo {
  return {
    key: info.name,
    parent: info.parent || undefined,
    kind: kindOf(info.kind),
    labels: info.labels,
    createdAt: toDate(info.createdAt),
    updatedAt: toDate(info.updatedAt),
  };
}

function kindOf(kind: Kind): SnapshotKind {
  switch (kind) {
    case Kind.ACTIVE:
      return "active";
    case Kind.VIEW:
      return "view";
    case Kind.COMMITTED:
      return "committed";
    default:
      return "unknown";
  }
}

/** A snapshot of any kind. Disposing of it removes it. */
export class Snapshot implements AsyncDisposable {
  readonly #context: Context;
  readonly #record: SnapshotRecord;
  #removed: Promise<void> | undefined;

  /** For {@linkcode Snapshots} and {@linkcode SnapshotBuilder}. */
  constructor(context: Context, record: SnapshotRecord) {
    this.#context = context;
    this.#record = record;
    if (record.hold) context.session.own(this);
  }

  /** Its key, or its name once it is committed. */
  get key(): string {
    return this.#record.key;
  }

  /** Its snapshotter, such as `overlayfs`. */
  get snapshotter(): string {
    return this.#record.snapshotter;
  }

  /**
   * Its record.
   *
   * @throws {NotFoundError} when it is gone.
   */
  async stat(options: { signal?: AbortSignal } = {}): Promise<SnapshotInfo> {
    return await statSnapshot(this.#context, this.#record, options);
  }

  /** What it takes up, without those that it is built on. For an active one this walks its files. */
  async usage(options: { signal?: AbortSignal } = {}): Promise<SnapshotUsage> {
    const { size, inodes } = await this.#context.api.snapshots.usage(this.#id, options);
    return { sizeBytes: Number(size), inodes: Number(inodes) };
  }

  /**
   * Its files. The daemon makes a tar of them for every look, so that this works wherever the daemon
   * is; for many looks at something large, take the image's.
   */
  get files(): FilesView {
    return new FilesView(filesOf(this.#context, this.#record));
  }

  /** Sets labels, and deletes those whose value is empty. Others stay. */
  async label(
    labels: Record<string, string>,
    options: { signal?: AbortSignal } = {},
  ): Promise<SnapshotInfo> {
    checkLabels(labels);
    throwIfAborted(options.signal, `labelling snapshot "${this.key}"`);
    const { info } = await this.#context.api.snapshots.update({
      snapshotter: this.snapshotter,
      info: { name: this.key, labels },
      updateMask: { paths: Object.keys(labels).map((key) => `labels.${key}`) },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
    if (!info) throw new ProtocolError(`Snapshots.Update answered nothing for "${this.key}"`);
    return snapshotInfo(info);
  }

  /**
   * Removes it. One that is gone already is fine.
   *
   * @throws {FailedPreconditionError} when others are built on it.
   */
  async remove(): Promise<void> {
    if (this.#record.committed) return;
    await removeSnapshot(this.#context, this.#record);
    this.#context.session.disown(this);
    await this.#record.hold?.release();
  }

  /**
   * Removes it. One that others are built on goes with the last of them, unless it is to be kept.
   * Twice is fine.
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#removed ??= this.remove().catch(async (error) => {
      const { hold } = this.#record;
      if (!hold || !(error instanceof FailedPreconditionError)) throw error;
      this.#context.session.disown(this);
      await hold.release();
    });
  }

  get #id(): { snapshotter: string; key: string } {
    return { snapshotter: this.snapshotter, key: this.key };
  }
}

/** A snapshot that can be looked at, but not written to. */
export class SnapshotView extends Snapshot {
  readonly #context: Context;

  /** For {@linkcode Snapshots} and {@linkcode SnapshotBuilder}. */
  constructor(context: Context, record: SnapshotRecord) {
    super(context, record);
    this.#context = context;
  }

  /** The mounts that make up the file system, for mount(2) on the daemon's host. */
  mounts(options: { signal?: AbortSignal } = {}): Promise<SnapshotMount[]> {
    return mountsOf(this.#context, this, options);
  }
}

/** A snapshot that is written to. */
export class ActiveSnapshot extends Snapshot {
  readonly #context: Context;
  readonly #record: SnapshotRecord;

  /** For {@linkcode Snapshots} and {@linkcode SnapshotBuilder}. */
  constructor(context: Context, record: SnapshotRecord) {
    super(context, record);
    this.#context = context;
    this.#record = record;
  }

  /** The mounts that make up the file system, for mount(2) on the daemon's host. */
  mounts(options: { signal?: AbortSignal } = {}): Promise<SnapshotMount[]> {
    return mountsOf(this.#context, this, options);
  }

  /** Its files, to be looked at and changed; see {@linkcode Snapshot.files}. */
  override get files(): Files {
    return new Files(filesOf(this.#context, this.#record));
  }

  /**
   * Fixes what was written under a name that others can be built on. This object's own key is gone
   * then; who disposes of it removes nothing.
   *
   * @param options `labels` of the new snapshot; this one's are not taken over. `keep`: lets it
   * outlive the script, although this one did not.
   * @returns The committed snapshot, which lives as long as this one would have.
   * @throws {AlreadyExistsError} when there is a snapshot of that name.
   */
  async commit(
    name: string,
    options: { labels?: Record<string, string>; keep?: boolean; signal?: AbortSignal } = {},
  ): Promise<Snapshot> {
    const { key, snapshotter, hold } = this.#record;
    checkSnapshotKey(name);
    checkLabels(options.labels ?? {});
    const kept = options.keep || (!hold && !this.#context.lease);
    const owner = { [OWNER_LABEL]: this.#context.session.owner };
    const labels = { ...options.labels, ...(kept ? keptLabel() : owner) };
    throwIfAborted(options.signal, `committing snapshot "${key}"`);
    const { api } = hold?.context ?? this.#context;
    try {
      await api.snapshots.commit({ snapshotter, key, name, labels }, {
        timeoutMs: CHANGE_TIMEOUT_MS,
      });
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      throw new AlreadyExistsError(
        `Cannot commit snapshot "${key}" as "${name}": there is a snapshot of that name; remove ` +
          "it first, or choose another name",
        { cause: error },
      );
    }
    this.#record.committed = true;
    this.#context.session.disown(this);
    if (kept) await hold?.release();
    return new Snapshot(this.#context, { key: name, snapshotter, hold: kept ? undefined : hold });
  }
}

function filesOf(
  context: Context,
  { key, snapshotter }: { key: string; snapshotter: string },
): LazySource<WritableSource> {
  const label = `snapshot "${key}"`;
  return lazySource(label, async () => {
    const { SnapshotSource } = await import("../files/snapshot_source.ts");
    return new SnapshotSource(context, { key, snapshotter }, label);
  });
}

/** A snapshot's record. @throws {NotFoundError} when there is none of that key. */
export async function statSnapshot(
  context: Context,
  snapshot: { key: string; snapshotter: string },
  options: { signal?: AbortSignal } = {},
): Promise<SnapshotInfo> {
  const { key, snapshotter } = snapshot;
  try {
    const { info } = await context.api.snapshots.stat({ snapshotter, key }, options);
    if (!info) throw new ProtocolError(`Snapshots.Stat answered nothing for "${key}"`);
    return snapshotInfo(info);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(
      `Cannot find snapshot "${key}" of "${snapshotter}" in namespace "${context.namespace}"`,
      { cause: error },
    );
  }
}

/** Removes a snapshot, with a deadline of its own. One that is gone is fine. */
export async function removeSnapshot(
  context: Context,
  snapshot: { key: string; snapshotter: string },
): Promise<void> {
  const { key, snapshotter } = snapshot;
  try {
    await context.api.snapshots.remove({ snapshotter, key }, { timeoutMs: TEARDOWN_TIMEOUT_MS });
  } catch (error) {
    if (error instanceof NotFoundError) return;
    if (!(error instanceof FailedPreconditionError)) throw error;
    throw new FailedPreconditionError(
      `Cannot remove snapshot "${key}" of "${snapshotter}": others are built on it; remove those ` +
        "first",
      { cause: error },
    );
  }
}

async function mountsOf(
  context: Context,
  snapshot: { key: string; snapshotter: string },
  options: { signal?: AbortSignal },
): Promise<SnapshotMount[]> {
  const { key, snapshotter } = snapshot;
  const { mounts } = await context.api.snapshots.mounts({ snapshotter, key }, options);
  return mounts.map(({ type, source, target, options }) => ({ type, source, target, options }));
}
