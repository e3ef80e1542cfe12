/**
 * The daemon's garbage collector.
 *
 * @module
 */
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { OWNER_LABEL } from "../session/owner.ts";

/** How long a collection may take: it goes through the whole store of the daemon. */
const COLLECT_TIMEOUT_MS = 10 * 60_000;

/**
 * Has the daemon collect garbage now, and waits for it. By itself it collects some time after
 * changes, and not after deletions alone.
 *
 * The collection is of all namespaces; there is no other kind. It is triggered by the end of an
 * empty lease, as there is no call for it.
 */
export async function collectGarbage(context: Context): Promise<void> {
  const { leases } = context.api;
  const id = `davit-gc-${crypto.randomUUID()}`;
  // Were the script killed in between, a sweep would find it.
  const labels = { [OWNER_LABEL]: context.session.owner };
  await leases.create({ id, labels }, { timeoutMs: CHANGE_TIMEOUT_MS });
  await leases.delete({ id, sync: true }, { timeoutMs: COLLECT_TIMEOUT_MS });
}
