/**
 * Leases for streams.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { Leases } from "../lease/leases.ts";

/** Hands out what `work` does, under a lease that ends with it or when the loop is left. */
export async function* underLeaseStream<T>(
  context: Context,
  work: (leased: Context) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  if (context.lease !== undefined) return yield* work(context);
  await using lease = await new Leases(context).create();
  yield* work(context.withLease(lease.id));
}
