/**
 * Connects to a containerd daemon, and starts one where none runs.
 *
 * @module
 */
import { Client } from "./client.ts";
import { noteIgnoredSignals } from "./ignored_signals.ts";
import { UnavailableError, UnsupportedError } from "../errors/errors.ts";
import type { Host } from "../host/host.ts";
import { LocalHost } from "../host/local.ts";
import { isSshAddress } from "../host/ssh/address.ts";
import type { SshOptions } from "../host/ssh/master.ts";
import { type Dial, dialUnix } from "../rpc/dial.ts";
import { createGrpcTransport } from "../rpc/transport.ts";
import { parseAddress } from "../daemon/address.ts";
import type { Daemon, StartDaemonOptions } from "../daemon/private_daemon.ts";

/** How to reach a daemon. */
export interface ConnectOptions {
  /**
   * The socket's absolute path, with or without `unix://` in front; or the daemon of another machine,
   * `ssh://[user@]host[:port][/path/of/containerd.sock]`. Default: `$CONTAINERD_ADDRESS`, else the
   * first that answers of the system's daemon, the user's rootless one, Davit's own, and those of
   * K3s and others.
   */
  address?: string;
  /**
   * Starts a private daemon: with `true` when no other can be reached, with options in any case.
   * Closing the client gives it up; the last script to do so ends it. On this machine only.
   */
  start?: boolean | StartDaemonOptions;
  /**
   * What becomes of what this client runs and owns when the script is ended by Ctrl-C (SIGINT),
   * SIGTERM, SIGHUP or an error that nobody catches. `"close"`, the default: it is ended and removed
   * first; a second Ctrl-C ends the script at once. `"leave"`: nothing is done, for scripts that
   * handle signals themselves; the next script's sweep finds what is left.
   */
  onExit?: "close" | "leave";
  /** How `ssh` is called for an address of another machine. */
  ssh?: SshOptions;
  /** Ends the attempt. */
  signal?: AbortSignal;
}

/**
 * Connects to a daemon and makes sure that one is there.
 *
 * Needs `--allow-read`, `--allow-write` and `--allow-net=unix:PATH` for the socket, and `--allow-env`
 * to find it. For one of another machine it needs `--allow-run=ssh`, and a folder for ssh's sockets
 * among the temporary files: `--allow-read`, `--allow-write`, `--allow-net`.
 *
 * @param target Options, or an address.
 * @throws {UnavailableError} when no daemon can be reached; the message says what was tried.
 * @throws {PermissionError} when the socket may not be used, or ssh does not let this user in.
 * @throws {ProtocolError} when something else than containerd answers.
 *
 * @example
 * ```ts
 * import { connect } from "@davit/sdk";
 *
 * await using davit = await connect({ signal: AbortSignal.timeout(5_000) });
 * console.log(davit.address, (await davit.version()).version);
 * ```
 */
export async function connect(target: string | ConnectOptions = {}): Promise<Client> {
  const options = typeof target === "string" ? { address: target } : target;
  const { signal, start, onExit = "close" } = options;
  const how = { signal, guard: onExit === "close", ssh: options.ssh };
  if (how.guard) noteIgnoredSignals();
  if (typeof start === "object") return await connectToOwn(start, how);
  const address = addressOf(options);
  if (start && isSshAddress(await address.catch(() => ""))) {
    throw new UnsupportedError(
      `Cannot start a daemon at "${await address}": that is done on this machine only; leave ` +
        "start out",
      { needed: "an address of this machine" },
    );
  }
  try {
    return await open(await address, how);
  } catch (error) {
    if (!start || !(error instanceof UnavailableError)) throw error;
    return await connectToOwn({}, how);
  }
}

async function addressOf(options: ConnectOptions): Promise<string> {
  if (options.address !== undefined) return parseAddress(options.address);
  // Only who names no address pays for the search.
  const { findAddress } = await import("../daemon/discover.ts");
  return await findAddress({ signal: options.signal });
}

async function connectToOwn(
  options: StartDaemonOptions,
  how: OpenOptions,
): Promise<Client> {
  const { signal } = how;
  const { startDaemon } = await import("../daemon/private_daemon.ts");
  const daemon = await startDaemon({ ...options, ...(signal ? { signal } : {}) });
  try {
    return await open(daemon.address, how, daemon);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

interface OpenOptions {
  readonly signal: AbortSignal | undefined;
  /** Whether the client is closed when the script is ended. */
  readonly guard: boolean;
  /** How ssh is called. */
  readonly ssh: SshOptions | undefined;
}

/** How to get to a daemon; what only one of another machine needs is loaded for one. */
async function wayTo(
  address: string,
  options: OpenOptions,
): Promise<{ address: string; dial: Dial; host: Host; close?: () => Promise<void> }> {
  if (!isSshAddress(address)) return { address, dial: dialUnix(address), host: new LocalHost() };
  const { openSshWay } = await import("./ssh.ts");
  return await openSshWay(address, options);
}

async function open(text: string, how: OpenOptions, daemon?: Daemon): Promise<Client> {
  const { signal, guard } = how;
  let unguard = () => {};
  const { close, host, ...way } = await wayTo(text, how);
  const transport = createGrpcTransport(way);
  const client = new Client({
    transport,
    address: way.address,
    host,
    release: async () => {
      unguard();
      await close?.();
      await daemon?.stop();
    },
  });
  try {
    await client.version({ signal });
    if (guard) unguard = (await import("./guard.ts")).guardExit(client);
    return client;
  } catch (error) {
    await transport.close();
    await close?.();
    throw error;
  }
}
