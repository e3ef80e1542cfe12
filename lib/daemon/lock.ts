/**
 * A lock between processes, held as long as a function runs.
 *
 * @module
 */

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock at `path`.
 *
 * The lock is flock(2)'s: the kernel drops it when its holder dies. It is polled, as a blocked file
 * operation would occupy one of Deno's few threads. `work` may remove the file as the
 * last thing that it does.
 *
 * @param path A file; it and its folder are made when they are missing.
 * @param signal Ends the wait, with its reason; not the work.
 * @param work What to do.
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (let pauseMs = 2;; pauseMs = Math.min(pauseMs * 2, 50)) {
    signal.throwIfAborted();
    using file = openLock(path);
    if (file?.tryLockSync(true) && isSameFile(file, path)) return await work();
    await pause(pauseMs, signal);
  }
}

/** `undefined` when a holder removes the folder at this moment. */
function openLock(path: string): Deno.FsFile | undefined {
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o711 });
    return Deno.openSync(path, { create: true, write: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether the open file still is the one at `path`: a holder before us may have removed it. */
function isSameFile(file: Deno.FsFile, path: string): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch {
    return false;
  }
}

/** Waits a little, or until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(done, ms);
    function done(): void {
      signal.removeEventListener("abort", abort);
      resolve();
    }
    function abort(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener("abort", abort, { once: true });
  });
}
