/**
 * The machine that this process runs on.
 *
 * Small operations are synchronous inside: they take microseconds, while Deno's asynchronous file
 * operations share 32 threads that other work may hold.
 *
 * @module
 */
import type {
  Host,
  HostFifo,
  HostFile,
  HostFileEvent,
  HostFileInfo,
  HostPipes,
  HostWatch,
  PipeSelection,
} from "./host.ts";
import { isGranted } from "./granted.ts";
import { makeLocalFifo, openLocalFifo } from "./local_fifo.ts";
import type { HostRoot } from "./root.ts";
import { openLocalPipes } from "./local_pipes.ts";

/** How often what is removed may be found to have got new content. */
const REMOVE_ATTEMPTS = 100;

/** Who holds a lock holds it for the writing of a small file or two. */
const LOCK_PAUSE_MS = 10;

/** Files of this machine. */
export class LocalHost implements Host {
  /** Always `"localhost"`. */
  readonly name: string = "localhost";

  /** A variable of this process; `undefined` without `--allow-env` for it. */
  env(name: string): string | undefined {
    try {
      return Deno.env.get(name);
    } catch {
      return undefined;
    }
  }

  /** Makes a folder in the system's folder for temporary files (`$TMPDIR`, else `/tmp`). */
  makeTempDir(prefix: string): Promise<string> {
    return attempt(() => Deno.makeTempDirSync({ prefix }));
  }

  /** Makes a folder that only this user can enter, unless told otherwise. Fails if it exists. */
  makeDir(path: string, mode: number = 0o700): Promise<void> {
    return attempt(() => {
      Deno.mkdirSync(path, { mode });
      // The process's umask has taken from it.
      if (mode !== 0o700) Deno.chmodSync(path, mode);
    });
  }

  /** The names of what is in a folder, sorted. */
  readDir(path: string): Promise<string[]> {
    return attempt(() => [...Deno.readDirSync(path)].map(({ name }) => name).sort());
  }

  /** Holds a folder's lock. Asks again and again, since a blocked thread cannot be given up. */
  async lockDir(path: string, signal?: AbortSignal): Promise<Disposable> {
    const folder = Deno.openSync(path, { read: true });
    try {
      while (!folder.tryLockSync(true)) {
        signal?.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
      }
    } catch (error) {
      folder.close();
      throw error;
    }
    // Closing it lets the lock go.
    return { [Symbol.dispose]: () => folder.close() };
  }

  /** Writes a new file, readable by this user only. */
  createFile(path: string, data: Uint8Array = new Uint8Array()): Promise<void> {
    return attempt(() => Deno.writeFileSync(path, data, { createNew: true, mode: 0o600 }));
  }

  /** Writes a file, in place of what it held; a new one is readable by this user only. */
  writeFile(path: string, data: Uint8Array): Promise<void> {
    return attempt(() => Deno.writeFileSync(path, data, { mode: 0o600 }));
  }

  /** Moves a file within one file system. */
  rename(from: string, to: string): Promise<void> {
    return attempt(() => Deno.renameSync(from, to));
  }

  /** What is at `path`, links not followed; `undefined` when nothing is. */
  lstat(path: string): Promise<HostFileInfo | undefined> {
    return attempt(() => {
      try {
        const info = Deno.lstatSync(path);
        return fileInfo(info);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        if (error instanceof Deno.errors.NotADirectory) return undefined;
        throw error;
      }
    });
  }

  /** Reads a whole file. */
  readFile(path: string): Promise<Uint8Array> {
    return attempt(() => Deno.readFileSync(path));
  }

  /** Where a symbolic link points, as it is written. */
  readLink(path: string): Promise<string> {
    return attempt(() => Deno.readLinkSync(path));
  }

  /** Opens a file for reading. */
  open(path: string): Promise<HostFile> {
    return attempt(() => new LocalFile(Deno.openSync(path, { read: true })));
  }

