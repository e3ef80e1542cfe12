/**
 * A responder that is being served: where it listens, and its end.
 *
 * @module
 */
import {
  CanceledError,
  DavitError,
  NetworkError,
  PermissionError,
} from "../../../errors/errors.ts";
import { pause } from "../../call/abort.ts";
import type { Listener } from "./listener.ts";
import type { DnsStats, NetworkDns } from "./types.ts";

/** Where name servers are asked. */
export const PORT = 53;

/** How often to try again to listen at an address that has just come, and how long to wait. */
const SETTLE = { attempts: 20, ms: 150 };

/** What is being served. */
export class Served implements NetworkDns {
  /** The name of the network. */
  readonly network: string;
  /** Where it listens, or is going to. */
  readonly addresses: readonly string[];
  /** Resolves when it listens at all of them. */
  readonly listening: Promise<void>;
  readonly #verb: string;
  readonly #listeners: readonly Listener[];
  readonly #stats: () => DnsStats;
  readonly #ending: AbortController;
  readonly #listening = Promise.withResolvers<void>();
  #trying = false;

  /** @param parts Whose names, where it listens, what it has done, and what ends with it. */
  constructor(
    parts: {
      network: string;
      verb: string;
      listeners: readonly Listener[];
      stats: () => DnsStats;
      ending: AbortController;
    },
  ) {
    this.network = parts.network;
    this.addresses = parts.listeners.map(({ address }) => address);
    this.#verb = parts.verb;
    this.#listeners = parts.listeners;
    this.#stats = parts.stats;
    this.#ending = parts.ending;
    this.listening = this.#listening.promise;
    this.listening.catch(() => {/* who waits for it is told */});
  }

  /** The first address. */
  get address(): string {
    return this.addresses[0]!;
  }

  /** What it has done so far. */
  stats(): DnsStats {
    return this.#stats();
  }

  /** Listens wherever the host has the address. @returns Whether that is everywhere. */
  async open(): Promise<boolean> {
    let all = true;
    for (const listener of this.#listeners) {
      try {
        all = await listener.open() && all;
      } catch (error) {
        throw listenError(error, this.#verb, this.network, listener.address);
      }
    }
    if (all) this.#listening.resolve();
    return all;
  }

  /** The addresses are about to be there. One of IPv6 is of no use in its first second or two. */
  listen(): void {
    if (this.#trying) return;
    this.#trying = true;
    void (async () => {
      try {
        for (let i = 0; i < SETTLE.attempts && !this.#ending.signal.aborted; i++) {
          if (await this.open()) return;
          await pause(SETTLE.ms, this.#ending.signal);
        }
      } catch (error) {
        this.#listening.reject(error);
        await this.close();
      } finally {
        this.#trying = false;
      }
    })();
  }

  /** Ends it. Twice is fine. */
  close(): Promise<void> {
    this.#ending.abort();
    for (const listener of this.#listeners) listener.close();
    this.#listening.reject(new CanceledError(`Gave up: ${this.#verb}: it was ended`));
    return Promise.resolve();
  }

  /** Whose names it serves, and where. */
  toString(): string {
    return `DNS of network "${this.network}" at ${this.addresses.join(", ")}`;
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function listenError(error: unknown, verb: string, network: string, address: string): unknown {
  const at = `${address.includes(":") ? `[${address}]` : address}:${PORT}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new NetworkError(
      `Cannot ${verb}: ${at} is taken by another name server; end that one first`,
      "port_taken",
      { network },
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new PermissionError(
      `Cannot ${verb}: not allowed to listen at ${at}; run as root (or with CAP_NET_BIND_SERVICE), ` +
        `and grant --allow-net=${at}`,
      { cause: error },
    );
  }
  if (error instanceof DavitError) return error;
  return new NetworkError(
    `Cannot ${verb}: ${at}: ${error instanceof Error ? error.message : error}`,
    "port_taken",
    { network },
    { cause: error },
  );
}
