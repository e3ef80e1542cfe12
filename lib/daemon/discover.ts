/**
 * Finds the containerd daemons of this machine.
 *
 * @module
 */
import { type DavitError, PermissionError, UnavailableError } from "../errors/errors.ts";
import { isSshAddress } from "../host/ssh/address.ts";
import { parseAddress } from "./address.ts";
import {
  type DaemonKind,
  type KnownSocket,
  knownSockets,
  ownSurroundings,
} from "./known_sockets.ts";
import { probeVersion } from "./probe.ts";

/** A daemon, or what is left of one. */
export interface DiscoveredDaemon {
  /** Path of its socket. */
  readonly address: string;
  /** Who runs it. */
  readonly kind: DaemonKind;
  /** It answered. */
  readonly reachable: boolean;
  /** What it says of its version, such as `"2.1.9"`; only if reachable. */
  readonly version?: string;
  /** Why it cannot be reached, such as `"permission denied"`; only if not reachable. */
  readonly error?: string;
}

/** How to look for daemons. */
export interface DiscoverOptions {
  /** Ends the search. */
  readonly signal?: AbortSignal;
  /** How long one daemon may take to answer, in milliseconds. Default: 2000. */
  readonly timeoutMs?: number;
}

/**
 * Lists the daemons of this machine: `$CONTAINERD_ADDRESS`, the system's, the user's rootless one,
 * those of K3s, RKE2, MicroK8s, k0s, Lima, Colima and Docker, and Davit's own. Sockets that are
 * there are listed even if nobody answers; all are asked at once.
 *
 * Permissions: `--allow-env` and `--allow-sys=uid` to know where to look, `--allow-read`,
 * `--allow-write` and `--allow-net` for the sockets. Less permission finds less.
 *
 * @param options A signal, and how long to wait for each.
 * @returns The daemons, in the order in which `connect()` would take them.
 *
 * @example
 * ```ts
 * import { discover } from "@davit/sdk/daemon";
 *
 * for (const daemon of await discover()) {
 *   console.log(daemon.kind, daemon.address, daemon.version ?? daemon.error);
 * }
 * ```
 */
export async function discover(options: DiscoverOptions = {}): Promise<DiscoveredDaemon[]> {
  options.signal?.throwIfAborted();
  const surroundings = ownSurroundings();
  const sockets = knownSockets(surroundings);
  const fromEnv = surroundings.env.CONTAINERD_ADDRESS;
  if (fromEnv) sockets.unshift({ kind: "env", address: fromEnv });
  const found = await Promise.all(sockets.map((socket) => inspect(socket, options)));
  options.signal?.throwIfAborted();
  const listed: DiscoveredDaemon[] = [];
  for (const daemon of found) {
    if (daemon && !listed.some(({ address }) => address === daemon.address)) listed.push(daemon);
  }
  return listed;
}

/** `undefined` where no socket is, unless the user named it. */
async function inspect(
  { address, kind }: KnownSocket,
  options: DiscoverOptions,
): Promise<DiscoveredDaemon | undefined> {
  let path = address;
  try {
    path = parseAddress(address);
    if (isSshAddress(path)) {
      const error = "it is on another machine: connect() gets there by ssh";
      return { address: path, kind, reachable: false, error };
    }
    Deno.lstatSync(path);
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 2000);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    return { address: path, kind, reachable: true, version: await probeVersion(path, signal) };
  } catch (error) {
    if (isMissing(error) && kind !== "env") return undefined;
    return { address: path, kind, reachable: false, error: describe(error) };
  }
}

/** Where to look for the daemon to connect to. */
export interface FindAddressOptions {
  /** The address to use: nothing else is tried. */
  readonly address?: string;
  /** Ends the search. */
  readonly signal?: AbortSignal;
}

/**
 * The socket that `connect()` uses: the option, `$CONTAINERD_ADDRESS`, and then the first that
 * accepts a connection of the system's, the user's rootless one, Davit's own, K3s and RKE2,
 * MicroK8s, k0s, Lima and Colima. Docker's containerd must be named.
 *
 * @param options An address, a signal.
 * @returns The path of a Unix socket, or an `ssh://` address. One that was named is not tried.
 * @throws {UnavailableError} None accepts; the message lists what was tried.
 * @throws {PermissionError} There is one, and this user may not use it.
 * @throws {UnsupportedError} The address is one of `lima://`.
 * @throws {InvalidArgumentError} It is no address.
 */
export async function findAddress(options: FindAddressOptions = {}): Promise<string> {
  if (options.address !== undefined) return parseAddress(options.address);
  const surroundings = ownSurroundings();
  const fromEnv = surroundings.env.CONTAINERD_ADDRESS;
  if (fromEnv) return parseAddress(fromEnv);
  const failures: Failure[] = [];
  for (const { address, kind } of knownSockets(surroundings)) {
    options.signal?.throwIfAborted();
    if (kind === "docker") continue;
    try {
      // A socket that is there either accepts or refuses at once.
      (await Deno.connect({ transport: "unix", path: address })).close();
      return address;
    } catch (error) {
      failures.push({ address, kind, error });
    }
  }
  throw nothingFound(failures);
}

interface Failure extends KnownSocket {
  readonly error: unknown;
}

/** The error when no daemon accepts: what was there first, then where nothing was. */
function nothingFound(failures: readonly Failure[]): DavitError {
  const there = failures.filter(({ error }) => !isMissing(error));
  const tried = there.map(({ address, error }) => `${address} (${describe(error)})`);
  const missing = failures.filter(({ error }) => isMissing(error)).map(({ address }) => address);
  if (missing.length > 0) tried.push(`${missing.join(", ")} (no such file)`);
  const denied = there.some(({ error }) => isDenied(error));
  const message = `Cannot find a containerd to connect to: tried ${tried.join(", ")}; ` +
    (denied
      ? "run as root, join the socket's group, "
      : "start one (systemctl start containerd, or connect({ start: true })), ") +
    "or name its socket by the address or by $CONTAINERD_ADDRESS";
  const cause = there[0]?.error;
  return denied
    ? new PermissionError(message, { cause })
    : new UnavailableError(message, { cause });
}

function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function isDenied(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof PermissionError;
}

/** Why a socket does not serve, in few words. */
function describe(error: unknown): string {
  if (isMissing(error)) return "no such file";
  if (isDenied(error)) return "permission denied";
  if (error instanceof Deno.errors.ConnectionRefused) return "nobody listens: its daemon is gone";
  if (error instanceof Error && error.cause instanceof Error) return describe(error.cause);
  return error instanceof Error ? error.message : String(error);
}
