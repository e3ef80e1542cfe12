/**
 * Where a private daemon keeps its things.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

/** Paths of one private daemon. */
export interface Layout {
  /** What stays when the daemon is stopped: images, snapshots, metadata, the log. */
  readonly dir: string;
  /** What does not: the socket, running tasks, who uses the daemon. */
  readonly volatile: string;
  /** containerd's `root`. */
  readonly root: string;
  /** containerd's `state`. */
  readonly state: string;
  /** The gRPC socket. */
  readonly address: string;
  /** The configuration file. */
  readonly config: string;
  /** What the daemon writes to its standard streams. */
  readonly log: string;
  /** Held while the daemon is started or stopped. */
  readonly lock: string;
  /** One empty file for each script that uses the daemon. */
  readonly users: string;
}

/** Where the daemon lives when no `dir` is given. */
export const DEFAULT_DIR = "/var/lib/davit";

const DEFAULT_VOLATILE = "/run/davit";

/** The socket of the daemon that lives in {@linkcode DEFAULT_DIR}. */
export const DEFAULT_ADDRESS = `${DEFAULT_VOLATILE}/containerd.sock`;

/** Longest path that fits the 108 bytes of `sun_path` with its closing zero; see unix(7). */
const MAX_SOCKET_PATH = 107;

/**
 * The paths of a daemon in `dir`.
 *
 * @param dir An absolute or relative folder. Default: {@linkcode DEFAULT_DIR}, with what is
 *   volatile in `/run/davit`, which the next boot finds empty.
 * @throws {InvalidArgumentError} The sockets' paths would be longer than a Unix socket's may be.
 */
export function layoutOf(dir?: string): Layout {
  if (dir === "") {
    throw new InvalidArgumentError('Cannot use "" as the daemon\'s folder: give a path');
  }
  let base = dir ?? DEFAULT_DIR;
  if (!base.startsWith("/")) base = `${Deno.cwd()}/${base}`;
  base = base.replace(/\/+$/, "");
  if (base === "") {
    throw new InvalidArgumentError('Cannot use "/" as the daemon\'s folder: use one of its own');
  }
  const volatile = dir === undefined ? DEFAULT_VOLATILE : base;
  const address = `${volatile}/containerd.sock`;
  // containerd puts a second socket beside the first, for its shims.
  const longest = `${address}.ttrpc`;
  const length = new TextEncoder().encode(longest).length;
  if (length > MAX_SOCKET_PATH) {
    throw new InvalidArgumentError(
      `Cannot use "${base}" as the daemon's folder: the path of its socket "${longest}" has ` +
        `${length} bytes, and a Unix socket's may have ${MAX_SOCKET_PATH}; use a folder whose ` +
        `path is ${length - MAX_SOCKET_PATH} bytes shorter`,
    );
  }
  return {
    dir: base,
    volatile,
    root: `${base}/root`,
    state: `${volatile}/state`,
    address,
    config: `${base}/config.toml`,
    log: `${base}/containerd.log`,
    lock: `${volatile}/lock`,
    users: `${volatile}/users`,
  };
}
