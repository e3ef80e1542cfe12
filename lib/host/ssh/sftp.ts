/**
 * A client of the SSH file transfer protocol. Requests go out at once and are answered in any order.
 *
 * Failures are Deno's errors of the same meaning, as those of local files.
 *
 * @module
 */
import { ProtocolError, UnsupportedError } from "../../errors/errors.ts";
import { ByteReader } from "./byte_reader.ts";
import type { Connections } from "./connections.ts";
import { ConnectionLostError } from "./failure.ts";
import type { SshProcess } from "./process.ts";
import {
  OPEN,
  PacketReader,
  PacketWriter,
  SFTP,
  type SftpAttributes,
  STATUS,
} from "./sftp_packet.ts";

/** What every server takes and gives in one piece. */
const CHUNK = 32 * 1024;
/** How many bytes are under way at once, which is what fast and far lines need. */
const WINDOW = 4 * 1024 * 1024;
/** OpenSSH's own limit of a packet, and what fits into one. */
const MAX_PACKET = 256 * 1024;
const MAX_CHUNK = MAX_PACKET - 1024;
/** How long it has to end by itself, in milliseconds. */
const END_MS = 2_000;
const LIMITS = "limits@openssh.com";
const RENAME = "posix-rename@openssh.com";

/** An open file or folder. */
export type SftpHandle = Uint8Array;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly type: number;
  readonly packet: PacketReader;
}

/** An entry of a folder. */
export interface SftpEntry {
  readonly name: string;
  readonly attributes: SftpAttributes;
}

/** A session of the protocol. */
export class Sftp {
  readonly #reader: ByteReader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #process: SshProcess;
  readonly #name: string;
  readonly #extensions: ReadonlySet<string>;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #lost = false;
  #chunk = CHUNK;

  private constructor(
    parts: { reader: ByteReader; process: SshProcess; name: string; extensions: Set<string> },
  ) {
    this.#reader = parts.reader;
    this.#process = parts.process;
    this.#writer = parts.process.stdin.getWriter();
    this.#writer.closed.catch(() => {});
    this.#name = parts.name;
    this.#extensions = parts.extensions;
    this.#process.unref();
    void this.#read();
    // Smaller pieces do until it has answered.
    if (this.#extensions.has(LIMITS)) this.#askLimits().catch(() => {/* it stays as it is */});
  }

  async #askLimits(): Promise<void> {
    const answer = await this.#ask(SFTP.extended, (to) => to.text(LIMITS));
    answer.uint64(); // of a packet
    const limits = [answer.uint64(), answer.uint64()].filter((limit) => limit > 0);
    this.#chunk = Math.max(CHUNK, Math.min(MAX_CHUNK, ...limits));
  }

  /**
   * Starts a session.
   *
   * @throws {UnsupportedError} when the other machine has no such subsystem.
   */
  static async open(connections: Connections): Promise<Sftp> {
    const { name } = connections;
    const { process, first } = await connections.start(
      { subsystem: "sftp" },
      { stdin: true },
      async (process) => {
        const reader = new ByteReader(process.stdout);
        const writer = process.stdin.getWriter();
        const hello = new PacketWriter().byte(SFTP.init).uint32(3).finish();
        // When it has ended, the reader tells.
        writer.write(hello).catch(() => {});
        writer.releaseLock();
        const packet = await readPacket(reader, name);
        if (!packet) {
          reader.cancel();
          return undefined;
        }
        if (packet.byte() !== SFTP.version) throw new ProtocolError(noSense(name));
        packet.uint32();
        return { reader, extensions: readExtensions(packet) };
      },
      // What ssh says of that is lost at times.
      (text) => /^\s*$|subsystem request failed/i.test(text) ? noSubsystem(name) : undefined,
    );
    return new Sftp({ ...first, process, name });
  }

  /** Whether it can be used. */
  get alive(): boolean {
    return !this.#lost;
  }

