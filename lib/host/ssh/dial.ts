/**
 * Byte connections to a socket of another machine, through one of this machine that ssh forwards.
 *
 * @module
 */
import type { ByteConn, Dial } from "../../rpc/dial.ts";
import type { Connections } from "./connections.ts";
import { ConnectionLostError, forwardFailure } from "./failure.ts";
import type { Master } from "./master.ts";

/** How long ssh has to say why it closed a connection, in milliseconds. */
const SAY_MS = 200;

/**
 * Dials a socket of another machine. When the ssh connection was lost, a new one is made first.
 *
 * @param socket Its path there.
 */
export function dialSsh(connections: Connections, socket: string): Dial {
  return async (signal) => {
    const master = await connections.primary(signal);
    const path = await master.forward(socket);
    signal.throwIfAborted();
    const mark = master.mark;
    const conn = await Deno.connect({ transport: "unix", path });
    if (signal.aborted) {
      conn.close();
      throw signal.reason;
    }
    return new ForwardedConn(conn, { master, mark, socket, name: connections.name });
  };
}

/** ssh takes a connection first and closes it when the other side is not there. */
class ForwardedConn implements ByteConn {
  readonly #conn: Deno.Conn;
  readonly #way: { master: Master; mark: number; socket: string; name: string };
  #fresh = true;

  constructor(
    conn: Deno.Conn,
    way: { master: Master; mark: number; socket: string; name: string },
  ) {
    this.#conn = conn;
    this.#way = way;
  }

  async read(p: Uint8Array): Promise<number | null> {
    const count = await this.#conn.read(p);
    if (count === null && this.#fresh) throw await this.#reason();
    this.#fresh = false;
    return count;
  }

  async #reason(): Promise<Error> {
    const { master, mark, socket, name } = this.#way;
    const what = `connect to "${name}"`;
    for (let left = 10; left > 0 && master.alive; left--) {
      const failure = forwardFailure(what, socket, master.text(mark));
      if (failure) return failure;
      await new Promise((resolve) => setTimeout(resolve, SAY_MS / 10));
    }
    return new ConnectionLostError(`Cannot ${what}: "${socket}" closed the connection at once`);
  }

  write(p: Uint8Array): Promise<number> {
    return this.#conn.write(p);
  }

  close(): void {
    this.#conn.close();
  }

  ref(): void {
    if ("ref" in this.#conn && typeof this.#conn.ref === "function") this.#conn.ref();
  }

  unref(): void {
    if ("unref" in this.#conn && typeof this.#conn.unref === "function") this.#conn.unref();
  }
}