  /** Removes a file, or a folder with all that is in it. Nothing there is fine. */
  remove(path: string): Promise<void> {
    return attempt(() => {
      for (let left = REMOVE_ATTEMPTS; left > 0; left--) {
        try {
          Deno.removeSync(path, { recursive: true });
          return;
        } catch (error) {
          if (error instanceof Deno.errors.NotFound) return;
          // Somebody put something in while the rest of it was being removed.
          const again = error instanceof Error && "code" in error && error.code === "ENOTEMPTY";
          if (!again || left === 1) throw error;
        }
      }
    });
  }

  /** Reports what happens to the files right in some folders. None of them may hold a FIFO. */
  watch(...folders: string[]): HostWatch {
    return new LocalWatch(Deno.watchFs(folders, { recursive: false }));
  }

  /** Uses a folder as a root that no path leads out of. */
  async openRoot(path: string): Promise<HostRoot> {
    const { openLocalRoot } = await import("./local_root.ts");
    return openLocalRoot(path);
  }

  /** Copies a tree; needs `--allow-run=cp`. */
  get copyTree(): Host["copyTree"] {
    if (!isGranted({ name: "run", command: "cp" })) return undefined;
    return async (from, to, signal) => {
      const { copyLocalTree } = await import("./local_copy.ts");
      return await copyLocalTree(from, to, signal);
    };
  }

  /** Makes pipes; needs `--allow-run=sleep`. */
  openPipes(which: PipeSelection): Promise<HostPipes> {
    return attempt(() => openLocalPipes(which));
  }

  /** Makes a FIFO; needs `--allow-run=mkfifo`. */
  async makeFifo(path: string): Promise<void> {
    await makeLocalFifo(path);
  }

  /** Opens a FIFO for writing; needs `--allow-run=tee`. */
  openFifo(path: string): Promise<HostFifo> {
    return attempt(() => openLocalFifo(path));
  }
}

/** Runs `operation` and turns what it throws into a rejection. */
function attempt<T>(operation: () => T): Promise<T> {
  try {
    return Promise.resolve(operation());
  } catch (error) {
    return Promise.reject(error);
  }
}

function fileInfo(info: Deno.FileInfo): HostFileInfo {
  const kind = info.isFile
    ? "file"
    : info.isDirectory
    ? "directory"
    : info.isSymlink
    ? "symlink"
    : "other";
  const { uid, gid, mode } = info;
  return {
    kind,
    size: info.size,
    inode: info.ino,
    ...(uid !== null && gid !== null && mode !== null && {
      owner: { uid, gid, mode: mode & 0o7777 },
    }),
    ...((info.isBlockDevice || info.isCharDevice) && { device: deviceOf(info) }),
  };
}

/** Linux keeps both numbers in one: 12 + 20 bits, in four pieces. */
function deviceOf({ rdev, isBlockDevice }: Deno.FileInfo): HostFileInfo["device"] {
  const number = BigInt(rdev ?? 0);
  return {
    type: isBlockDevice ? "b" : "c",
    major: Number(((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n)),
    minor: Number((number & 0xffn) | ((number >> 12n) & 0xffffff00n)),
  };
}

class LocalFile implements HostFile {
  readonly #file: Deno.FsFile;
  #open = true;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  read(buffer: Uint8Array, offset: number): Promise<number> {
    return attempt(() => {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      return this.#file.readSync(buffer) ?? 0;
    });
  }

  stat(): Promise<HostFileInfo> {
    return attempt(() => fileInfo(this.#file.statSync()));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#file.close();
  }
}

const KINDS: Partial<Record<Deno.FsEvent["kind"], HostFileEvent["kind"]>> = {
  // inotify's IN_CLOSE_WRITE.
  access: "closed",
  modify: "modified",
  create: "renamed",
  rename: "renamed",
  remove: "renamed",
};

class LocalWatch implements HostWatch {
  readonly #watcher: Deno.FsWatcher;
  #open = true;

  constructor(watcher: Deno.FsWatcher) {
    this.#watcher = watcher;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<HostFileEvent> {
    for await (const event of this.#watcher) {
      const kind = KINDS[event.kind];
      if (!kind) continue;
      for (const path of event.paths) yield { path, kind };
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watcher.close();
  }
}
