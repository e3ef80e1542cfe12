/**
 * The prompt's connection: there even when the daemon is not.
 *
 * @module
 */
import { Client } from "../client/client.ts";
import { connect } from "../client/connect.ts";
import { DavitError } from "../errors/errors.ts";
import { LocalHost } from "../host/local.ts";
import { isSshAddress } from "../host/ssh/address.ts";
import { dialUnix } from "../rpc/dial.ts";
import { createGrpcTransport } from "../rpc/transport.ts";

/** Where the system's daemon listens. */
const SYSTEM_ADDRESS = "/run/containerd/containerd.sock";

/** How long the daemon has to answer before the prompt appears without it. */
const PATIENCE_MS = 2000;

/** How long logging in to another machine may take. */
const SSH_PATIENCE_MS = 30_000;

/** A connection, or one that waits for its daemon. */
export interface Connection {
  /** The client; its calls fail for as long as the daemon is away. */
  readonly client: Client;
  /** The daemon's version. */
  readonly version?: string;
  /** Why it does not answer. */
  readonly problem?: DavitError;
}

/**
 * Connects. Without a daemon the client is there as well, for the address that was given, or else
 * that of the system's daemon: its calls work as soon as one runs there.
 *
 * @param address An address; the first daemon that answers by default.
 * @throws {DavitError} when the address is none, or another machine cannot be reached.
 */
export async function openConnection(address: string | undefined): Promise<Connection> {
  const named = address ?? Deno.env.get("CONTAINERD_ADDRESS") ?? SYSTEM_ADDRESS;
  const remote = isSshAddress(named);
  const signal = AbortSignal.timeout(remote ? SSH_PATIENCE_MS : PATIENCE_MS);
  try {
    // Ctrl-C ends what a line does, not the prompt.
    const onExit = "leave";
    const client = await connect({ ...(address === undefined ? {} : { address }), signal, onExit });
    return { client, version: (await client.version({ signal })).version };
  } catch (error) {
    if (!(error instanceof DavitError) || remote) throw error;
    return { client: lazyClient(named), problem: error };
  }
}

function lazyClient(address: string): Client {
  const transport = createGrpcTransport({ dial: dialUnix(address), address });
  return new Client({ transport, address, host: new LocalHost() });
}
