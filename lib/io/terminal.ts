/**
 * The terminal that this process runs in.
 *
 * @module
 */
import { FailedPreconditionError } from "../errors/errors.ts";
import type { TerminalSize } from "../oci/spec_process.ts";

/** A terminal in raw mode: every key is passed on, none has a meaning here. */
export interface RawTerminal extends Disposable {
  /** Its size now. */
  size(): TerminalSize;
  /** What is typed, until {@linkcode Disposable} is called. */
  readonly input: ReadableStream<Uint8Array>;
  /** Shows something. */
  write(chunk: Uint8Array): Promise<void>;
}

/**
 * Puts the terminal of this process into raw mode. Disposing of it puts it back; so does the end of
 * this process, by whatever but SIGKILL.
 *
 * @throws {FailedPreconditionError} when input or output is no terminal.
 */
export async function openTerminal(): Promise<RawTerminal> {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new FailedPreconditionError(
      "Cannot open an interactive terminal: this script's input or output is none; run it in a " +
        "terminal, or use spawn()",
    );
  }
  // Unlike a read of Deno.stdin, which waits for a key whatever happens, this one can be given up.
  const { default: process } = await import("node:process");
  const restore = () => Deno.stdin.setRaw(false);
  Deno.stdin.setRaw(true);
  globalThis.addEventListener("unload", restore);
  let stop = (_close: boolean) => {};
  const input = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const onData = (data: Uint8Array) => controller.enqueue(new Uint8Array(data));
      const onEnd = () => stop(true);
      stop = (close) => {
        stop = () => {};
        process.stdin.off("data", onData).off("end", onEnd);
        process.stdin.pause();
        if (close) controller.close();
      };
      process.stdin.on("data", onData).on("end", onEnd);
      process.stdin.resume();
    },
    cancel: () => stop(false),
  });
  return {
    input,
    size: () => Deno.consoleSize(),
    write: async (chunk) => {
      for (let rest = chunk; rest.length > 0;) rest = rest.subarray(await Deno.stdout.write(rest));
    },
    [Symbol.dispose]() {
      stop(true);
      globalThis.removeEventListener("unload", restore);
      restore();
    },
  };
}
