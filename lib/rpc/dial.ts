/**
 * Byte connections to a daemon.
 *
 * @module
 */

/** What the transport needs of a connection: a subset of `Deno.Conn`. */
export interface ByteConn {
  /** Reads into `p`; resolves to the number of bytes, or `null` at the end. */
  read(p: Uint8Array): Promise<number | null>;
  /** Writes some of `p`; resolves to the number of bytes taken, at least 1. */
  write(p: Uint8Array): Promise<number>;
  /** Closes both directions; pending reads and writes fail. */
  close(): void;
  /** Makes pending reads keep the process alive; the initial state. */
  ref?(): void;
  /** Lets the process end while a read is pending. */
  unref?(): void;
}

/** Opens a connection, until the signal is aborted. */
export type Dial = (signal: AbortSignal) => Promise<ByteConn>;

/**
 * Dials a Unix socket. Needs `--allow-read=PATH --allow-write=PATH --allow-net=unix:PATH`.
 *
 * @param path The socket, such as `/run/containerd/containerd.sock`.
 * @returns A function that connects; it throws what `Deno.connect` throws, or the signal's reason.
 */
export function dialUnix(path: string): Dial {
  return async (signal) => {
    signal.throwIfAborted();
    const conn = await Deno.connect({ transport: "unix", path });
    if (signal.aborted) {
      conn.close();
      throw signal.reason;
    }
    return conn;
  };
}
