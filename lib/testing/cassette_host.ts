/**
 * The daemon's machine, as far as a recording looked at it.
 *
 * @module
 */
import type {
  Host,
  HostFile,
  HostFileInfo,
  HostPipes,
  HostWatch,
  PipeSelection,
} from "../host/host.ts";
import { type Cassette, type CassetteFile, decodeBytes, encodeBytes } from "./cassette_format.ts";
import { MemoryHost } from "./memory_host.ts";

/** Passes everything on, and keeps what was read, except of folders that the client made itself. */
export class RecordingHost implements Host {
  readonly #inner: Host;
  readonly #cassette: Cassette;
  readonly #own: string[] = [];

  /** @param inner The machine. @param cassette What is added to. */
  constructor(inner: Host, cassette: Cassette) {
    this.#inner = inner;
    this.#cassette = cassette;
  }

  /** Where this is, for messages. */
  get name(): string {
    return this.#inner.name;
  }

  /** Passed on, not kept. */
  env(name: string): string | undefined {
    return this.#inner.env(name);
  }

  #keep(path: string, file: CassetteFile | null): void {
    if (this.#own.some((folder) => path.startsWith(folder))) return;
    this.#cassette.files[path] = file && { ...this.#cassette.files[path], ...file };
  }

  /** Passed on; what is in the folder is not kept. */
  async makeTempDir(prefix: string): Promise<string> {
    const path = await this.#inner.makeTempDir(prefix);
    this.#own.push(path);
    return path;
  }

  /** Passed on. */
  makeDir(path: string, mode?: number): Promise<void> {
    return this.#inner.makeDir(path, mode);
  }

  /** Passed on. */
  readDir(path: string): Promise<string[]> {
    return this.#inner.readDir(path);
  }

  /** Passed on. */
  lockDir(path: string, signal?: AbortSignal): Promise<Disposable> {
    return this.#inner.lockDir(path, signal);
  }

  /** Passed on. */
  createFile(path: string, data?: Uint8Array): Promise<void> {
    return this.#inner.createFile(path, data);
  }

  /** Passed on. */
  writeFile(path: string, data: Uint8Array): Promise<void> {
    return this.#inner.writeFile(path, data);
  }

  /** Passed on. */
  rename(from: string, to: string): Promise<void> {
    return this.#inner.rename(from, to);
  }

  /** Kept. */
  async lstat(path: string, options?: { inode?: boolean }): Promise<HostFileInfo | undefined> {
    const info = await this.#inner.lstat(path, options);
    this.#keep(path, info ? { kind: info.kind } : null);
    return info;
  }

  /** Kept. */
  async readFile(path: string): Promise<Uint8Array> {
    const data = await this.#inner.readFile(path);
    this.#keep(path, { kind: "file", data: encodeBytes(data) });
    return data;
  }

  /** Kept. */
  async readLink(path: string): Promise<string> {
    const target = await this.#inner.readLink(path);
    this.#keep(path, { kind: "symlink", target });
    return target;
  }

  /** Passed on. */
  open(path: string): Promise<HostFile> {
    return this.#inner.open(path);
  }

  /** Passed on. */
  remove(path: string): Promise<void> {
    return this.#inner.remove(path);
  }

  /** Passed on. */
  watch(folder: string): HostWatch {
    return this.#inner.watch(folder);
  }

  /** Passed on. */
  openPipes(which: PipeSelection): Promise<HostPipes> {
    return this.#inner.openPipes(which);
  }

  /** Passed on. */
  makeFifo(path: string): Promise<void> {
    return this.#inner.makeFifo(path);
  }

  /** Passed on. */
  openFifo(path: string): ReturnType<Host["openFifo"]> {
    return this.#inner.openFifo(path);
  }
}

/** A machine in memory with what a recording read. */
export function hostOf(cassette: Cassette): MemoryHost {
  const host = new MemoryHost();
  for (const [path, file] of Object.entries(cassette.files)) {
    if (file?.kind === "directory") host.addFolder(path);
    else if (file?.kind === "symlink") host.addLink(path, file.target ?? "");
    else if (file) host.addFile(path, file.data === undefined ? "" : decodeBytes(file.data));
  }
  return host;
}
