/**
 * Reads a log that goes on in a new file now and then.
 *
 * @module
 */
import type { Host, HostFile } from "../../host/host.ts";
import type { LogFormat } from "./format.ts";

const CHUNK = 64 * 1024;
const NEWLINE = 10;

/** A place in a log. */
export interface LogPosition {
  /** How many files ago: 0 is the one being written. */
  readonly age: number;
  /** The offset in that file, in bytes. */
  readonly offset: number;
}

/** A place in a log that stays the same when the log's files get other names. */
export interface LogMark {
  /** Which file. */
  readonly inode: number | null;
  /** The offset in it, in bytes. */
  readonly offset: number;
}

/** Where a log ends now; `undefined` when there is none. */
export async function markOf(host: Host, path: string): Promise<LogMark | undefined> {
  const info = await host.lstat(path, { inode: true });
  return info && { inode: info.inode, offset: info.size };
}

/** Where a mark is now; where the log begins when there is none, or what was marked is gone. */
export async function markedPosition(
  { host, format }: LogFiles,
  mark?: LogMark,
): Promise<LogPosition> {
  const paths = await format.files(host);
  for (const [age, path] of mark ? paths.entries() : []) {
    const info = await host.lstat(path, { inode: true });
    if (info?.inode === mark!.inode && info.size >= mark!.offset) {
      return { age, offset: mark!.offset };
    }
  }
  return { age: Math.max(0, paths.length - 1), offset: 0 };
}

/** A log: where it is, and what its files are. */
export interface LogFiles {
  /** The daemon's machine. */
  readonly host: Host;
  /** Its form. */
  readonly format: LogFormat;
}

/** Where the last `count` lines of a log begin. */
export async function tailStart(log: LogFiles, count: number): Promise<LogPosition> {
  const { host, format } = log;
  const end = { age: 0, offset: (await host.lstat(format.path))?.size ?? 0 };
  if (count === 0) return end;
  // A line begins after the record that ends the line before it.
  let left = count + 1;
  let unended = true;
  for (const [age, path] of (await format.files(host)).entries()) {
    const file = await host.open(path);
    try {
      for await (const { text, after } of recordsBackward(file)) {
        const last = format.parse(text)?.last ?? true;
        // What follows the last line end is a line too.
        if (unended && !last) left--;
        unended = false;
        if (last && --left <= 0) return { age, offset: after };
      }
    } finally {
      file.close();
    }
  }
  return await markedPosition(log);
}

/** The records of a file from its end, each with the offset of what follows it. */
async function* recordsBackward(
  file: HostFile,
): AsyncGenerator<{ text: string; after: number }, void, undefined> {
  const decoder = new TextDecoder();
  let position = (await file.stat()).size;
  let rest = new Uint8Array();
  while (position > 0) {
    const size = Math.min(CHUNK, position);
    const window = new Uint8Array(size + rest.length);
    await readFully(file, window.subarray(0, size), position - size);
    window.set(rest, size);
    position -= size;
    let end = window.length;
    // The newline at `end - 1` ends a record; the one before it, if any, begins it.
    for (;;) {
      const before = end < 2 ? -1 : window.lastIndexOf(NEWLINE, end - 2);
      if (before < 0) break;
      yield { text: decoder.decode(window.subarray(before + 1, end)), after: position + end };
      end = before + 1;
    }
    rest = window.slice(0, end);
  }
  if (rest.length > 0) yield { text: decoder.decode(rest), after: rest.length };
}

async function readFully(file: HostFile, buffer: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < buffer.length;) {
    const count = await file.read(buffer.subarray(done), offset + done);
    if (count === 0) return;
    done += count;
  }
}

/** Reads on in a log, across its files. */
export class LogCursor implements Disposable {
  readonly #host: Host;
  readonly #format: LogFormat;
  #file: HostFile | undefined;
  #inode: number | null = null;
  #offset = 0;

  /** @param log The log. */
  constructor({ host, format }: LogFiles) {
    this.#host = host;
    this.#format = format;
  }

  /** Goes to a place. A file that is not there yet is opened when it is. */
  async seek({ age, offset }: LogPosition): Promise<void> {
    const path = age === 0 ? this.#format.path : (await this.#format.files(this.#host))[age];
    if (path !== undefined && await this.#open(path)) this.#offset = offset;
  }

  async #open(path: string): Promise<boolean> {
    let file: HostFile;
    try {
      file = await this.#host.open(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
    this.#file?.close();
    this.#file = file;
    this.#inode = (await file.stat()).inode;
    this.#offset = 0;
    return true;
  }

  /** All that there is to read now. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (!this.#file && !await this.#open(this.#format.path)) return;
    for (;;) {
      // Asked before the read: after the rename, nothing is added to the old file.
      const current = await this.#inodeOf(this.#format.path) === this.#inode;
      for (;;) {
        const buffer = new Uint8Array(CHUNK);
        const count = await this.#file!.read(buffer, this.#offset);
        if (count === 0) break;
        this.#offset += count;
        yield buffer.subarray(0, count);
      }
      if (current || !await this.#next()) return;
    }
  }

  /** Opens the file that follows the one at hand; `false` when there is none yet. */
  async #next(): Promise<boolean> {
    for (;;) {
      const before = this.#inode;
      const paths = await this.#format.files(this.#host);
      let age = 1;
      while (age < paths.length && await this.#inodeOf(paths[age]!) !== before) age++;
      // Where the one at hand is gone, so are all that were older than those there are.
      const found = age < paths.length;
      const next = paths[found ? age - 1 : Math.max(0, paths.length - 1)] ?? this.#format.path;
      if (!await this.#open(next)) return false;
      // Names may have moved on meanwhile.
      if (!found || await this.#inodeOf(paths[age]!) === before) return true;
      this.#inode = before;
    }
  }

  async #inodeOf(path: string): Promise<number | null | undefined> {
    return (await this.#host.lstat(path, { inode: true }))?.inode;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
