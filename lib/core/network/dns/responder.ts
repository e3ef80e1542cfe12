/**
 * Answers questions: from what is known of a network's containers, or by asking others.
 *
 * @module
 */
import { isInSubnet, type Subnet, tryParseIp } from "../../../oci/ip_address.ts";
import { Forwarder, parseUpstream, type Upstream, upstreamsOf } from "./forward.ts";
import { encodeAnswer, idOf, type Query, readQuery, type Records, withId } from "./packets.ts";
import { type Found, type Member, NameTable } from "./table.ts";
import type { DnsStats, ServeDnsOptions } from "./types.ts";

/** For how long the host's servers are remembered, in milliseconds. */
const SERVERS_MS = 5000;

/** How many names of containers that have gone are remembered. */
const MAX_KNOWN = 10_000;

/** What a responder is made of. */
export interface ResponderParts {
  /** The network's name. */
  readonly network: string;
  /** What was asked for. */
  readonly options: ServeDnsOptions;
  /** Its own addresses. */
  readonly addresses: readonly string[];
  /** The network's subnets: who is not in them is not answered. */
  readonly subnets: readonly Subnet[];
  /** Reads the host's `resolv.conf`. */
  readonly readServers: () => Promise<string>;
  /** Looks who is there; resolves when {@linkcode Responder.update} was told. */
  readonly look: () => Promise<void>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Answers the questions of a network. */
export class Responder {
  readonly #parts: ResponderParts;
  readonly #forwarder: Forwarder | undefined;
  readonly #known = new Set<string>();
  readonly #stats = {
    ...{ queries: 0, answered: 0, forwarded: 0, refused: 0, malformed: 0, dropped: 0 },
  };
  #table: NameTable;
  #servers: { readonly list: Promise<readonly Upstream[]>; readonly until: number } | undefined;

  /** Makes it; nobody is known yet. */
  constructor(parts: ResponderParts) {
    this.#parts = parts;
    this.#table = this.#tableOf([]);
    const { forward = true } = parts.options;
    if (forward === false) return;
    const given = forward === true ? undefined : forward.map(parseUpstream)
      .filter(({ address, port }) => port !== 53 || !parts.addresses.includes(address));
    this.#forwarder = new Forwarder(
      () => given ? Promise.resolve(given) : this.#hostServers(),
      parts.signal,
    );
  }

  /** What it has done so far. */
  stats(): DnsStats {
    return { ...this.#stats };
  }

  /** Takes in who is there now. */
  update(members: readonly Member[]): void {
    for (const { names, fullNames } of members) {
      for (const name of [...names, ...fullNames]) this.#known.add(name);
    }
    // The oldest go first.
    for (const name of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(name);
    }
    this.#table = this.#tableOf(members);
  }

  /** Counts a question for which there was no room. */
  readonly drop = (): void => void this.#stats.dropped++;

  /** Answers a packet; `undefined` for what gets no answer. */
  readonly answer = async (
    bytes: Uint8Array,
    from: string,
    tcp: boolean,
  ): Promise<Uint8Array | undefined> => {
    this.#stats.queries++;
    const query = readQuery(bytes);
    if (!query) {
      this.#stats.malformed++;
      return undefined;
    }
    if (query.refuse) return this.#refuse(query, query.refuse, tcp);
    const asker = tryParseIp(from.replace(/^::ffff:/, "").replace(/%.*/, ""));
    // Others could learn who is here, and have us ask for them.
    if (!asker || !this.#parts.subnets.some((subnet) => isInSubnet(subnet, asker))) {
      return this.#refuse(query, "REFUSED", tcp);
    }
    const find = () => this.#table.find(query.name, query.type, this.#table.at(asker)?.namespace);
    let found = find();
    if (isMiss(found)) {
      // A container may have been started since: what is not there is never older than the question.
      await this.#parts.look().catch(() => {/* what was known is still the best answer */});
      found = find();
    }
    if ("elsewhere" in found) return await this.#forward(query, from, tcp);
    this.#stats.answered++;
    return encodeAnswer(query, { ...found, recursive: this.#forwarder !== undefined }, tcp);
  };

  async #forward(query: Query, from: string, tcp: boolean): Promise<Uint8Array | undefined> {
    const forwarder = this.#forwarder;
    if (!forwarder) {
      if (!this.#table.isOwn(query.name)) return this.#refuse(query, "REFUSED", tcp);
      this.#stats.answered++;
      return encodeAnswer(query, this.#table.missing(query.name), tcp);
    }
    if (forwarder.full) {
      this.drop();
      return encodeAnswer(query, { rcode: "SERVFAIL", recursive: true }, tcp);
    }
    this.#stats.forwarded++;
    const returned = this.#parts.addresses.includes(from);
    const answer = await forwarder.ask(query, { tcp, returned });
    if (answer) return withId(answer, idOf(query.bytes));
    this.drop();
    return encodeAnswer(query, { rcode: "SERVFAIL", recursive: true }, tcp);
  }

  #refuse(query: Query, rcode: Records["rcode"], tcp: boolean): Uint8Array {
    this.#stats.refused++;
    return encodeAnswer(query, { rcode, recursive: this.#forwarder !== undefined }, tcp);
  }

  /** The servers of the host, read again from time to time. */
  #hostServers(): Promise<readonly Upstream[]> {
    const now = performance.now();
    if (!this.#servers || this.#servers.until < now) {
      const list = this.#parts.readServers()
        .then((text) => upstreamsOf(text, this.#parts.addresses), () => []);
      this.#servers = { list, until: now + SERVERS_MS };
    }
    return this.#servers.list;
  }

  #tableOf(members: readonly Member[]): NameTable {
    const { network, subnets, options: { domain, services = {} } } = this.#parts;
    return new NameTable({ network, domain, subnets, services, members, known: this.#known });
  }
}

/** Whether a container that has just come could make a difference. */
function isMiss(found: Found): boolean {
  if ("elsewhere" in found) return found.elsewhere === "unknown";
  return found.rcode === "NXDOMAIN";
}
