/**
 * An open file of the other machine.
 *
 * @module
 */
import type { HostFile, HostFileInfo } from "../host.ts";
import { ConnectionLostError } from "./failure.ts";
import type { Sftp, SftpHandle } from "./sftp.ts";
import { OPEN } from "./sftp_packet.ts";

const IDENTIFY_ATTEMPTS = 50;
const IDENTIFY_PAUSE_MS = 10;

/** What a file needs of its machine. */
export interface FileAccess {
  /** A session. */
  sftp(): Promise<Sftp>;
  /** What is at a path, and which file it is. */
  identify(path: string): Promise<HostFileInfo | undefined>;
}

interface OpenHandle {
  readonly sftp: Sftp;
  readonly handle: SftpHandle;
}

/** An open file. It is opened again when the connection was lost, if it is still the same. */
export class SshFile implements HostFile {
  readonly #access: FileAccess;
  readonly #path: string;
  #at: OpenHandle;
  #inode: number | null = null;
  #open = true;

  private constructor(access: FileAccess, path: string, at: OpenHandle) {
    this.#access = access;
    this.#path = path;
    this.#at = at;
  }

  /** Opens a file for reading. */
  static async open(access: FileAccess, path: string): Promise<SshFile> {
    return new SshFile(access, path, await openHandle(access, path));
  }

  /** Reads up to `buffer.length` bytes from `offset`. */
  async read(buffer: Uint8Array, offset: number): Promise<number> {
    const bytes = await this.#again(({ sftp, handle }) => sftp.read(handle, offset, buffer.length));
    buffer.set(bytes);
    return bytes.length;
  }

  /** What it is. Which file it is, is found out the first time: before it is moved, for choice. */
  async stat(): Promise<HostFileInfo> {
    if (this.#inode === null) await this.#identify();
    const { size = 0 } = await this.#again(({ sftp, handle }) => sftp.fstat(handle));
    return { kind: "file", size, inode: this.#inode };
  }

  /** The protocol does not tell which file is open: it is the one that is there before and after. */
  async #identify(): Promise<void> {
    for (let left = IDENTIFY_ATTEMPTS;; left--) {
      const before = await this.#access.identify(this.#path);
      // Between the renaming of a log and the making of the next there is none for a moment.
      if (!before && left > 0) {
        await new Promise((resolve) => setTimeout(resolve, IDENTIFY_PAUSE_MS));
        continue;
      }
      const at = await openHandle(this.#access, this.#path);
      const after = await this.#access.identify(this.#path);
      if (before && before.inode === after?.inode) {
        closeHandle(this.#at);
        this.#at = at;
        this.#inode = before.inode;
        return;
      }
      closeHandle(at);
    }
  }

  async #again<T>(work: (at: OpenHandle) => Promise<T>): Promise<T> {
    try {
      return await work(this.#at);
    } catch (error) {
      if (!(error instanceof ConnectionLostError) || !this.#open) throw error;
      const at = await openHandle(this.#access, this.#path);
      const now = this.#inode === null ? null : (await this.#access.identify(this.#path))?.inode;
      if (now !== this.#inode) {
        closeHandle(at);
        throw error;
      }
      this.#at = at;
      return await work(at);
    }
  }

  /** Closes it. Twice is fine. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeHandle(this.#at);
  }
}

async function openHandle(access: FileAccess, path: string): Promise<OpenHandle> {
  const sftp = await access.sftp();
  return { sftp, handle: await sftp.open(path, OPEN.read) };
}

function closeHandle({ sftp, handle }: OpenHandle): void {
  sftp.close(handle).catch(() => {/* the connection is lost, and with it the file */});
}
