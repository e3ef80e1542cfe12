/**
 * Snapshots: described first, then made.
 *
 * @module
 */
import {
  AlreadyExistsError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../errors/errors.ts";
import { checkLabels, checkSnapshotKey } from "../../oci/names.ts";
import type { LinuxIDMapping } from "../../oci/runtime_spec.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { Image } from "../image/image.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { ActiveSnapshot, Snapshot, type SnapshotRecord, SnapshotView } from "./snapshot.ts";
import { keptLabel, SnapshotHold } from "./hold.ts";
import {
  chooseSnapshotter,
  GID_MAP_LABEL,
  listSnapshotters,
  type SnapshotterInfo,
  UID_MAP_LABEL,
} from "./snapshotter.ts";
import { sweepOnce } from "../session/sweep_once.ts";

/** What a snapshot can be built on: an image, a committed snapshot, or its name. */
export type SnapshotParent = Image | Snapshot | string;

/** What a snapshot is to be. */
interface SnapshotPlan {
  readonly parent: SnapshotParent | undefined;
  readonly key?: string;
  readonly snapshotter?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mapping: Readonly<Record<string, string>>;
  readonly kept: boolean;
}

/** What a snapshotter must be able to do to show files under other ids. */
export const REMAP_CAPABILITY = "remap-ids";

/** Describes a snapshot. Every method returns a new builder; `prepare()` or `view()` makes it. */
export class SnapshotBuilder {
  readonly #context: Context;
  readonly #plan: SnapshotPlan;

  private constructor(context: Context, plan: SnapshotPlan) {
    this.#context = context;
    this.#plan = plan;
  }

  /** For {@linkcode Snapshots.from}. */
  static of(context: Context, parent: SnapshotParent | undefined): SnapshotBuilder {
    return new SnapshotBuilder(context, { parent, labels: {}, mapping: {}, kept: false });
  }

  #set(change: Partial<SnapshotPlan>): SnapshotBuilder {
    return new SnapshotBuilder(this.#context, { ...this.#plan, ...change });
  }

  /** Its key, any text; random by default. */
  key(key: string): SnapshotBuilder {
    return this.#set({ key: checkSnapshotKey(key) });
  }

  /** Labels of the snapshot, over earlier ones. */
  labels(labels: Record<string, string>): SnapshotBuilder {
    checkLabels(labels);
    return this.#set({ labels: { ...this.#plan.labels, ...labels } });
  }

  /** The snapshotter; the parent's or the namespace's by default, else `overlayfs`. */
  snapshotter(name: string): SnapshotBuilder {
    return this.#set({ snapshotter: name });
  }

  /**
   * Shows the files of the parent under other ids, for a user namespace. The snapshotter must have
   * the capability `remap-ids`.
   *
   * @param uids Which ids inside are which outside.
   * @param gids The same for groups; `uids` by default.
   */
  remap(
    uids: readonly LinuxIDMapping[],
    gids: readonly LinuxIDMapping[] = uids,
  ): SnapshotBuilder {
    return this.#set({ mapping: idMapLabels(uids, gids) });
  }

  /**
   * Lets the snapshot outlive this script. Without it, it is removed when the client is closed, and
   * that of a script that was killed by the next one's sweep.
   */
  keep(): SnapshotBuilder {
    return this.#set({ kept: true });
  }

  /** Applies a function to this builder: how users extend a chain. */
  with<R>(extend: (builder: this) => R): R {
    return extend(this);
  }

  /**
   * Makes a snapshot that is written to.
   *
   * @throws {AlreadyExistsError} when the key is taken.
   * @throws {NotFoundError} when the parent is not there.
   * @throws {UnsupportedError} when the daemon has no such snapshotter, or it cannot remap ids.
   */
  async prepare(options: { signal?: AbortSignal } = {}): Promise<ActiveSnapshot> {
    return new ActiveSnapshot(this.#context, await this.#make("prepare", options.signal));
  }

  /** Makes a snapshot that is only looked at. Throws as {@linkcode prepare} does. */
  async view(options: { signal?: AbortSignal } = {}): Promise<SnapshotView> {
    return new SnapshotView(this.#context, await this.#make("view", options.signal));
  }

  async #make(rpc: "prepare" | "view", signal: AbortSignal | undefined): Promise<SnapshotRecord> {
    sweepOnce(this.#context);
    const { key = `davit-${crypto.randomUUID()}`, kept } = this.#plan;
    const snapshotter = await this.#choose();
    const parent = await this.#parentName(snapshotter, signal);
    throwIfAborted(signal, `making snapshot "${key}"`);
    const owned = !kept && this.#context.lease === undefined;
    const hold = owned ? await SnapshotHold.take(this.#context, signal) : undefined;
    const { api } = hold?.context ?? this.#context;
    const labels = {
      ...this.#plan.labels,
      ...this.#plan.mapping,
      ...(kept ? keptLabel() : { [OWNER_LABEL]: this.#context.session.owner }),
    };
    try {
      const request = { snapshotter, key, parent, labels };
      await api.snapshots[rpc](request, { timeoutMs: CHANGE_TIMEOUT_MS });
      return { key, snapshotter, hold };
    } catch (error) {
      await hold?.release().catch(() => {/* the first error counts */});
      throw this.#describe(error, { key, parent, snapshotter });
    }
  }

  async #choose(): Promise<string> {
    const { parent, mapping } = this.#plan;
    const own = parent instanceof Snapshot ? parent.snapshotter : undefined;
    const chosen = await chooseSnapshotter(this.#context, {
      snapshotter: this.#plan.snapshotter ?? own,
    });
    if (Object.keys(mapping).length > 0 && !chosen.capabilities.includes(REMAP_CAPABILITY)) {
      throw cannotRemap(chosen, await listSnapshotters(this.#context));
    }
    return chosen.name;
  }

  /** The parent's name. An image is unpacked if it is not. */
  async #parentName(snapshotter: string, signal: AbortSignal | undefined): Promise<string> {
    const { parent } = this.#plan;
    if (parent === undefined) return "";
    if (parent instanceof Snapshot) return parent.key;
    if (typeof parent === "string") return checkSnapshotKey(parent);
    return await parent.unpack({ snapshotter, signal }) ?? "";
  }

  #describe(error: unknown, at: { key: string; parent: string; snapshotter: string }): unknown {
    const { key, parent, snapshotter } = at;
    if (error instanceof AlreadyExistsError) {
      return new AlreadyExistsError(
        `Cannot make snapshot "${key}" of "${snapshotter}": the key is taken; remove that ` +
          "snapshot first, or choose another key",
        { cause: error },
      );
    }
    if (error instanceof NotFoundError && parent !== "") {
      return new NotFoundError(
        `Cannot make snapshot "${key}": its parent "${parent}" is not in namespace ` +
          `"${this.#context.namespace}" of "${snapshotter}"`,
        { cause: error },
      );
    }
    return error;
  }
}

function cannotRemap(
  chosen: SnapshotterInfo,
  offered: readonly SnapshotterInfo[],
): UnsupportedError {
  const able = offered.filter(({ capabilities }) => capabilities.includes(REMAP_CAPABILITY));
  const names = able.map(({ name }) => `"${name}"`).join(", ");
  return new UnsupportedError(
    `Cannot remap ids with snapshotter "${chosen.name}": it lacks the capability ` +
      `"${REMAP_CAPABILITY}"; ${names ? `use ${names}` : "no snapshotter of this daemon has it"}`,
    {
      needed: `a snapshotter with "${REMAP_CAPABILITY}" (containerd 2.0 and Linux 5.19 with ` +
        "overlayfs)",
      found: `"${chosen.name}" with ${chosen.capabilities.join(", ") || "no capabilities"}`,
    },
  );
}

/**
 * The labels of a snapshot whose files are to be shown under other ids.
 *
 * @throws {InvalidArgumentError} when there are no ranges, or one is none.
 */
export function idMapLabels(
  uids: readonly LinuxIDMapping[],
  gids: readonly LinuxIDMapping[],
): Record<string, string> {
  return { [UID_MAP_LABEL]: mapping(uids), [GID_MAP_LABEL]: mapping(gids) };
}

function mapping(ids: readonly LinuxIDMapping[]): string {
  if (ids.length === 0) throw new InvalidArgumentError("Cannot remap ids: there are no mappings");
  return ids.map(({ containerID, hostID, size }) => {
    for (const id of [containerID, hostID, size]) {
      if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff || size === 0) {
        throw new InvalidArgumentError(
          `Cannot map ${size} ids from ${containerID} to ${hostID}: use numbers below 2^32, and ` +
            "at least one id",
        );
      }
    }
    return `${containerID}:${hostID}:${size}`;
  }).join(",");
}