  /** What is at a path, links not followed. */
  async lstat(path: string): Promise<SftpAttributes> {
    return (await this.#ask(SFTP.lstat, (to) => to.text(path), path)).attributes();
  }

  /** What an open file is. */
  async fstat(handle: SftpHandle): Promise<SftpAttributes> {
    return (await this.#ask(SFTP.fstat, (to) => to.bytes(handle))).attributes();
  }

  /** Opens a file. @param mode Of a new one. */
  async open(path: string, flags: number, mode?: number): Promise<SftpHandle> {
    const answer = await this.#ask(
      SFTP.open,
      (to) => to.text(path).uint32(flags).mode(mode),
      path,
    );
    // What comes later is read into the same memory.
    return answer.bytes().slice();
  }

  /** Closes a file or folder. */
  async close(handle: SftpHandle): Promise<void> {
    await this.#ask(SFTP.close, (to) => to.bytes(handle));
  }

  /** Reads up to `length` bytes; fewer at the end and where the server gives fewer. */
  async read(handle: SftpHandle, offset: number, length: number): Promise<Uint8Array> {
    try {
      const answer = await this.#ask(
        SFTP.read,
        (to) => to.bytes(handle).uint64(offset).uint32(Math.min(length, this.#chunk)),
      );
      return answer.bytes();
    } catch (error) {
      if (error instanceof EndOfFile) return new Uint8Array();
      throw error;
    }
  }

  /** Reads a whole file. */
  async readFile(path: string): Promise<Uint8Array> {
    const handle = await this.open(path, OPEN.read);
    const chunk = this.#chunk;
    try {
      const [{ size = 0 }, first] = await Promise.all([
        this.fstat(handle),
        this.read(handle, 0, chunk),
      ]);
      if (first.length === 0 || size <= chunk && size === first.length) return first;
      const pieces = [first];
      let count = first.length;
      const ahead: Promise<Uint8Array>[] = [];
      // Files of /proc have no size and are read one piece after the other; so is what a server
      // gives in other pieces than asked for.
      let asked = count === chunk ? chunk : Infinity;
      try {
        for (;;) {
          for (; ahead.length * chunk < WINDOW && asked < size; asked += chunk) {
            ahead.push(this.read(handle, asked, chunk));
          }
          const expected = ahead.shift();
          const piece = await (expected ?? this.read(handle, count, chunk));
          if (piece.length === 0 && !expected) break;
          if (piece.length > 0) pieces.push(piece);
          count += piece.length;
          if (expected && piece.length < chunk) {
            drop(ahead);
            asked = Infinity;
          }
        }
      } finally {
        drop(ahead);
      }
      return join(pieces, count);
    } finally {
      // Nobody waits for that.
      this.close(handle).catch(() => {});
    }
  }

  /** Writes a file. @param flags Besides writing. */
  async writeFile(path: string, data: Uint8Array, flags: number): Promise<void> {
    const handle = await this.open(path, OPEN.write | OPEN.create | flags, 0o600);
    const chunk = this.#chunk;
    try {
      for (let at = 0; at < data.length;) {
        const parts: Promise<unknown>[] = [];
        for (; at < data.length && parts.length * chunk < WINDOW; at += chunk) {
          const piece = data.subarray(at, at + chunk);
          const offset = at;
          parts.push(
            this.#ask(SFTP.write, (to) => to.bytes(handle).uint64(offset).bytes(piece), path),
          );
        }
        await Promise.all(parts);
      }
    } finally {
      await this.close(handle);
    }
  }

  /** What is in a folder, in any order, without `.` and `..`. */
  async readDir(path: string): Promise<SftpEntry[]> {
    const handle = (await this.#ask(SFTP.opendir, (to) => to.text(path), path)).bytes().slice();
    const entries: SftpEntry[] = [];
    try {
      for (;;) {
        const answer = await this.#ask(SFTP.readdir, (to) => to.bytes(handle), path);
        for (let left = answer.uint32(); left > 0; left--) {
          const name = answer.text();
          answer.bytes(); // as `ls -l` shows it
          const attributes = answer.attributes();
          if (name !== "." && name !== "..") entries.push({ name, attributes });
        }
      }
    } catch (error) {
      if (!(error instanceof EndOfFile)) throw error;
      return entries;
    } finally {
      this.close(handle).catch(() => {});
    }
  }

  /** Makes a folder. */
  async makeDir(path: string, mode: number): Promise<void> {
    await this.#ask(SFTP.mkdir, (to) => to.text(path).mode(mode), path);
  }

  /** Sets permission bits. */
  async chmod(path: string, mode: number): Promise<void> {
    await this.#ask(SFTP.setstat, (to) => to.text(path).mode(mode), path);
  }

  /** Removes a file that is no folder. */
  async removeFile(path: string): Promise<void> {
    await this.#ask(SFTP.remove, (to) => to.text(path), path);
  }

  /** Moves a file, in place of what is there. */
  async rename(from: string, to: string): Promise<void> {
    if (!this.#extensions.has(RENAME)) {
      throw new UnsupportedError(
        `Cannot move "${from}" on "${this.#name}": its sftp server lacks ${RENAME}`,
        { needed: "OpenSSH's sftp-server" },
      );
    }
    await this.#ask(SFTP.extended, (out) => out.text(RENAME).text(from).text(to), from);
  }

  /** Where a link points. */
  async readLink(path: string): Promise<string> {
    const answer = await this.#ask(SFTP.readlink, (to) => to.text(path), path);
    answer.uint32();
    return answer.text();
  }

  #ask(
    type: number,
    fill: (to: PacketWriter) => PacketWriter,
    path?: string,
  ): Promise<PacketReader> {
    if (this.#lost) return Promise.reject(this.#lostError());
    const id = this.#next = this.#next + 1 >>> 0;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (this.#waiting.size === 0) this.#process.ref();
    this.#waiting.set(id, { resolve, reject });
    const packet = fill(new PacketWriter().byte(type).uint32(id)).finish();
    this.#writer.write(packet).catch(() => {/* told by the reader */});
    return promise.then((answer) => {
      if (answer.type !== SFTP.status) return answer.packet;
      const status = answer.packet.uint32();
      if (status === STATUS.ok) return answer.packet;
      throw statusError(status, answer.packet.text(), path);
    });
  }

  async #read(): Promise<void> {
    let failure: unknown;
    try {
      for (;;) {
        const packet = await readPacket(this.#reader, this.#name);
        if (!packet) break;
        const type = packet.byte();
        const id = packet.uint32();
        const waiting = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (this.#waiting.size === 0) this.#process.unref();
        waiting?.resolve({ type, packet });
      }
    } catch (error) {
      failure = error;
    }
    this.#lost = true;
    const error = failure instanceof ProtocolError ? failure : this.#lostError();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#writer.abort().catch(() => {/* it is closed */});
    this.#process.kill();
  }

  /** Ends the session. Twice is fine. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), END_MS);
    await this.#writer.close().catch(() => {/* it is closed */});
    await this.#process.ended;
    clearTimeout(timer);
  }

  #lostError(): ConnectionLostError {
    return new ConnectionLostError(
      `Cannot reach files of "${this.#name}": the connection was lost`,
    );
  }
}

