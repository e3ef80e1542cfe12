/**
 * FIFOs of this machine. Deno opens and writes files in threads that it has few of, and an open
 * FIFO without a reader blocks its thread; so processes do it.
 *
 * @module
 */
import { DavitError, PermissionError } from "../errors/errors.ts";
import type { HostFifo } from "./host.ts";

/** How long the copier has for what was written last, in milliseconds: somebody must read it. */
const COPY_REST_MS = 1000;

function denied(cause: unknown, what: string, program: string): unknown {
  if (!(cause instanceof Deno.errors.NotCapable)) return cause;
  return new PermissionError(
    `Cannot ${what}: it takes a helper process; grant --allow-run=${program}`,
    {
      cause,
    },
  );
}

/** Makes a FIFO that only this user can use, with the folders that it is in. */
export async function makeLocalFifo(path: string): Promise<void> {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  try {
    const { success, stderr } = await new Deno.Command("mkfifo", {
      args: ["-m", "600", path],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    if (success) return;
    throw new DavitError(`Cannot make "${path}": ${new TextDecoder().decode(stderr).trim()}`);
  } catch (cause) {
    throw denied(cause, `make "${path}"`, "mkfifo");
  }
}

/** Opens a FIFO for writing, by a process that copies. Close the stream before disposing. */
export function openLocalFifo(path: string): HostFifo {
  let copier: Deno.ChildProcess;
  try {
    copier = new Deno.Command("tee", {
      args: ["--", path],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
  } catch (cause) {
    throw denied(cause, `write to "${path}"`, "tee");
  }
  return {
    writable: copier.stdin,
    async [Symbol.asyncDispose]() {
      if (!copier.stdin.locked) await copier.stdin.close();
      const timer = setTimeout(() => {
        try {
          copier.kill("SIGKILL");
        } catch { /* it has ended */ }
      }, COPY_REST_MS);
      await copier.status;
      clearTimeout(timer);
    },
  };
}
