/**
 * How a process is run: where its streams come from and go to, and what ends it early.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** A stream that takes bytes: of one's own, or of the platform, such as a `CompressionStream`'s. */
export type ByteSink = WritableStream<Uint8Array> | WritableStream<BufferSource>;

/**
 * Where a stream that is not kept goes:
 *
 * - a `WritableStream`, closed at the end unless `preventClose` is set;
 * - a file on the daemon's host, to which the runtime writes by itself;
 * - `"inherit"`: the same stream of this script.
 */
export type OutputDestination =
  | ByteSink
  | { readonly stream: ByteSink; readonly preventClose?: boolean }
  | {
    /** A path; a relative one counts from the current folder. It is made if it is not there. */
    readonly file: string;
    /** Whether what the file holds stays; otherwise it is emptied first. */
    readonly append?: boolean;
  }
  | "inherit";

/** What a process can read from. */
export type InputSource =
  | string
  | Uint8Array
  | AsyncIterable<Uint8Array | string>;

/** A process whose output another one reads. */
export interface Upstream {
  /**
   * Runs it.
   *
   * @param output Called with its standard output when it has started.
   * @param signal Ends it.
   */
  run(output: (stream: ReadableStream<Uint8Array>) => void, signal: AbortSignal): Promise<unknown>;
}

/** What a process reads, as builders keep it. */
export type Input =
  | { readonly bytes: Uint8Array }
  | { readonly chunks: AsyncIterable<Uint8Array | string> }
  | { readonly upstream: Upstream };

/** How to run a process. */
export interface ProcessOptions {
  /** What the process reads; nothing by default. */
  readonly stdin?: Input;
  /** Where standard output goes; it is kept for the result by default. */
  readonly stdout?: OutputDestination;
  /** Where standard error goes; it is kept for the result by default. */
  readonly stderr?: OutputDestination;
  /** After how long it is killed, in milliseconds. */
  readonly timeoutMs?: number;
  /** How much of a stream the result may hold, in bytes. */
  readonly maxOutputBytes?: number;
  /** Kills it when it aborts. */
  readonly signal?: AbortSignal;
  /** Whether an exit code other than 0 is an error. */
  readonly check: boolean;
}

/** Reads what a caller gave as input. */
export function inputOf(source: InputSource): Input {
  if (typeof source === "string") return { bytes: new TextEncoder().encode(source) };
  if (source instanceof Uint8Array) return { bytes: source };
  if (typeof source === "object" && source !== null && Symbol.asyncIterator in source) {
    return { chunks: source };
  }
  throw new InvalidArgumentError(
    "Cannot use this as standard input: give text, bytes, a stream or an async iterable of them",
  );
}

/** A destination with its defaults filled in. */
export type ResolvedDestination =
  | {
    readonly kind: "stream";
    readonly stream: WritableStream<Uint8Array>;
    readonly close: boolean;
  }
  | { readonly kind: "file"; readonly path: string; readonly append: boolean };

/** Both kinds of sinks take the bytes that processes write, which are never in shared memory. */
function toStream(sink: ByteSink, close: boolean): ResolvedDestination {
  return { kind: "stream", stream: sink as WritableStream<Uint8Array>, close };
}

/**
 * Reads what a caller gave as destination of a stream.
 *
 * @param remote Whether files are on another machine, where this process's folder means nothing.
 */
export function resolveDestination(
  destination: OutputDestination,
  stream: "stdout" | "stderr",
  remote = false,
): ResolvedDestination {
  if (destination === "inherit") {
    return { kind: "stream", stream: Deno[stream].writable, close: false };
  }
  if (destination instanceof WritableStream) {
    return toStream(destination, true);
  }
  if ("stream" in destination && destination.stream instanceof WritableStream) {
    return toStream(destination.stream, !destination.preventClose);
  }
  if ("file" in destination && destination.file !== "" && !destination.file.includes("\0")) {
    const { file, append = false } = destination;
    if (remote && !file.startsWith("/")) {
      throw new InvalidArgumentError(
        `Cannot send ${stream} to ${JSON.stringify(file)}: the daemon is on another machine; ` +
          "give an absolute path there",
      );
    }
    const path = file.startsWith("/") ? file : `${Deno.cwd()}/${file}`;
    return { kind: "file", path, append };
  }
  throw new InvalidArgumentError(
    `Cannot send ${stream} there: give a WritableStream, { file: "PATH" }, or "inherit"`,
  );
}
