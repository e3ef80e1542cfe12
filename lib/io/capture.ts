/**
 * Captures what processes write: the shim appends to plain files, one for each stream, and closes
 * them when it has copied everything.
 *
 * Plain files need no FIFO, no reader that keeps up, and no memory; a process never blocks on its
 * output. One watch on the folder tells of every write and close.
 *
 * @module
 */
import type { Host, HostWatch } from "../host/host.ts";

/** The two output streams of a process. */
export type OutputStream = "stdout" | "stderr";

const CHUNK = 256 * 1024;

/** A folder of captured streams, watched while any of them is being written. */
export class CaptureFolder implements AsyncDisposable {
  readonly #host: Host;
  readonly #prefix: string;
  #dir: Promise<string> | undefined;
  #path: string | undefined;
  #watch: HostWatch | undefined;
  #next = 0;
  readonly #live = new Map<string, (kind: "modified" | "closed") => void>();

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
   * @param options `stdin`: what the process reads, then end of file; `/dev/null` without it.
   * `terminal`: there is one output stream only.
   */
  async open(options: { stdin?: Uint8Array; terminal?: boolean } = {}): Promise<Capture> {
    this.#dir ??= this.#make();
    const dir = await this.#dir;
    const base = `${this.#next++}`;
    const files: Record<OutputStream, string | undefined> = {
      stdout: `${dir}/live/${base}.out`,
      stderr: options.terminal ? undefined : `${dir}/live/${base}.err`,
    };
    let stdin: string | undefined;
    if (options.stdin) {
      stdin = `${dir}/${base}.in`;
      await this.#host.createFile(stdin, options.stdin);
    }
    // Made elsewhere and moved in: closing a new file in the watched folder would look like the end.
    for (const file of Object.values(files)) {
      if (!file) continue;
      const fresh = `${dir}/${base}.new`;
      await this.#host.createFile(fresh);
      await this.#host.rename(fresh, file);
    }
    const capture = new Capture(this.#host, files, stdin, {
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

  #listen(folder: string, path: string, listener: (kind: "modified" | "closed") => void): void {
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
  listen(path: string, listener: (kind: "modified" | "closed") => void): void;
  unlisten(path: string): void;
}

/** The streams of one process. */
export class Capture implements AsyncDisposable {
  readonly #host: Host;
  readonly #files: Record<OutputStream, string | undefined>;
  readonly #listening: Listening;
  readonly #open = new Set<string>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #wake = new Map<string, () => void>();
  /** The path for the task's `stdin`, empty for none. */
  readonly stdin: string;

  /** For {@linkcode CaptureFolder.open}. */
  constructor(
    host: Host,
    files: Record<OutputStream, string | undefined>,
    stdin: string | undefined,
    listening: Listening,
  ) {
    this.#host = host;
    this.#files = files;
    this.#listening = listening;
    this.stdin = stdin ?? "";
    for (const path of Object.values(files)) {
      if (!path) continue;
      this.#open.add(path);
      listening.listen(path, (kind) => {
        this.#wake.get(path)?.();
        if (kind === "closed") this.#close(path);
      });
    }
  }

  /** The path for the task's `stdout`. */
  get stdout(): string {
    return this.#files.stdout ?? "";
  }

  /** The path for the task's `stderr`, empty for a terminal. */
  get stderr(): string {
    return this.#files.stderr ?? "";
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
    this.#wake.get(path)?.();
    if (this.#open.size === 0) this.#ended.resolve();
  }

  /** All of a stream so far. */
  async bytes(stream: OutputStream): Promise<Uint8Array> {
    const path = this.#files[stream];
    return path ? await this.#host.readFile(path) : new Uint8Array();
  }

  /** The last `size` bytes of a stream so far. */
  async tail(stream: OutputStream, size: number): Promise<Uint8Array> {
    const path = this.#files[stream];
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

  /** A stream as it is written, from its start, until it has ended. */
  async *follow(stream: OutputStream): AsyncGenerator<Uint8Array, void, undefined> {
    const path = this.#files[stream];
    if (!path) return;
    const file = await this.#host.open(path);
    let offset = 0;
    try {
      while (true) {
        // Asked before the read, so that nothing written in between is missed.
        const last = !this.#open.has(path);
        const changed = Promise.withResolvers<void>();
        this.#wake.set(path, () => changed.resolve());
        for (;;) {
          const buffer = new Uint8Array(CHUNK);
          const count = await file.read(buffer, offset);
          if (count === 0) break;
          offset += count;
          yield buffer.subarray(0, count);
        }
        if (last) return;
        if (!this.#open.has(path)) changed.resolve();
        await changed.promise;
      }
    } finally {
      this.#wake.delete(path);
      file.close();
    }
  }

  /** Removes the files. Twice is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    for (const path of [this.stdin, this.stdout, this.stderr]) {
      if (path) await this.#host.remove(path);
    }
  }
}
