/**
 * Captures what processes write: the shim appends to plain files, one for each stream, and closes
 * them when it has copied everything.
 *
 * Plain files need no FIFO, no reader that keeps up, and no memory; a process never blocks on its
 * output. One watch on the folder tells of every write and close.
 *
 * @module
 */
import { Turns } from "./turns.ts";
import type { Host, HostFileEvent, HostWatch } from "../host/host.ts";

/** The two output streams of a process. */
export type OutputStream = "stdout" | "stderr";

const CHUNK = 64 * 1024;

/** What is to become of the streams of one process. */
export interface CaptureOptions {
  /** What the process reads, then end of file; nothing by default. */
  readonly stdin?: Uint8Array;
  /** Whether there is one output stream only. */
  readonly terminal?: boolean;
  /**
   * A file of the caller's that standard output is appended to: it stays, and is not read. `null`:
   * standard output goes elsewhere.
   */
  readonly stdout?: string | null;
  /** The same for standard error. */
  readonly stderr?: string | null;
  /** Called, once, when a stream has more bytes than its limit. */
  readonly onLimit?: () => void;
  /** Limits of streams that are the capture's own, in bytes; none by default. */
  readonly limits?: Partial<Record<OutputStream, number>>;
}

/** A file that a stream goes to, and whether it is the capture's own. */
interface CapturedFile {
  readonly path: string;
  readonly own?: boolean;
}

type CapturedFiles = Readonly<Record<OutputStream, CapturedFile | undefined>>;

/** A folder of captured streams, watched while any of them is being written. */
export class CaptureFolder implements AsyncDisposable {
  readonly #host: Host;
  readonly #prefix: string;
  #dir: Promise<string> | undefined;
  #path: string | undefined;
  #watch: HostWatch | undefined;
  #next = 0;
  readonly #live = new Map<string, (kind: HostFileEvent["kind"]) => void>();

  /**
   * @param host The daemon's machine.
   * @param prefix How the folder's name starts.
   */
  constructor(host: Host, prefix: string) {
    this.#host = host;
    this.#prefix = prefix;
  }

  /** The folder's path, once something was captured. */
  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Makes the files for one process.
   *
   * @param options See {@linkcode CaptureOptions}.
   */
  async open(options: CaptureOptions = {}): Promise<Capture> {
    this.#dir ??= this.#make();
    const dir = await this.#dir;
    const base = `${this.#next++}`;
    const file = (given: string | null | undefined, end: string): CapturedFile | undefined => {
      if (given === null) return undefined;
      return given === undefined
        ? { path: `${dir}/live/${base}.${end}`, own: true }
        : { path: given };
    };
    const files: CapturedFiles = {
      stdout: file(options.stdout, "out"),
      stderr: options.terminal ? undefined : file(options.stderr, "err"),
    };
    let stdin: string | undefined;
    if (options.stdin) {
      stdin = `${dir}/${base}.in`;
      await this.#host.createFile(stdin, options.stdin);
    }
    // Made elsewhere and moved in: closing a new file in the watched folder would look like the end.
    for (const file of Object.values(files)) {
      if (!file?.own) continue;
      const fresh = `${dir}/${base}.new`;
      await this.#host.createFile(fresh);
      await this.#host.rename(fresh, file.path);
    }
    const capture = new Capture(this.#host, files, stdin, {
      watchSize: sizeWatch(this.#host, options),
      listen: (path, listener) => this.#listen(`${dir}/live`, path, listener),
      unlisten: (path) => this.#unlisten(path),
    });
    return capture;
  }

  async #make(): Promise<string> {
    const dir = await this.#host.makeTempDir(this.#prefix);
    await this.#host.makeDir(`${dir}/live`);
    this.#path = dir;
    return dir;
  }

  #listen(folder: string, path: string, listener: (kind: HostFileEvent["kind"]) => void): void {
    this.#live.set(path, listener);
    if (this.#watch) return;
    const watch = this.#host.watch(folder);
    this.#watch = watch;
    (async () => {
      for await (const event of watch) this.#live.get(event.path)?.(event.kind);
    })().catch(() => {
      // Without a watch the end of a stream is known from the task's deletion.
    });
  }

  #unlisten(path: string): void {
    this.#live.delete(path);
    if (this.#live.size > 0) return;
    // A watch keeps the process alive, so there is none while nothing is being captured.
    this.#watch?.close();
    this.#watch = undefined;
  }

  /** Removes the folder and all that was captured. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#live.clear();
    this.#watch?.close();
    this.#watch = undefined;
    const dir = await this.#dir?.catch(() => undefined);
    this.#dir = undefined;
    this.#path = undefined;
    if (dir) await this.#host.remove(dir);
  }
}

/** What a {@linkcode Capture} needs of its folder. */
interface Listening {
  /** Told of every write to a file of the capture's own. */
  watchSize(path: string, stream: OutputStream): void;
  listen(path: string, listener: (kind: HostFileEvent["kind"]) => void): void;
  unlisten(path: string): void;
}

