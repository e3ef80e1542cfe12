/**
 * A network's DNS responder, as scripts see it.
 *
 * @module
 */

/** How names of a network are served. */
export interface ServeDnsOptions {
  /**
   * Whether other names are asked of the servers in the host's `resolv.conf`: `true` by default.
   * With a list those are asked, in this order: `"192.0.2.53"`, `"[fd00::53]:5353"`. With `false`
   * other names are refused.
   */
  readonly forward?: boolean | readonly string[];
  /**
   * A domain of the network's own, such as `"shop.internal"`: names are answered with it behind, too,
   * and nothing below it is ever asked elsewhere. None by default.
   */
  readonly domain?: string;
  /** Ports of services, answered as SRV: `{ "_http._tcp.web": 80 }` for all that are called `web`. */
  readonly services?: Readonly<Record<string, number>>;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What a responder has done so far. */
export interface DnsStats {
  /** Packets that came. */
  readonly queries: number;
  /** Questions that were answered from what is known of containers. */
  readonly answered: number;
  /** Questions that others were asked. */
  readonly forwarded: number;
  /** Questions that were refused. */
  readonly refused: number;
  /** Packets that were no questions, and got no answer. */
  readonly malformed: number;
  /** Questions for which there was no room, or that nobody could answer. */
  readonly dropped: number;
}

/** A DNS responder of a network. It ends by `close()`, and with the client that serves it. */
export interface NetworkDns extends AsyncDisposable {
  /** The network's name. */
  readonly network: string;
  /** The address to ask, for `.dns({ servers: [dns.address] })`: the network's gateway. */
  readonly address: string;
  /** All addresses: the gateways of IPv4 and IPv6. */
  readonly addresses: readonly string[];
  /**
   * Resolves when it listens at all addresses; at once where the host has them. Rejects with a
   * `NetworkError` (`port_taken`) when it cannot, or with a `CanceledError` when it ends before.
   */
  readonly listening: Promise<void>;
  /** What it has done so far. */
  stats(): DnsStats;
  /** Ends it. Twice is fine. */
  close(): Promise<void>;
}
