/**
 * Feeds the standard input of a process from a stream or from another process.
 *
 * @module
 */
import type { ManagedProcess } from "./managed.ts";
import type { Input } from "./options.ts";
import type { Stop } from "./stop.ts";

/** Input that is being fed. */
export interface Feeding {
  /**
   * To be called when the process has ended: what it has not read is given up. A process that feeds
   * it is awaited.
   *
   * @throws what another process that fed this one failed with.
   */
  end(): Promise<void>;
}

/**
 * Starts to feed a process. The source is read as fast as the process reads. When the source fails,
 * the process is ended: it must not take what it got for all there is.
 */
export function feedStdin(
  process: ManagedProcess,
  input: Input | undefined,
  stop: Stop,
): Feeding {
  if (!input || "bytes" in input) return { end: () => Promise.resolve() };
  const ended = new AbortController();
  if ("chunks" in input) {
    const pumped = pump(process, input.chunks, ended.signal).catch((error) => stop.fail(error));
    return {
      end: async () => {
        ended.abort();
        await pumped;
      },
    };
  }
  const pumps: Promise<void>[] = [];
  const stopped = AbortSignal.any([stop.signal, ended.signal]);
  let failure: { error: unknown } | undefined;
  const upstream = input.upstream.run((stream) => {
    pumps.push(pump(process, stream, ended.signal));
  }, stop.signal).catch((error) => {
    failure = { error };
    // Before it was started there is nothing that would end the input.
    if (pumps.length === 0 && !stopped.aborted) stop.fail(error);
  });
  return {
    end: async () => {
      ended.abort();
      await upstream;
      await Promise.all(pumps);
      if (failure) throw failure.error;
    },
  };
}

/** Copies chunks until the source or the process has ended. */
async function pump(
  process: ManagedProcess,
  chunks: AsyncIterable<Uint8Array | string>,
  ended: AbortSignal,
): Promise<void> {
  const encoder = new TextEncoder();
  const iterator = chunks[Symbol.asyncIterator]();
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  ended.addEventListener("abort", () => resolve(undefined), { once: true });
  if (ended.aborted) resolve(undefined);
  let complete = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), over]);
      if (!next) return;
      if (next.done) break;
      const chunk = typeof next.value === "string" ? encoder.encode(next.value) : next.value;
      if (!await Promise.race([process.writeStdin(chunk), over])) return;
    }
    complete = true;
    await process.closeStdin();
  } finally {
    // Not awaited: it takes effect when what next() waits for has come. A process that feeds this
    // one goes on until it writes again, as in a shell.
    if (!complete) iterator.return?.()?.then(undefined, () => {});
  }
}
