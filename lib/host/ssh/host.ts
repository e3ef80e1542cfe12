/**
 * A machine that ssh leads to. It needs nothing but sshd with its sftp subsystem, `/bin/sh` and the
 * usual commands there.
 *
 * @module
 */
import { DavitError, UnsupportedError } from "../../errors/errors.ts";
import { hostPlatform, normalizePlatform, type Platform } from "../../oci/platform.ts";
import type {
  Host,
  HostFifo,
  HostFile,
  HostFileInfo,
  HostPipes,
  HostWatch,
  PipeSelection,
} from "../host.ts";
import type { Connections } from "./connections.ts";
import { ConnectionLostError } from "./failure.ts";
import { makeSshFifo, openSshFifo } from "./fifo.ts";
import { SshFile } from "./file.ts";
import { openSshPipes } from "./pipes.ts";
import { Sftp } from "./sftp.ts";
import { OPEN, type SftpAttributes } from "./sftp_packet.ts";
import { PollingWatch } from "./watch.ts";

/** Variables that say where files are kept. */
const VARIABLES = [
  "CNI_PATH",
  "HOME",
  "NERDCTL_TOML",
  "NETCONFPATH",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
] as const;

/** What is found out of a machine once. */
export interface SshFacts {
  /** The id of the user there. */
  readonly uid: number;
  /** The machine's platform. */
  readonly platform: Platform;
  /** Some of the user's environment variables. */
  readonly env: ReadonlyMap<string, string>;
  /** The folder for temporary files. */
  readonly temporary: string;
}

/** Asks a machine what it is. */
export async function readFacts(connections: Connections, signal?: AbortSignal): Promise<SshFacts> {
  const { shell, base } = await connections.primary(signal);
  const shown = VARIABLES.map((name) => `"$${name}"`).join(" ");
  const { text } = await shell.run(`printf '%s\\n' "$(id -u)" "$(uname -m)" ${shown}; echo .`);
  const [uid = "", machine = "", ...values] = text.split("\n");
  return {
    uid: Number(uid),
    platform: machine === ""
      ? hostPlatform()
      : normalizePlatform({ os: "linux", architecture: machine }),
    env: new Map(VARIABLES.flatMap((name, at) => values[at] ? [[name, values[at]]] : [])),
    temporary: base.slice(0, base.lastIndexOf("/")) || "/",
  };
}

/** How often what is removed may be found to have got new content. */
const REMOVE_ATTEMPTS = 100;
/** A lock is asked for again and again: how long after, in milliseconds; it doubles. */
const LOCK_PAUSE_MS = 10;
const LOCK_PAUSE_MAX_MS = 200;
/** What holds a lock ends by itself after that many seconds, should nobody end it. */
const LOCK_SECONDS = 3600;
/** What `flock -n` says of a lock that is taken. */
const TAKEN = 75;

/** Files of a machine that ssh leads to. */
export class SshHost implements Host {
  readonly #connections: Connections;
  readonly #facts: SshFacts;
  #sftp: Promise<Sftp> | undefined;
  /** Its address, for messages. */
  readonly name: string;
  /** Its files are not those of this machine. */
  readonly remote = true;

  /** @param connections The ways there. @param facts What it is. */
  constructor(connections: Connections, facts: SshFacts) {
    this.#connections = connections;
    this.#facts = facts;
    this.name = connections.name;
  }

  /** The machine's platform. */
  get platform(): Platform {
    return this.#facts.platform;
  }

  /** The folder there for temporary files: `$TMPDIR`, else `/tmp`. */
  get temporary(): string {
    return this.#facts.temporary;
  }

  /** One of the user's variables there, of those that say where files are kept. */
  env(name: string): string | undefined {
    return this.#facts.env.get(name);
  }

  /** The session for files; anew when it was lost. */
  async #files(): Promise<Sftp> {
    const current = this.#sftp;
    if (current) {
      const sftp = await current.catch(() => undefined);
      if (sftp?.alive) return sftp;
      if (this.#sftp !== current) return await this.#files();
    }
    this.#sftp = Sftp.open(this.#connections);
    return await this.#sftp;
  }