/** Looks at the size of files that grow, until one is too large. */
function sizeWatch(host: Host, options: CaptureOptions): Listening["watchSize"] {
  const { limits = {}, onLimit } = options;
  let over = !onLimit;
  return (path, stream) => {
    const limit = limits[stream];
    if (over || limit === undefined) return;
    host.lstat(path).then((info) => {
      if (over || (info?.size ?? 0) <= limit) return;
      over = true;
      onLimit?.();
    }, () => {/* it is gone */});
  };
}

/** The streams of one process. */
export class Capture implements AsyncDisposable {
  readonly #host: Host;
  readonly #files: CapturedFiles;
  readonly #listening: Listening;
  readonly #open = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #followers = new Set<() => void>();
  /** The path for the task's `stdin`, empty for none. */
  readonly stdin: string;

  /** For {@linkcode CaptureFolder.open}. */
  constructor(
    host: Host,
    files: CapturedFiles,
    stdin: string | undefined,
    listening: Listening,
  ) {
    this.#host = host;
    this.#files = files;
    this.#listening = listening;
    this.stdin = stdin ?? "";
    for (const stream of ["stdout", "stderr"] as const) {
      const file = files[stream];
      if (!file) continue;
      const { path } = file;
      this.#open.add(path);
      // The end of a file elsewhere is known from the process's deletion only.
      if (!file.own) continue;
      listening.listen(path, (kind) => {
        listening.watchSize(path, stream);
        if (kind === "closed") this.#close(path);
        else this.#wakeFollowers();
      });
    }
    if (this.#open.size === 0) this.#ended.resolve();
  }

  /** The path for the task's `stdout`. */
  get stdout(): string {
    return this.#files.stdout?.path ?? "";
  }

  /** The path for the task's `stderr`, empty for a terminal. */
  get stderr(): string {
    return this.#files.stderr?.path ?? "";
  }

  /** Resolves when all that the process wrote has arrived. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Says that nothing more will come, which the task's deletion proves too. */
  end(): void {
    for (const path of [...this.#open]) this.#close(path);
  }

  #close(path: string): void {
    if (!this.#open.delete(path)) return;
    this.#listening.unlisten(path);
    this.#wakeFollowers();
    if (this.#open.size === 0) this.#ended.resolve();
  }

  #wakeFollowers(): void {
    for (const wake of [...this.#followers]) wake();
  }

  /** All of a stream so far; nothing of one that goes to a file of the caller's. */
  async bytes(stream: OutputStream): Promise<Uint8Array> {
    const file = this.#files[stream];
    return file?.own ? await this.#host.readFile(file.path) : new Uint8Array();
  }

  /** How many bytes of a stream there are so far; none of one that goes to a file of the caller's. */
  async size(stream: OutputStream): Promise<number> {
    const file = this.#files[stream];
    return file?.own ? (await this.#host.lstat(file.path))?.size ?? 0 : 0;
  }

  /** The last `size` bytes of a stream so far. */
  async tail(stream: OutputStream, size: number): Promise<Uint8Array> {
    const path = this.#files[stream]?.path;
    if (!path) return new Uint8Array();
    const info = await this.#host.lstat(path);
    const length = Math.min(size, info?.size ?? 0);
    const buffer = new Uint8Array(length);
    if (length === 0) return buffer;
    const file = await this.#host.open(path);
    try {
      return buffer.subarray(0, await file.read(buffer, (info?.size ?? 0) - length));
    } finally {
      file.close();
    }
  }

  /**
   * A stream as it is written, from its start, until it has ended. There may be several followers,
   * each at its own pace: the process does not wait for any of them.
   */
  async *follow(stream: OutputStream): AsyncGenerator<Uint8Array, void, undefined> {
    const path = this.#files[stream]?.path;
    if (!path) return;
    const file = await this.#host.open(path);
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#followers.add(wake);
    let offset = 0;
    const turns = new Turns();
    try {
      while (true) {
        // Both before the read, so that nothing written in between is missed.
        changed = Promise.withResolvers<void>();
        const last = !this.#open.has(path);
        for (;;) {
          const buffer = new Uint8Array(CHUNK);
          const count = await file.read(buffer, offset);
          if (count === 0) break;
          offset += count;
          yield buffer.subarray(0, count);
          await turns.after(count);
        }
        if (last) return;
        await changed.promise;
      }
    } finally {
      this.#followers.delete(wake);
      file.close();
    }
  }

  /** Removes the files. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    if (this.stdin) await this.#host.remove(this.stdin);
    for (const file of Object.values(this.#files)) {
      if (file?.own) await this.#host.remove(file.path);
    }
  }
}
