/**
 * The way to a daemon on another machine.
 *
 * @module
 */
import { folderPrefix, remoteFolderPrefix } from "../core/session/owner.ts";
import { findRemoteSocket } from "../daemon/remote_socket.ts";
import type { Host } from "../host/host.ts";
import { formatSshAddress, parseSshAddress } from "../host/ssh/address.ts";
import type { SshOptions } from "../host/ssh/master.ts";
import { SshMachine } from "../host/ssh/open.ts";
import type { Dial } from "../rpc/dial.ts";

/** Logging in takes its time; this is for all of it, when the connection was lost. */
const CONNECT_TIMEOUT_MS = 30_000;

/** A way to a daemon. */
export interface SshWay {
  /** The daemon's address, with the socket that was found. */
  readonly address: string;
  /** Opens a byte connection to it. */
  readonly dial: Dial;
  /** The machine that it runs on. */
  readonly host: Host;
  /** How long dialing may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Ends it, and what was started there. */
  readonly close: () => Promise<void>;
}

/**
 * Logs in and finds the daemon.
 *
 * @param address `ssh://…`.
 * @throws {DavitError} of the class that fits why it failed.
 */
export async function openSshWay(
  address: string,
  options: { ssh?: SshOptions; signal?: AbortSignal },
): Promise<SshWay> {
  const names = { local: folderPrefix(), remote: remoteFolderPrefix() };
  const machine = await SshMachine.open(address, names, options);
  try {
    const name = formatSshAddress(machine.address);
    const socket = await findRemoteSocket(machine, parseSshAddress(address).socket, name);
    return {
      address: formatSshAddress({ ...machine.address, socket }),
      dial: machine.dial(socket),
      host: machine.host,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      close: () => machine[Symbol.asyncDispose](),
    };
  } catch (error) {
    await machine[Symbol.asyncDispose]();
    throw error;
  }
}
