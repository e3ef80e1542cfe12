/**
 * Work on several things at once, up to a limit.
 *
 * @module
 */

/**
 * Does `work` on every item, on `limit` of them at once. After a failure nothing new is begun, and
 * `stop` aborts what goes on; this throws the first failure when all of it has ended.
 */
export async function atOnce<T>(
  limit: number,
  items: readonly T[],
  stop: AbortController,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  let failure: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (!failure) {
      const item = waiting.shift();
      if (item === undefined) return;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
        stop.abort(failure.error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure) throw failure.error;
}
