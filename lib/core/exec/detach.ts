/**
 * Starts processes that nobody waits for.
 *
 * @module
 */
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { ProcessMaker } from "../process/target.ts";

/**
 * Starts a process in a container and leaves it alone.
 *
 * @returns Its process id on the daemon's host.
 */
export async function detachExec(
  context: Context,
  maker: ProcessMaker,
  signal: AbortSignal,
): Promise<number> {
  const target = await maker.prepare(signal);
  throwIfAborted(signal, `starting ${maker.what}`);
  await target.create({ stdin: "", stdout: "", stderr: "", terminal: maker.terminal });
  let pid: number;
  try {
    pid = await target.start();
  } catch (error) {
    await target.end().catch(() => {/* the first error counts */});
    throw error;
  }
  // While this client is there, the daemon need not remember a process that has ended; without, it
  // forgets it with the container.
  target.wait(context.session.closing).then(() => target.delete()).catch(() => {});
  return pid;
}
