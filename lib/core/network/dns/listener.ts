/**
 * Takes questions at one address, by UDP and TCP.
 *
 * @module
 */
import { createSocket, type Socket } from "node:dgram";
import { pause } from "../../call/abort.ts";
import { readFrame, writeFrame } from "./forward.ts";

/** How many connections of TCP there may be at one address. */
const MAX_CONNECTIONS = 64;

/** How long a connection may be idle, in milliseconds. */
const IDLE_MS = 10_000;

/** How many questions of UDP may be under way at one address. */
const MAX_UNDER_WAY = 512;

/** How long to wait after a connection could not be taken, in milliseconds. */
const ACCEPT_AGAIN_MS = 100;

/**
 * Answers a packet.
 *
 * @param bytes The packet.
 * @param from The address of who sent it.
 * @param tcp Whether it came by TCP.
 * @returns The answer; `undefined` for what is not answered.
 */
export type Answerer = (
  bytes: Uint8Array,
  from: string,
  tcp: boolean,
) => Promise<Uint8Array | undefined>;

/** A place where questions are taken. */
export class Listener {
  /** Its address. */
  readonly address: string;
  readonly #port: number;
  readonly #answer: Answerer;
  readonly #onDrop: () => void;
  readonly #connections = new Set<Deno.Conn>();
  #socket: Socket | undefined;
  #server: Deno.Listener | undefined;
  #opening: Promise<boolean> | undefined;
  #underWay = 0;
  #closed = false;

  /** @param address Where. @param port Its port. @param answer Answers. @param onDrop Is told of questions for which there is no room. */
  constructor(address: string, port: number, answer: Answerer, onDrop: () => void) {
    this.address = address;
    this.#port = port;
    this.#answer = answer;
    this.#onDrop = onDrop;
  }

  /**
   * Begins, unless it has.
   *
   * @returns Whether it listens; `false` while the host does not have the address.
   * @throws {Deno.errors.AddrInUse} or another error of Deno when it cannot.
   */
  open(): Promise<boolean> {
    return this.#opening ??= this.#open().then(
      (open) => {
        if (!open) this.#opening = undefined;
        return open;
      },
      (error) => {
        this.#opening = undefined;
        throw error;
      },
    );
  }

  async #open(): Promise<boolean> {
    if (this.#closed) return false;
    const { address, port } = { address: this.address, port: this.#port };
    let server: Deno.Listener;
    try {
      server = Deno.listen({ hostname: address, port });
    } catch (error) {
      if (error instanceof Deno.errors.AddrNotAvailable) return false;
      throw error;
    }
    try {
      this.#socket = await bindUdp(address, port);
    } catch (error) {
      server.close();
      throw error;
    }
    this.#server = server;
    if (this.#closed) {
      this.close();
      return false;
    }
    const socket = this.#socket;
    socket.on("message", (bytes: Uint8Array, { address, port }) => {
      void this.#datagram(socket, bytes, address, port);
    });
    socket.on("error", () => {/* of a packet that could not be sent */});
    void this.#accept(server);
    return true;
  }

  async #datagram(socket: Socket, bytes: Uint8Array, from: string, port: number): Promise<void> {
    if (this.#underWay >= MAX_UNDER_WAY) return this.#onDrop();
    this.#underWay++;
    try {
      const answer = await this.#answer(bytes, from, false);
      if (answer && !this.#closed) socket.send(answer, port, from, () => {/* asker is gone */});
    } finally {
      this.#underWay--;
    }
  }

  async #accept(server: Deno.Listener): Promise<void> {
    for (;;) {
      let connection: Deno.Conn;
      try {
        connection = await server.accept();
      } catch (error) {
        if (this.#closed || error instanceof Deno.errors.BadResource) return;
        // It was gone before it was taken, or there are too many open files.
        await pause(ACCEPT_AGAIN_MS, undefined);
        continue;
      }
      if (this.#connections.size >= MAX_CONNECTIONS) {
        this.#onDrop();
        connection.close();
      } else void this.#serve(connection);
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    this.#connections.add(connection);
    const { remoteAddr } = connection;
    const from = "hostname" in remoteAddr ? remoteAddr.hostname : "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      for (;;) {
        clearTimeout(timer);
        timer = setTimeout(() => this.#end(connection), IDLE_MS);
        const bytes = await readFrame(connection);
        const answer = bytes && await this.#answer(bytes, from, true);
        if (!answer) return;
        await writeFrame(connection, answer);
      }
    } catch {
      // The asker is gone, or took too long.
    } finally {
      clearTimeout(timer);
      this.#end(connection);
    }
  }

  #end(connection: Deno.Conn): void {
    if (this.#connections.delete(connection)) connection.close();
  }

  /** Ends it. Twice is fine. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
    this.#socket = undefined;
    this.#server?.close();
    this.#server = undefined;
    for (const connection of [...this.#connections]) this.#end(connection);
  }
}

/** Opens a socket of UDP, with Deno's errors: Node's own have codes. */
async function bindUdp(address: string, port: number): Promise<Socket> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("listening", resolve);
  socket.once("error", (error: Error & { code?: string }) => {
    const cause = { cause: error };
    if (error.code === "EADDRINUSE") reject(new Deno.errors.AddrInUse(error.message, cause));
    else reject(error);
  });
  try {
    socket.bind({ address, port });
    await promise;
    return socket;
  } catch (error) {
    try {
      socket.close();
    } catch { /* it never was open */ }
    throw error;
  }
}
