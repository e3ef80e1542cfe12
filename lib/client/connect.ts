/**
 * Connects to a containerd daemon, and starts one where none runs.
 *
 * @module
 */
import { Client } from "./client.ts";
import { UnavailableError } from "../errors/errors.ts";
import { LocalHost } from "../host/local.ts";
import { dialUnix } from "../rpc/dial.ts";
import { createGrpcTransport } from "../rpc/transport.ts";
import { parseAddress } from "../daemon/address.ts";
import type { Daemon, StartDaemonOptions } from "../daemon/private_daemon.ts";

/** How to reach a daemon. */
export interface ConnectOptions {
  /**
   * The socket's absolute path, with or without `unix://` in front. Default:
   * `$CONTAINERD_ADDRESS`, else the first that answers of the system's daemon, the user's rootless
   * one, Davit's own, and those of K3s and others.
   */
  address?: string;
  /**
   * Starts a private daemon: with `true` when no other can be reached, with options in any case.
   * Closing the client gives it up; the last script to do so ends it.
   */
  start?: boolean | StartDaemonOptions;
  /** Ends the attempt. */
  signal?: AbortSignal;
}

/**
 * Connects to a daemon and makes sure that one is there.
 *
 * Needs `--allow-read`, `--allow-write` and `--allow-net=unix:PATH` for the socket, and `--allow-env`
 * to find it.
 *
 * @param target Options, or an address.
 * @throws {UnavailableError} when no daemon can be reached; the message says what was tried.
 * @throws {PermissionError} when the socket may not be used.
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
  const { signal, start } = options;
  if (typeof start === "object") return await connectToOwn(start, signal);
  try {
    return await open(await addressOf(options), signal);
  } catch (error) {
    if (!start || !(error instanceof UnavailableError)) throw error;
    return await connectToOwn({}, signal);
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
  signal: AbortSignal | undefined,
): Promise<Client> {
  const { startDaemon } = await import("../daemon/private_daemon.ts");
  const daemon = await startDaemon({ ...options, ...(signal ? { signal } : {}) });
  try {
    return await open(daemon.address, signal, daemon);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
}

async function open(
  address: string,
  signal: AbortSignal | undefined,
  daemon?: Daemon,
): Promise<Client> {
  const transport = createGrpcTransport({ dial: dialUnix(address), address });
  const client = new Client({
    transport,
    address,
    host: new LocalHost(),
    ...(daemon ? { release: () => daemon.stop() } : {}),
  });
  try {
    await client.version({ signal });
    return client;
  } catch (error) {
    await transport.close();
    throw error;
  }
}
