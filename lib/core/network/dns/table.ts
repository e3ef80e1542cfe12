/**
 * Which records there are for the names of a network's containers.
 *
 * @module
 */
import type { Answer } from "./dns_packet.d.ts";
import { formatIp, type IpAddress, isInSubnet, type Subnet } from "../../../oci/ip_address.ts";
import type { Records } from "./packets.ts";

/** How long askers may keep an answer, in seconds. Containers come and go. */
const TTL = 5;

/** How long they may keep it that there is none, in seconds. */
const NEGATIVE_TTL = 1;

/** A container on the network. */
export interface Member {
  /** Its namespace. */
  readonly namespace: string;
  /** What it is called, in small letters: its name, id, host name and aliases. The first is its own. */
  readonly names: readonly string[];
  /** Its names that stand for themselves, with no network's name behind: in small letters. */
  readonly fullNames: readonly string[];
  /** Its addresses. */
  readonly addresses: readonly IpAddress[];
}

/** What a network's names are made of. */
export interface TableParts {
  /** The network's name. */
  readonly network: string;
  /** A domain of its own, of which nothing is asked elsewhere. */
  readonly domain?: string | undefined;
  /** Its subnets. */
  readonly subnets: readonly Subnet[];
  /** Ports of services, by name: `"_http._tcp.web"`. */
  readonly services: Readonly<Record<string, number>>;
  /** Who is there. */
  readonly members: readonly Member[];
  /** Names that were somebody's: they are not asked elsewhere. */
  readonly known: ReadonlySet<string>;
}

/** What is found for a name. */
export type Found = Records | {
  /** It is nobody's here; or, of `"unknown"`, nobody's yet. */
  readonly elsewhere: "foreign" | "unknown";
};

/** The names of a network at one moment. */
export class NameTable {
  readonly #parts: TableParts;
  readonly #zones: readonly string[];
  readonly #byName = new Map<string, Member[]>();
  readonly #byAddress = new Map<string, Member[]>();
  #turn = 0;

  /** Puts it together. */
  constructor(parts: TableParts) {
    this.#parts = parts;
    const { domain, network } = parts;
    // A network may have a name that is none in DNS.
    this.#zones = [...domain === undefined ? [] : [domain], network].filter(isDnsName)
      .map((zone) => zone.toLowerCase());
    for (const member of parts.members) {
      for (const name of new Set([...member.names, ...member.fullNames])) {
        this.#byName.set(name, [...this.#byName.get(name) ?? [], member]);
      }
      for (const address of member.addresses) {
        const text = formatIp(address);
        this.#byAddress.set(text, [...this.#byAddress.get(text) ?? [], member]);
      }
    }
  }

  /** Whose address it is. */
  at(address: IpAddress): Member | undefined {
    return this.#byAddress.get(formatIp(address))?.[0];
  }

