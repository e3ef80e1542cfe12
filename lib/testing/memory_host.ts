/**
 * A machine whose files are in memory.
 *
 * @module
 */
import type {
  Host,
  HostFile,
  HostFileEvent,
  HostFileInfo,
  HostPipes,
  HostWatch,
  PipeSelection,
} from "../host/host.ts";
import { type HostOutput, MemoryFifo, openMemoryPipes, type PipeEnds } from "./memory_pipes.ts";

/** What is at a path. */
type Node =
  | { readonly kind: "directory"; readonly inode: number }
  | { readonly kind: "symlink"; readonly inode: number; readonly target: string }
  | { readonly kind: "fifo"; readonly inode: number; readonly fifo: MemoryFifo }
  | FileNode;

interface FileNode {
  readonly kind: "file";
  readonly inode: number;
  data: Uint8Array<ArrayBuffer>;
}

/** A folder whose name no real machine has, should a path ever get to a real system call. */
const TEMPORARY = "/davit-in-memory/tmp";

/** Files of a machine that does not exist. Paths are absolute; `.` and `..` are not resolved. */
export class MemoryHost implements Host {
  /** For messages. */
  readonly name: string = "the fake containerd's host";

  /** There are no variables. */
  env(): string | undefined {
    return undefined;
  }

  readonly #nodes = new Map<string, Node>([["/", { kind: "directory", inode: 1 }]]);
  readonly #watches = new Set<MemoryWatch>();
  readonly #pipes = new Map<string, PipeEnds>();
  readonly #locks = new Map<string, Promise<void>>();
  #next = 2;

