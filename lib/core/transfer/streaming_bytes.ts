/**
 * Bytes over streams, as containerd's transfers send them: `Data` messages one way, `WindowUpdate`
 * messages the other, which say how many bytes more may come (containerd, core/transfer/streaming).
 *
 * @module
 */
import { DataSchema, WindowUpdateSchema } from "../../gen/containerd/transfer/stream_pb.ts";
import type { MessageStream } from "./streaming.ts";

/** What containerd itself sends at most in one message. */
const MAX_DATA = 32 * 1024;
/** How much the daemon may send ahead of the reader. */
const WINDOW = 1024 * 1024;

/**
 * Sends bytes, as far and as fast as the daemon wants them, then ends this side.
 *
 * @param stream A stream that a call reads from.
 * @param source The bytes. It is left, and so released, when the daemon ends the stream.
 * @returns How many bytes were sent.
 */
export async function sendBytes(
  stream: MessageStream,
  source: AsyncIterable<Uint8Array>,
): Promise<number> {
  const window = new Window();
  const updates = (async () => {
    try {
      while (true) {
        const message = await stream.receive(WindowUpdateSchema);
        if (!message) break;
        window.open(message.update);
      }
    } finally {
      window.close();
    }
  })();
  // Where the source fails first, that counts.
  updates.catch(() => {});
  let sent = 0;
  try {
    send: for await (const bytes of source) {
      for (let rest = bytes; rest.length > 0;) {
        const size = await window.take(Math.min(rest.length, MAX_DATA));
        if (size === 0) break send;
        stream.send(DataSchema, { data: rest.slice(0, size) });
        rest = rest.subarray(size);
        sent += size;
      }
    }
  } finally {
    stream.end();
  }
  await updates;
  return sent;
}

/**
 * Receives bytes until the daemon ends the stream. The daemon sends no more than 1 MiB ahead of
 * what the loop has taken.
 *
 * @param stream A stream that a call writes to.
 */
export async function* receiveBytes(
  stream: MessageStream,
): AsyncGenerator<Uint8Array, void, undefined> {
  stream.send(WindowUpdateSchema, { update: WINDOW });
  let taken = 0;
  while (true) {
    const message = await stream.receive(DataSchema);
    if (!message) return;
    yield message.data;
    taken += message.data.length;
    if (taken >= WINDOW / 4) {
      stream.send(WindowUpdateSchema, { update: taken });
      taken = 0;
    }
  }
}

/** How many bytes may be sent. */
class Window {
  #size = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  open(size: number): void {
    this.#size += size;
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Waits until something may be sent, and takes up to `wanted`; 0 when nothing more may. */
  async take(wanted: number): Promise<number> {
    while (this.#size === 0 && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    if (this.#closed) return 0;
    const size = Math.min(this.#size, wanted);
    this.#size -= size;
    return size;
  }
}
