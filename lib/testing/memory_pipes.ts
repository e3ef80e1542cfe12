/**
 * Pipes between a script and the fake's processes.
 *
 * @module
 */
import type { HostPipes, PipeSelection } from "../host/host.ts";
import type { HostOutput } from "./memory_host.ts";

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
