/**
 * A folder of this machine as a root of its own.
 *
 * Every step of a path is opened by itself, relative to the folder before and without following
 * links (`O_NOFOLLOW`, by way of `/proc/self/fd`): who may change the folder meanwhile, such as a
 * container's processes, cannot lead a path out of it.
 *
 * @module
 */
import fs from "node:fs";
import {
  CHUNK,
  codeOf,
  exact,
  lstat,
  moveOver,
  pathOf,
  type Place,
  problem,
  readLink,
  removeAt,
  writeAll,
} from "./local_place.ts";
import type { HostRoot, RootFile, RootFileChange, RootFileInfo } from "./root.ts";

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;
/** From Linux's fcntl.h; Node has no name for it. */
const O_PATH = 0o10000000;
/** Symbolic links that Linux follows on the way to one file. */
const MAX_LINKS = 40;

/** Opens a folder as a root. @throws with Linux's `code` when it cannot be opened. */
export function openLocalRoot(path: string): HostRoot {
  return new LocalRoot(fs.openSync(path, O_PATH | O_DIRECTORY));
}

class LocalRoot implements HostRoot {
  readonly #fd: number;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  stat(names: readonly string[], follow: boolean) {
    return this.#at(names, follow, (fd, at, place) => {
      return { info: infoOf(fs.fstatSync(fd), place), names: at };
    });
  }

  list(names: readonly string[]) {
    return this.#at(names, true, (fd, at) => {
      const found: { name: string; info: RootFileInfo }[] = [];
      for (const name of fs.readdirSync(`/proc/self/fd/${fd}`)) {
        const place = { fd, name, parents: at };
        try {
          const info = infoOf(fs.lstatSync(pathOf(place)), place);
          found.push({ name, info });
        } catch (error) {
          // It went meanwhile.
          if (codeOf(error) !== "ENOENT") throw error;
        }
      }
      return { names: at, items: found.sort((a, b) => a.name < b.name ? -1 : 1) };
    });
  }

  open(names: readonly string[]): Promise<RootFile> {
    return this.#at(names, true, (fd) => {
      const info = infoOf(fs.fstatSync(fd), undefined);
      if (info.kind === "directory") throw problem("EISDIR");
      if (info.kind !== "file") throw problem("EINVAL");
      // What was looked at is what is opened, not what has its name by now.
      const file = fs.openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK);
      let isOpen = true;
      const close = () => {
        if (isOpen) fs.closeSync(file);
        isOpen = false;
      };
      return {
        info,
        async *read(): AsyncGenerator<Uint8Array, void, undefined> {
          try {
            while (true) {
              const buffer = new Uint8Array(Math.min(CHUNK, Math.max(info.size, 4096)));
              const count = fs.readSync(file, buffer, 0, buffer.length, null);
              if (count === 0) return;
              yield await buffer.subarray(0, count);
            }
          } finally {
            close();
          }
        },
        close,
      };
    });
  }

  async write(
    names: readonly string[],
    content: AsyncIterable<Uint8Array>,
    change: RootFileChange,
  ): Promise<void> {
    using place = this.#place(await this.#follow(names));
    const old = lstat(place);
    if (old?.isDirectory()) throw problem("EISDIR");
    if (old && !old.isFile()) throw problem("EINVAL");
    // A name beside it that is put in its place at the end: after a failure it is as it was.
    const draft = { ...place, name: `.davit-${crypto.randomUUID()}` };
    const fd = fs.openSync(pathOf(draft), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      try {
        let size = 0;
        for await (const part of content) {
          // What is zero all over becomes a hole.
          if (!isZero(part)) writeAll(fd, part, size);
          size += part.length;
        }
        fs.ftruncateSync(fd, size);
        const mode = change.mode ?? (old ? old.mode & 0o7777 : 0o644);
        const made = fs.fstatSync(fd);
        const [uid, gid] = [change.uid ?? old?.uid ?? made.uid, change.gid ?? old?.gid ?? made.gid];
        if (uid !== made.uid || gid !== made.gid) fs.fchownSync(fd, uid, gid);
        fs.fchmodSync(fd, mode);
        if (change.mtime) fs.futimesSync(fd, change.mtime, change.mtime);
      } finally {
        fs.closeSync(fd);
      }
      moveOver(draft, place);
    } catch (error) {
      fs.rmSync(pathOf(draft), { force: true });
      throw error;
    }
  }

  async mkdir(names: readonly string[], change: RootFileChange): Promise<void> {
    using place = this.#place(await Promise.resolve(names), "EEXIST");
    fs.mkdirSync(pathOf(place), 0o700);
    this.#set(place, { mode: 0o755, ...change });
  }

  async symlink(target: string, names: readonly string[]): Promise<void> {
    using place = this.#place(await Promise.resolve(names), "EEXIST");
    fs.symlinkSync(exact(target), pathOf(place));
  }

  async link(from: readonly string[], to: readonly string[]): Promise<void> {
    using source = this.#place(await Promise.resolve(from));
    using target = this.#place(to, "EEXIST");
    fs.linkSync(pathOf(source), pathOf(target));
  }

  async remove(names: readonly string[], recursive: boolean): Promise<void> {
    using place = this.#place(await Promise.resolve(names));
    removeAt(place, recursive);
  }

  async rename(from: readonly string[], to: readonly string[]): Promise<void> {
    using source = this.#place(await Promise.resolve(from));
    using target = this.#place(to, "EEXIST");
    fs.renameSync(pathOf(source), pathOf(target));
  }

  async change(names: readonly string[], change: RootFileChange, follow: boolean): Promise<void> {
    const at = follow ? await this.#follow(names) : names;
    using place = this.#place(at);
    this.#set(place, change);
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    fs.closeSync(this.#fd);
  }

  #set(place: Place, change: RootFileChange): void {
    const { uid, gid, mode, mtime } = change;
    const fd = fs.openSync(pathOf(place), O_PATH | O_NOFOLLOW);
    try {
      const info = fs.fstatSync(fd);
      const path = info.isSymbolicLink() ? pathOf(place) : `/proc/self/fd/${fd}`;
      if (uid !== undefined || gid !== undefined) {
        (info.isSymbolicLink() ? fs.lchownSync : fs.chownSync)(
          path,
          uid ?? info.uid,
          gid ?? info.gid,
        );
      }
      // Links have no permissions. A new owner takes away what is set beyond the lowest nine.
      if (!info.isSymbolicLink() && (mode !== undefined || uid !== undefined)) {
        fs.chmodSync(path, mode ?? info.mode & 0o7777);
      }
      if (mtime) fs.lutimesSync(pathOf(place), mtime, mtime);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** The path with a link at its end followed, as far as there is a file. */
  async #follow(names: readonly string[]): Promise<readonly string[]> {
    let path = names;
    for (let links = 0; links <= MAX_LINKS; links++) {
      using place = this.#place(await Promise.resolve(path));
      const info = lstat(place);
      if (!info?.isSymbolicLink()) return [...place.parents, place.name];
      const target = readLink(place).split("/");
      path = target[0] === "" ? target : [...place.parents, ...target];
    }
    throw problem("ELOOP");
  }

  /** Runs `work` on an open file: one that need not be readable. */
  #at<T>(
    names: readonly string[],
    follow: boolean,
    work: (fd: number, names: readonly string[], place: Place | undefined) => T,
  ): Promise<T> {
    const fds: number[] = [];
    try {
      const walked = this.#walk(names, follow, fds);
      if (walked.name === undefined) {
        return Promise.resolve(work(walked.fd, walked.parents, undefined));
      }
      const place: Place = { ...walked, name: walked.name };
      const fd = fs.openSync(pathOf(place), O_PATH | O_NOFOLLOW);
      fds.push(fd);
      return Promise.resolve(work(fd, [...place.parents, place.name], place));
    } catch (error) {
      return Promise.reject(error);
    } finally {
      for (const fd of fds) fs.closeSync(fd);
    }
  }

  /** The place of a path's last name. @param nameless What is wrong with a path without one. */
  #place(names: readonly string[], nameless: string = "EINVAL"): Place & Disposable {
    const fds: number[] = [];
    const close = () => {
      for (const fd of fds.splice(0)) fs.closeSync(fd);
    };
    try {
      const walked = this.#walk(names, false, fds);
      // The root, or what ends with "..", has no name that could be given to something else.
      if (walked.name === undefined) throw problem(nameless);
      return { ...walked, name: walked.name, [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** @param fds Gets what was opened on the way. */
  #walk(
    names: readonly string[],
    follow: boolean,
    fds: number[],
  ): Omit<Place, "name"> & { name: string | undefined } {
    const stack: { fd: number; name: string }[] = [{ fd: this.#fd, name: "" }];
    const rest = names.toReversed();
    const parents = () => stack.slice(1).map(({ name }) => name);
    for (let links = 0; rest.length > 0;) {
      const name = rest.pop()!;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const { fd } = stack.at(-1)!;
      const place = { fd, name, parents: [] };
      const last = rest.every((part) => part === "" || part === ".");
      const info = lstat(place);
      if (info?.isSymbolicLink() && (!last || follow)) {
        if (++links > MAX_LINKS) throw problem("ELOOP");
        const target = readLink(place);
        if (target === "") throw problem("ENOENT");
        if (target.startsWith("/")) stack.length = 1;
        rest.push(...target.split("/").reverse());
        continue;
      }
      if (last) return { fd, name, parents: parents() };
      if (!info) throw problem("ENOENT");
      const opened = fs.openSync(pathOf(place), O_PATH | O_DIRECTORY | O_NOFOLLOW);
      fds.push(opened);
      stack.push({ fd: opened, name });
    }
    return { fd: stack.at(-1)!.fd, name: undefined, parents: parents() };
  }
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length >= 4096 && bytes[0] === 0 && bytes.every((byte) => byte === 0);
}

function infoOf(info: fs.Stats, place: Place | undefined): RootFileInfo {
  const kind = kindOf(info);
  const isDevice = kind === "character-device" || kind === "block-device";
  return {
    kind,
    size: kind === "file" ? info.size : 0,
    mode: info.mode & 0o7777,
    uid: info.uid,
    gid: info.gid,
    mtime: info.mtime,
    ...(kind === "symlink" && place ? { linkTo: readLink(place) } : {}),
    ...(isDevice ? { device: deviceOf(info.rdev) } : {}),
  };
}

function kindOf(info: fs.Stats): RootFileInfo["kind"] {
  if (info.isFile()) return "file";
  if (info.isDirectory()) return "directory";
  if (info.isSymbolicLink()) return "symlink";
  if (info.isCharacterDevice()) return "character-device";
  if (info.isBlockDevice()) return "block-device";
  return info.isFIFO() ? "fifo" : "socket";
}

/** As glibc's makedev() puts the two together. */
function deviceOf(rdev: number): { major: number; minor: number } {
  const device = BigInt(rdev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
