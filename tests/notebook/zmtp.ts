/**
 * ZeroMQ's wire protocol, ZMTP 3.0, as far as a client of a notebook's kernel needs it: no
 * security, and the two kinds of sockets that it talks by.
 *
 * @module
 */

const MORE = 1;
const LONG = 2;
const COMMAND = 4;

const encoder = new TextEncoder();

/** Signature, version 3.0, the mechanism NULL, not a server. */
function greeting(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
  bytes.set(encoder.encode("NULL"), 12);
  return bytes;
}

function frame(flags: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const long = body.length > 255;
  const head = new Uint8Array(long ? 9 : 2);
  head[0] = flags | (long ? LONG : 0);
  if (long) new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  else head[1] = body.length;
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** A connected socket. */
export class ZmtpSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  #rest = new Uint8Array();

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to a port of this machine. A `SUB` socket gets everything. */
  static async connect(port: number, type: "DEALER" | "SUB"): Promise<ZmtpSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = new ZmtpSocket(connection);
    try {
      await socket.#write(greeting());
      await socket.#read(64);
      const name = "Socket-Type";
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, type.length);
      const ready = [5, ...encoder.encode("READY"), name.length, ...encoder.encode(name)];
      const body = new Uint8Array([...ready, ...length, ...encoder.encode(type)]);
      await socket.#write(frame(COMMAND, body));
      await socket.#frame();
      if (type === "SUB") await socket.send([new Uint8Array([1])]);
      return socket;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  async #read(length: number): Promise<Uint8Array> {
    while (this.#rest.length < length) {
      const buffer = new Uint8Array(65_536);
      const count = await this.#connection.read(buffer);
      if (count === null) throw new Error("the kernel has closed the connection");
      const joined = new Uint8Array(this.#rest.length + count);
      joined.set(this.#rest);
      joined.set(buffer.subarray(0, count), this.#rest.length);
      this.#rest = joined;
    }
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.slice(length);
    return bytes;
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array }> {
    const [flags = 0] = await this.#read(1);
    const head = await this.#read(flags & LONG ? 8 : 1);
    const length = flags & LONG
      ? Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0))
      : head[0]!;
    return { flags, body: (await this.#read(length)).slice() };
  }

  /** Sends a message of several parts. */
  async send(parts: readonly Uint8Array[]): Promise<void> {
    for (const [at, part] of parts.entries()) {
      await this.#write(frame(at < parts.length - 1 ? MORE : 0, part));
    }
  }

  /** The next message. */
  async receive(): Promise<Uint8Array[]> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const { flags, body } = await this.#frame();
      if (flags & COMMAND) continue;
      parts.push(body);
      if (!(flags & MORE)) return parts;
    }
  }

  /** Leaves. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }
}