  /**
   * Looks a name up.
   *
   * @param name As it was asked for.
   * @param type The type of the records: `"A"`.
   * @param namespace That of the container that asks: it is told of those in its own.
   */
  find(name: string, type: string, namespace?: string): Found {
    const asked = name.toLowerCase();
    const address = addressOfName(asked);
    if (address) return this.#reverse(address, name, type, namespace);
    const bare = this.#records(asked, name, type, namespace);
    if (bare) return bare;
    for (const zone of this.#zones) {
      if (asked === zone) return this.#apex(name, zone, type);
      if (!asked.endsWith(`.${zone}`)) continue;
      const within = asked.slice(0, -zone.length - 1);
      const found = this.#records(within, name, type, namespace, zone);
      if (found) return found;
      const ours = zone === this.#parts.domain?.toLowerCase() || this.#parts.known.has(within);
      if (ours) return none("NXDOMAIN", this.#soa(zone));
      return { elsewhere: "unknown" };
    }
    if (this.#parts.known.has(asked)) return none("NXDOMAIN");
    return { elsewhere: asked === "" || asked.includes(".") ? "foreign" : "unknown" };
  }

  /** Whether a name is one that is not asked elsewhere, where others are. */
  isOwn(name: string): boolean {
    const asked = name.toLowerCase();
    return asked !== "" && !asked.includes(".") ||
      this.#zones.some((zone) => asked === zone || asked.endsWith(`.${zone}`));
  }

  /** There is no such name. */
  missing(name: string): Records {
    const asked = name.toLowerCase();
    const zone = this.#zones.find((zone) => asked === zone || asked.endsWith(`.${zone}`));
    return none("NXDOMAIN", zone === undefined ? undefined : this.#soa(zone));
  }

  /** The records of a name, without what is behind it; `undefined` when nobody has it. */
  #records(
    key: string,
    name: string,
    type: string,
    namespace: string | undefined,
    zone?: string,
  ): Records | undefined {
    const soa = zone === undefined ? undefined : this.#soa(zone);
    const members = this.#named(key, namespace);
    const service = this.#service(key, namespace);
    if (members.length === 0 && !service) {
      // Something is below it: the name is there, and has no records.
      return zone !== undefined && this.#hasBelow(key, namespace)
        ? none("NOERROR", soa)
        : undefined;
    }
    const answers: Answer[] = [];
    const additionals: Answer[] = [];
    const turn = this.#turn++;
    if (service && (type === "SRV" || type === "ANY")) {
      for (const member of rotated(service.members, turn)) {
        const target = this.#ownName(member);
        if (target === undefined) continue;
        const data = { priority: 0, weight: 0, port: service.port, target };
        answers.push({ type: "SRV", name, ttl: TTL, data });
        additionals.push(...addressRecords(target, "ANY", member.addresses));
      }
    }
    for (const member of rotated(members, turn)) {
      answers.push(...addressRecords(name, type, member.addresses));
    }
    if (answers.length === 0) return none("NOERROR", soa);
    return { authoritative: true, answers, additionals };
  }

  #hasBelow(key: string, namespace: string | undefined): boolean {
    const end = `.${key}`;
    for (const name of this.#byName.keys()) {
      if (name.endsWith(end) && this.#named(name, namespace).length > 0) return true;
    }
    return Object.keys(this.#parts.services).map((service) => service.toLowerCase())
      .some((service) => service.endsWith(end) && this.#service(service, namespace));
  }

  #named(key: string, namespace: string | undefined): Member[] {
    const members = this.#byName.get(key) ?? [];
    return members.filter((member) => namespace === undefined || member.namespace === namespace);
  }

  #service(
    key: string,
    namespace: string | undefined,
  ): { port: number; members: Member[] } | undefined {
    const [, port] = Object.entries(this.#parts.services)
      .find(([service]) => service.toLowerCase() === key) ?? [];
    if (port === undefined) return undefined;
    const members = this.#named(key.split(".").slice(2).join("."), namespace);
    return members.length === 0 ? undefined : { port, members };
  }

  #reverse(
    address: IpAddress,
    name: string,
    type: string,
    namespace: string | undefined,
  ): Found {
    const subnet = this.#parts.subnets.find((subnet) => isInSubnet(subnet, address));
    if (!subnet) return { elsewhere: "foreign" };
    const soa = this.#soa(reverseZone(subnet, name.toLowerCase()));
    const members = (this.#byAddress.get(formatIp(address)) ?? [])
      .filter((member) => namespace === undefined || member.namespace === namespace);
    if (members.length === 0) return none("NXDOMAIN", soa);
    if (type !== "PTR" && type !== "ANY") return none("NOERROR", soa);
    const answers = members.flatMap((member): Answer[] => {
      const data = this.#ownName(member);
      return data === undefined ? [] : [{ type: "PTR", name, ttl: TTL, data }];
    });
    return answers.length === 0 ? none("NOERROR", soa) : { authoritative: true, answers };
  }

  /** The domain itself. */
  #apex(name: string, zone: string, type: string): Found {
    const data = `ns.${zone}`;
    if (type === "NS") {
      return { authoritative: true, answers: [{ type: "NS", name, ttl: TTL, data }] };
    }
    const soa = this.#soa(zone);
    if (type === "SOA") return { authoritative: true, answers: [soa] };
    return none("NOERROR", soa);
  }

  /** The name that is a container's own, in full; `undefined` when it has none that fits. */
  #ownName({ names: [own] }: Member): string | undefined {
    return own === undefined ? undefined : this.#inFull(own);
  }

  #inFull(name: string): string {
    const [zone] = this.#zones;
    return zone === undefined ? name : `${name}.${zone}`;
  }

  #soa(zone: string): Answer {
    return {
      type: "SOA",
      name: zone,
      ttl: NEGATIVE_TTL,
      data: {
        ...{ mname: this.#inFull("ns"), rname: this.#inFull("hostmaster"), serial: 1 },
        ...{ refresh: 3600, retry: 600, expire: 86_400, minimum: NEGATIVE_TTL },
      },
    };
  }
}

function none(rcode: "NXDOMAIN" | "NOERROR", soa?: Answer): Records {
  return { rcode, authoritative: true, authorities: soa ? [soa] : [] };
}

function addressRecords(
  name: string,
  type: string,
  addresses: readonly IpAddress[],
): Answer[] {
  return addresses.flatMap((address): Answer[] => {
    const own = address.family === 4 ? "A" : "AAAA";
    if (type !== own && type !== "ANY") return [];
    return [{ type: own, name, ttl: TTL, data: formatIp(address) }];
  });
}

function rotated<T>(list: readonly T[], turn: number): T[] {
  const at = list.length === 0 ? 0 : turn % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Whether a name can be one in DNS, with another behind: parts of 1 to 63 bytes. */
export function isDnsName(name: string): boolean {
  return /^(?=.{1,120}$)[\w-]{1,63}(\.[\w-]{1,63})*$/.test(name);
}

/** The address that a name below `in-addr.arpa` or `ip6.arpa` stands for. */
export function addressOfName(name: string): IpAddress | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name)?.slice(1);
  if (four) {
    if (four.some((part) => Number(part) > 255)) return undefined;
    const value = four.toReversed().reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { family: 4, value };
  }
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (six === undefined) return undefined;
  const digits = six.replaceAll(".", "").split("").reverse().join("");
  return { family: 6, value: BigInt(`0x${digits}`) };
}

/** The part of the reverse tree that holds a name, and nothing outside of the subnet. */
function reverseZone({ family, prefix }: Subnet, name: string): string {
  const [bits, labels] = family === 4 ? [8, 4] : [4, 32];
  const fixed = Math.min(Math.ceil(prefix / bits), labels - 1);
  return name.split(".").slice(labels - fixed).join(".");
}