  /** All paths, sorted, without folders. */
  get files(): string[] {
    return [...this.#nodes].filter(([, { kind }]) => kind !== "directory").map(([path]) => path)
      .sort();
  }

  /**
   * Puts a file there, with the folders that lead to it.
   *
   * @param path Absolute. What is there is replaced.
   */
  addFile(path: string, data: string | Uint8Array): void {
    this.addFolder(parentOf(path));
    this.#nodes.set(path, this.#newFile(data));
  }

  /** Puts a folder there, with those that lead to it. One that is there is fine. */
  addFolder(path: string): void {
    if (this.#nodes.get(path)?.kind === "directory") return;
    this.addFolder(parentOf(path));
    this.#nodes.set(path, { kind: "directory", inode: this.#next++ });
  }

  /** Puts a symbolic link there, with the folders that lead to it. */
  addLink(path: string, target: string): void {
    this.addFolder(parentOf(path));
    this.#nodes.set(path, { kind: "symlink", inode: this.#next++, target });
  }

  /** Makes a new folder below one that exists in no real file system. */
  makeTempDir(prefix: string): Promise<string> {
    const path = `${TEMPORARY}/${prefix}${this.#next++}`;
    this.addFolder(path);
    return Promise.resolve(path);
  }

  /** Makes a folder. Fails if it exists, or what it is to be in does not. */
  makeDir(path: string): Promise<void> {
    return attempt(() => this.#put(path, { kind: "directory", inode: this.#next++ }));
  }

  /** The names of what is in a folder, sorted. */
  readDir(path: string): Promise<string[]> {
    return attempt(() => {
      this.#needFolder(path);
      const start = path === "/" ? "/" : `${path}/`;
      return [...this.#nodes.keys()].filter((other) => other !== "/" && other.startsWith(start))
        .map((other) => other.slice(start.length)).filter((name) => !name.includes("/")).sort();
    });
  }

  /** Holds a folder's lock, until it is disposed of, against all that use this machine. */
  async lockDir(path: string, signal?: AbortSignal): Promise<Disposable> {
    this.#needFolder(path);
    for (let held = this.#locks.get(path); held; held = this.#locks.get(path)) {
      await held;
      signal?.throwIfAborted();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#locks.set(path, promise);
    return {
      [Symbol.dispose]: () => {
        if (this.#locks.get(path) === promise) this.#locks.delete(path);
        resolve();
      },
    };
  }

  /** Writes a new file. Fails if it exists. */
  createFile(path: string, data: Uint8Array = new Uint8Array()): Promise<void> {
    return attempt(() => {
      this.#put(path, this.#newFile(data));
      this.#report(path, "closed");
    });
  }

  /** Writes a file, in place of what it held if it exists. */
  writeFile(path: string, data: Uint8Array): Promise<void> {
    return attempt(() => {
      const node = this.#nodes.get(path);
      if (node?.kind === "file") node.data = toBytes(data);
      else this.#put(path, this.#newFile(data));
      this.#report(path, "closed");
    });
  }

  /** Moves a file. */
  rename(from: string, to: string): Promise<void> {
    return attempt(() => {
      const node = this.#need(from);
      this.#needFolder(parentOf(to));
      this.#nodes.delete(from);
      this.#nodes.set(to, node);
      this.#report(from, "renamed");
      this.#report(to, "renamed");
    });
  }

  /** What is at `path`, links not followed; `undefined` when nothing is. */
  lstat(path: string): Promise<HostFileInfo | undefined> {
    const node = this.#nodes.get(path);
    return Promise.resolve(node && infoOf(node));
  }

  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array> {
    return attempt(() => this.#file(path).data.slice());
  }

  /** Where a symbolic link points. */
  readLink(path: string): Promise<string> {
    return attempt(() => {
      const node = this.#need(path);
      if (node.kind !== "symlink") throw new TypeError(`Cannot read link "${path}": it is none`);
      return node.target;
    });
  }

  /** Opens a file for reading; it can be read to its end even when it is removed meanwhile. */
  open(path: string): Promise<HostFile> {
    return attempt(() => {
      const node = this.#file(path);
      return {
        read: (buffer, offset) => {
          const part = node.data.subarray(offset, offset + buffer.length);
          buffer.set(part);
          return Promise.resolve(part.length);
        },
        stat: () => Promise.resolve(infoOf(node)),
        close: () => {},
      };
    });
  }

  /** Removes a file, or a folder with all that is in it. Nothing there is fine. */
  remove(path: string): Promise<void> {
    for (const other of [...this.#nodes.keys()]) {
      if (other !== path && !other.startsWith(`${path}/`)) continue;
      this.#nodes.delete(other);
      this.#report(other, "renamed");
    }
    return Promise.resolve();
  }

  /** Reports writes to, and closes of, the files right in `folder`. */
  watch(folder: string): HostWatch {
    const watch = new MemoryWatch(folder, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** Makes pipes; the processes of the fake find their ends by path. */
  openPipes(which: PipeSelection): Promise<HostPipes> {
    const { pipes, ends } = openMemoryPipes(`${TEMPORARY}/pipe/${this.#next++}`, which);
    for (const [path, end] of ends) this.#pipes.set(path, end);
    return Promise.resolve({
      ...pipes,
      release: () => {
        for (const [path] of ends) this.#pipes.delete(path);
        return pipes.release();
      },
    });
  }

  /** Makes a FIFO, with the folders that it is in. */
  makeFifo(path: string): Promise<void> {
    return attempt(() => {
      this.addFolder(parentOf(path));
      this.#put(path, { kind: "fifo", inode: this.#next++, fifo: new MemoryFifo() });
    });
  }

  /** Opens a FIFO for writing. */
  openFifo(
    path: string,
  ): Promise<AsyncDisposable & { readonly writable: WritableStream<Uint8Array> }> {
    return attempt(() => {
      const node = this.#need(path);
      if (node.kind !== "fifo") throw new TypeError(`Cannot open "${path}": it is no FIFO`);
      return node.fifo.open();
    });
  }

  /**
   * What a process reads from, as the shim opens it.
   *
   * @returns The bytes as they come; `undefined` when nothing is at the path.
   */
  openInput(path: string): ReadableStream<Uint8Array> | undefined {
    const pipe = this.#pipes.get(path);
    if (pipe) return pipe.readable;
    const node = this.#nodes.get(path);
    if (node?.kind === "fifo") return node.fifo.readable;
    return node?.kind === "file" ? new Blob([node.data]).stream() : undefined;
  }

  /** Ends what a process reads from a FIFO, as the shim does when it is told to close it. */
  closeInput(path: string): void {
    const node = this.#nodes.get(path);
    if (node?.kind === "fifo") node.fifo.close();
  }

  /**
   * What a process writes to, as the shim opens it: a file is appended to.
   *
   * @returns `undefined` when nothing is at the path.
   */
  openOutput(path: string): HostOutput | undefined {
    const pipe = this.#pipes.get(path);
    if (pipe?.output) return pipe.output;
    const node = this.#nodes.get(path);
    if (node?.kind !== "file") return undefined;
    return {
      write: (data) => {
        const whole = new Uint8Array(node.data.length + data.length);
        whole.set(node.data);
        whole.set(data, node.data.length);
        node.data = whole;
        this.#report(path, "modified");
        return Promise.resolve();
      },
      close: () => this.#report(path, "closed"),
    };
  }

  #report(path: string, kind: HostFileEvent["kind"]): void {
    for (const watch of this.#watches) {
      if (watch.folder === parentOf(path)) watch.push({ path, kind });
    }
  }

  #put(path: string, node: Node): void {
    if (this.#nodes.has(path)) throw new Deno.errors.AlreadyExists(`"${path}" exists`);
    this.#needFolder(parentOf(path));
    this.#nodes.set(path, node);
  }

  #needFolder(path: string): void {
    if (this.#nodes.get(path)?.kind === "directory") return;
    throw new Deno.errors.NotFound(`There is no folder "${path}" on ${this.name}`);
  }

  #need(path: string): Node {
    const node = this.#nodes.get(path);
    if (!node) throw new Deno.errors.NotFound(`There is no "${path}" on ${this.name}`);
    return node;
  }

  #newFile(data: string | Uint8Array): FileNode {
    return { kind: "file", inode: this.#next++, data: toBytes(data) };
  }

  #file(path: string): FileNode {
    const node = this.#need(path);
    if (node.kind !== "file") throw new TypeError(`Cannot read "${path}": it is a ${node.kind}`);
    return node;
  }
}

class MemoryWatch implements HostWatch {
  readonly folder: string;
  readonly #onClose: () => void;
  readonly #queue: HostFileEvent[] = [];
  #wake: (() => void) | undefined;
  #open = true;

  constructor(folder: string, onClose: () => void) {
    this.folder = folder;
    this.#onClose = onClose;
  }

  push(event: HostFileEvent): void {
    this.#queue.push(event);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<HostFileEvent> {
    while (this.#open) {
      const event = this.#queue.shift();
      if (event) {
        yield event;
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  close(): void {
    this.#open = false;
    this.#wake?.();
    this.#onClose();
  }
}

function infoOf(node: Node): HostFileInfo {
  const size = node.kind === "file" ? node.data.length : 0;
  return { kind: node.kind === "fifo" ? "other" : node.kind, size, inode: node.inode };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function toBytes(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
}

function attempt<T>(operation: () => T): Promise<T> {
  try {
    return Promise.resolve(operation());
  } catch (error) {
    return Promise.reject(error);
  }
}
