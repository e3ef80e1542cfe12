/**
 * What keeps a snapshot for as long as the script that made it lives: a lease of its own. When the
 * script is killed, the next one's sweep ends the lease, and the collector takes the snapshot.
 *
 * @module
 */
import { GC_ROOT_LABEL } from "../../oci/gc_labels.ts";
import type { Context } from "../context.ts";
import { type Lease, Leases } from "../lease/leases.ts";

/** A lease for one snapshot. */
export class SnapshotHold {
  readonly #lease: Lease;
  /** A context whose snapshots are held. */
  readonly context: Context;

  private constructor(context: Context, lease: Lease) {
    this.#lease = lease;
    this.context = context.withLease(lease.id);
  }

  /** Makes the lease. It does not expire: the snapshot may be in use for longer than any guess. */
  static async take(context: Context, signal?: AbortSignal): Promise<SnapshotHold> {
    const lease = await new Leases(context).create({ expires: "never", signal });
    return new SnapshotHold(context, lease);
  }

  /** Lets the collector have the snapshot, unless something else needs it. Twice is fine. */
  async release(): Promise<void> {
    await this.#lease[Symbol.asyncDispose]();
  }
}

/** The label that keeps a snapshot until somebody removes it. */
export function keptLabel(): Record<string, string> {
  return { [GC_ROOT_LABEL]: new Date().toISOString() };
}
