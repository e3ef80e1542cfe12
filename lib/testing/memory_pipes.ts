/**
 * Pipes between a script and the fake's processes.
 *
 * @module
 */
import type { HostPipes, PipeSelection } from "../host/host.ts";

/** What a process writes to. */
export interface HostOutput {
  /** Writes; resolves when there is room for more. */
  write(data: Uint8Array): Promise<void>;
  /** Says that nothing more comes. */
  close(): void;
}

/** The far end of a pipe. */
export interface PipeEnds {
  /** What the process reads. */
  readonly readable?: ReadableStream<Uint8Array>;
  /** What the process writes. */
  readonly output?: HostOutput;
}

/**
 * Makes pipes.
 *
 * @param base What the paths of the far ends start with.
 */
export function openMemoryPipes(
  base: string,
  which: PipeSelection,
): { pipes: HostPipes; ends: ReadonlyMap<string, PipeEnds> } {
  const ends = new Map<string, PipeEnds>();
  const paths = {
    stdin: which.stdin ? `${base}/0` : "",
    stdout: which.stdout ? `${base}/1` : "",
    stderr: which.stderr ? `${base}/2` : "",
  };
  let stdin: WritableStream<Uint8Array> | undefined;
  if (which.stdin) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    stdin = writable;
    ends.set(paths.stdin, { readable });
  }
  const outgoing = (path: string) => {
    const { readable, output } = openOutput();
    ends.set(path, { output });
    return readable;
  };
  const pipes: HostPipes = {
    paths,
    stdin,
    stdout: which.stdout ? outgoing(paths.stdout) : undefined,
    stderr: which.stderr ? outgoing(paths.stderr) : undefined,
    release: () => Promise.resolve(),
  };
  return { pipes, ends };
}

/** How much a pipe of Linux holds. */
const PIPE_BYTES = 64 * 1024;

/** A FIFO. As the shim holds it open, it ends only when that is told to close it. */
export class MemoryFifo {
  /** What is written to it. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  /** An empty one. */
  constructor() {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
      {},
      new ByteLengthQueuingStrategy({ highWaterMark: PIPE_BYTES }),
    );
    this.readable = readable;
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(() => {});
  }

  /** Opens it for writing. */
  open(): AsyncDisposable & { readonly writable: WritableStream<Uint8Array> } {
    return {
      writable: new WritableStream({
        write: async (chunk) => {
          void this.#writer.write(chunk).catch(() => {});
          await this.#writer.ready;
        },
      }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** Ends it. Twice is fine. */
  close(): void {
    void this.#writer.close().catch(() => {});
  }
}

function openOutput(): { readable: ReadableStream<Uint8Array>; output: HostOutput } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // A reader that has left breaks the pipe, which is the process's business.
  writer.closed.catch(() => {});
  return {
    readable,
    output: {
      write: (data) => writer.write(data).catch(() => {}),
      close: () => void writer.close().catch(() => {}),
    },
  };
}
