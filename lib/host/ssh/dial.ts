/**
 * Byte connections to a socket of another machine, through one of this machine that ssh forwards.
 *
 * @module
 */
import type { ByteConn, Dial } from "../../rpc/dial.ts";
import type { Connections } from "./connections.ts";
import { ConnectionLostError, forwardFailure, isForwardFailure } from "./failure.ts";
import type { Master } from "./master.ts";

/** Whether somebody listens at a socket there, as far as the kernel tells the user. */
async function listens(master: Master, socket: string): Promise<boolean> {
  // Its flags say that it accepts (include/linux/net.h: SO_ACCEPTCON).
  const script = 'while read -r _ _ _ flags _ _ _ path; do [ "$flags" = 00010000 ] && ' +
    '[ "$path" = "$1" ] && exit 0; done 3</proc/net/unix <&3; exit 1';
  try {
    return (await master.shell.run(script, socket)).code === 0;
  } catch {
    return false;
  }
}

/** How long ssh has to say why it closed a connection, in milliseconds. */
const SAY_MS = 2_000;
const SAY_PAUSE_MS = 10;

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
    let count: number | null = null;
    try {
      count = await this.#conn.read(p);
    } catch (error) {
      const closed = error instanceof Deno.errors.BadResource ||
        error instanceof Deno.errors.Interrupted;
      if (!this.#fresh || closed) throw error;
    }
    if (count === null && this.#fresh) throw await this.#reason();
    this.#fresh = false;
    return count;
  }

  async #reason(): Promise<Error> {
    const { master, mark, socket, name } = this.#way;
    const what = `connect to "${name}"`;
    for (let left = SAY_MS / SAY_PAUSE_MS; left > 0 && master.alive; left--) {
      if (isForwardFailure(master.text(mark))) {
        return forwardFailure(what, socket, await listens(master, socket));
      }
      await new Promise((resolve) => setTimeout(resolve, SAY_PAUSE_MS));
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