/** The end of a file or folder. */
class EndOfFile extends Error {}

function statusError(status: number, message: string, path: string | undefined): Error {
  const text = `${message || "failure"}${path === undefined ? "" : `: "${path}"`}`;
  switch (status) {
    case STATUS.eof:
      return new EndOfFile(text);
    case STATUS.noSuchFile:
      return new Deno.errors.NotFound(text);
    case STATUS.denied:
      return new Deno.errors.PermissionDenied(text);
  }
  return new Error(text);
}

async function readPacket(reader: ByteReader, name: string): Promise<PacketReader | undefined> {
  const head = await reader.exactly(4);
  if (!head) return undefined;
  const length = new PacketReader(head).uint32();
  // A greeting of the user's start-up files reads as a length that is none.
  if (length < 5 || length > MAX_PACKET + 1024) throw new ProtocolError(noSense(name));
  const body = await reader.exactly(length);
  return body && new PacketReader(body);
}

function readExtensions(packet: PacketReader): Set<string> {
  const names = new Set<string>();
  try {
    for (;;) {
      names.add(packet.text());
      packet.bytes();
    }
  } catch { /* that was all */ }
  return names;
}

function noSense(name: string): string {
  return `Cannot use the sftp subsystem of "${name}": what it answers is something else; the ` +
    "user's start-up files there must print nothing without a terminal";
}

function noSubsystem(name: string): UnsupportedError {
  return new UnsupportedError(
    `Cannot reach files of "${name}": its sshd has no sftp subsystem; add "Subsystem sftp ` +
      'internal-sftp" to its sshd_config',
    { needed: "the sftp subsystem" },
  );
}

/** Gives up answers that are under way. */
function drop(pieces: Promise<Uint8Array>[]): void {
  for (const piece of pieces.splice(0)) piece.catch(() => {/* not needed any more */});
}

function join(pieces: readonly Uint8Array[], count: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1) return only!;
  const all = new Uint8Array(count);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