  /** Ends what was started for files. Twice is fine. */
  async close(): Promise<void> {
    const sftp = await this.#sftp?.catch(() => undefined);
    await sftp?.end();
  }

  /** What can be asked twice is asked again when the connection was lost. */
  async #read<T>(work: (sftp: Sftp) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#files());
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      return await work(await this.#files());
    }
  }

  async #run(script: string, ...args: readonly string[]): Promise<{ code: number; text: string }> {
    try {
      return await (await this.#connections.primary()).shell.run(script, ...args);
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      return await (await this.#connections.primary()).shell.run(script, ...args);
    }
  }

  /** Makes a folder among the temporary files. */
  async makeTempDir(prefix: string): Promise<string> {
    const path = `${this.temporary}/${prefix}${crypto.randomUUID().slice(0, 8)}`;
    await (await this.#files()).makeDir(path, 0o700);
    return path;
  }

  /** Makes a folder that only this user can enter, unless told otherwise. Fails if it exists. */
  async makeDir(path: string, mode: number = 0o700): Promise<void> {
    const sftp = await this.#files();
    await this.#orExists(path, () => sftp.makeDir(path, mode));
    // The user's umask there has taken from it.
    if (mode !== 0o700) await sftp.chmod(path, mode);
  }

  /** The protocol does not tell that something is there already. */
  async #orExists(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ConnectionLostError || error instanceof Deno.errors.NotFound) {
        throw error;
      }
      if (!await this.lstat(path)) throw error;
      throw new Deno.errors.AlreadyExists(`File exists: "${path}"`);
    }
  }

  /** The names of what is in a folder, sorted. */
  async readDir(path: string): Promise<string[]> {
    const entries = await this.#read((sftp) => sftp.readDir(path));
    return entries.map(({ name }) => name).sort();
  }

  /** Holds a folder's lock, by a process there; it takes `flock` of util-linux or busybox. */
  async lockDir(path: string, signal?: AbortSignal): Promise<Disposable> {
    const script = `exec 9<"$1" && { flock -n 9 || exit ${TAKEN}; } && ` +
      `{ sleep ${LOCK_SECONDS} </dev/null >/dev/null 2>&1 & echo $!; }`;
    for (let pause = LOCK_PAUSE_MS;; pause = Math.min(pause * 2, LOCK_PAUSE_MAX_MS)) {
      signal?.throwIfAborted();
      const { shell } = await this.#connections.primary(signal);
      const { code, text } = await shell.run(
        `command -v flock >/dev/null || exit 127; ${script}`,
        path,
      );
      if (code === 0) {
        // What is asked for from now on is done after that.
        return {
          [Symbol.dispose]: () => {
            shell.run('kill -9 "$1"', text).catch(() => {/* it has ended with the connection */});
          },
        };
      }
      if (code === 127) {
        throw new UnsupportedError(
          `Cannot lock "${path}" on "${this.name}": there is no flock; install util-linux`,
          { needed: "flock (util-linux or busybox)" },
        );
      }
      if (code !== TAKEN) throw shellError(text, path);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Writes a new file, readable by this user only. */
  async createFile(path: string, data: Uint8Array = new Uint8Array()): Promise<void> {
    const sftp = await this.#files();
    await this.#orExists(path, () => sftp.writeFile(path, data, OPEN.exclusive));
  }

  /** Writes a file, in place of what it held; a new one is readable by this user only. */
  async writeFile(path: string, data: Uint8Array): Promise<void> {
    await this.#read((sftp) => sftp.writeFile(path, data, OPEN.truncate));
  }

  /** Moves a file within one file system. */
  async rename(from: string, to: string): Promise<void> {
    await (await this.#files()).rename(from, to);
  }

  /** What is at `path`, links not followed; `undefined` when nothing is. */
  async lstat(path: string, options: { inode?: boolean } = {}): Promise<HostFileInfo | undefined> {
    if (options.inode) return await this.#identify(path);
    try {
      const info = fileInfo(await this.#read((sftp) => sftp.lstat(path)));
      // Which device it stands for is not told.
      return info.kind === "other" ? await this.#identify(path) : info;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  async #identify(path: string): Promise<HostFileInfo | undefined> {
    const { code, text } = await this.#run('stat -c "%f %s %i %u %g %t %T" -- "$1"', path);
    const fields = text.split(" ");
    if (code === 0 && fields.length === 7) {
      const [mode = 0, major = 0, minor = 0] = [fields[0], fields[5], fields[6]].map((hex) =>
        parseInt(hex!, 16)
      );
      const [size = 0, inode = 0, uid = 0, gid = 0] = fields.slice(1, 5).map(Number);
      const type = mode & TYPE;
      return {
        ...fileInfo({ mode, size, uid, gid }),
        inode,
        ...((type === BLOCK || type === CHARACTER) && {
          device: { type: type === BLOCK ? "b" as const : "c" as const, major, minor },
        }),
      };
    }
    const error = shellError(text, path);
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }

  /** Reads a whole file. */
  async readFile(path: string): Promise<Uint8Array> {
    return await this.#read((sftp) => sftp.readFile(path));
  }

  /** Where a symbolic link points, as it is written. */
  async readLink(path: string): Promise<string> {
    return await this.#read((sftp) => sftp.readLink(path));
  }

  /** Opens a file for reading. */
  async open(path: string): Promise<HostFile> {
    const access = {
      sftp: () => this.#files(),
      identify: (path: string) => this.#identify(path),
    };
    try {
      return await SshFile.open(access, path);
    } catch (error) {
      if (!(error instanceof ConnectionLostError)) throw error;
      return await SshFile.open(access, path);
    }
  }

  /** Removes a file, or a folder with all that is in it. Nothing there is fine. */
  async remove(path: string): Promise<void> {
    try {
      await this.#read((sftp) => sftp.removeFile(path));
      return;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (error instanceof DavitError) throw error;
    }
    for (let left = REMOVE_ATTEMPTS;; left--) {
      const { code, text } = await this.#run('rm -rf -- "$1"', path);
      if (code === 0) return;
      // Somebody put something in while the rest of it was being removed.
      if (!/not empty/i.test(text) || left <= 1) throw shellError(text, path);
    }
  }

  /** Reports what happens to the files right in some folders, by looking again and again. */
  watch(...folders: string[]): HostWatch {
    return new PollingWatch(folders, (folder) => this.#read((sftp) => sftp.readDir(folder)));
  }

  /** Makes pipes; each set is a session of ssh. */
  async openPipes(which: PipeSelection): Promise<HostPipes> {
    return await openSshPipes(this.#connections, which);
  }

  /** Makes a FIFO. */
  async makeFifo(path: string): Promise<void> {
    await makeSshFifo(this.#connections, path);
  }

  /** Opens a FIFO for writing. */
  async openFifo(path: string): Promise<HostFifo> {
    return await openSshFifo(this.#connections, path);
  }
}

const TYPE = 0o170000;
const FOLDER = 0o040000;
const CHARACTER = 0o020000;
const BLOCK = 0o060000;
const REGULAR = 0o100000;
const LINK = 0o120000;
const KINDS = new Map<number, HostFileInfo["kind"]>([
  [REGULAR, "file"],
  [FOLDER, "directory"],
  [LINK, "symlink"],
]);

function fileInfo({ mode, size = 0, uid, gid }: SftpAttributes): HostFileInfo {
  return {
    kind: KINDS.get((mode ?? 0) & TYPE) ?? "other",
    size,
    inode: null,
    ...(mode !== undefined && uid !== undefined && gid !== undefined && {
      owner: { uid, gid, mode: mode & 0o7777 },
    }),
  };
}

/** What a command said, as the error that a call of this machine would throw. */
function shellError(text: string, path: string): Error {
  const message = `${text.split("\n").at(-1)}: "${path}"`;
  if (/no such file/i.test(text)) return new Deno.errors.NotFound(message);
  if (/not a directory/i.test(text)) return new Deno.errors.NotADirectory(message);
  if (/permission denied|not permitted/i.test(text)) {
    return new Deno.errors.PermissionDenied(message);
  }
  if (/file exists/i.test(text)) return new Deno.errors.AlreadyExists(message);
  return new Error(message);
}
