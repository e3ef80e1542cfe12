/**
 * What holds the blobs of a pull while it goes on, and for the next one when the network failed.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { labelFilter } from "../../oci/filter.ts";
import type { Reference } from "../../oci/reference.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { EXPIRE_LABEL, Leases } from "../lease/leases.ts";

/** On a lease that waits for the next pull: the reference that was pulled. */
const PULL_LABEL = "davit/pull";
/** How long what was fetched waits for the next pull, in milliseconds. */
const KEPT_MS = 60 * 60 * 1000;

/** What a pull has brought so far. */
export interface Fetched {
  /** Blobs that are complete. */
  readonly blobs: Set<Digest>;
  /** Names of ingests that were begun and did not end. */
  readonly ingests: Set<string>;
}

/**
 * Runs a pull under a lease. When the network fails it, what it has fetched is kept for an hour, for
 * the next pull of the reference; after any other failure it is collected before this throws.
 *
 * @param context Where. Its own lease, where it has one, is used and left as it is.
 */
export async function underPullLease<T>(
  context: Context,
  reference: Reference,
  work: (leased: Context, fetched: Fetched) => Promise<T>,
): Promise<T> {
  const fetched: Fetched = { blobs: new Set(), ingests: new Set() };
  if (context.lease !== undefined) return await work(context, fetched);
  const lease = await new Leases(context).create();
  let failed = true;
  try {
    const result = await work(context.withLease(lease.id), fetched);
    failed = false;
    await dropKept(context, reference);
    return result;
  } catch (error) {
    if (mayBeContinued(error)) {
      await keep(context, reference, fetched).catch(() => {/* it is fetched again then */});
    }
    throw error;
  } finally {
    // The first failure counts; the lease expires by itself.
    await lease.delete({ sync: failed, signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS) })
      .catch(() => {});
  }
}

function mayBeContinued(error: unknown): boolean {
  return error instanceof DavitError &&
    (error.code === "unavailable" || error.code === "resource_exhausted") &&
    !/no space left/.test(error.message);
}

async function keep(context: Context, reference: Reference, fetched: Fetched): Promise<void> {
  const { leases } = context.api;
  const options = { timeoutMs: CHANGE_TIMEOUT_MS };
  if (fetched.blobs.size + fetched.ingests.size === 0) return;
  const { lease } = await leases.create({
    id: `davit-pull-${crypto.randomUUID()}`,
    // Without an owner, so that it outlives this script.
    labels: {
      [PULL_LABEL]: reference.toString(),
      [EXPIRE_LABEL]: new Date(Date.now() + KEPT_MS).toISOString(),
    },
  }, options);
  if (!lease) return;
  for (const id of fetched.blobs) {
    await leases.addResource({ id: lease.id, resource: { id, type: "content" } }, options);
  }
  for (const id of fetched.ingests) {
    await leases.addResource({ id: lease.id, resource: { id, type: "ingests" } }, options);
  }
}

async function dropKept(context: Context, reference: Reference): Promise<void> {
  const options = { timeoutMs: CHANGE_TIMEOUT_MS };
  const filters = [labelFilter({ [PULL_LABEL]: reference.toString() })];
  const { leases } = await context.api.leases.list({ filters }, options);
  for (const { id } of leases) {
    // Another pull may have been faster.
    await context.api.leases.delete({ id }, options).catch(() => {});
  }
}
