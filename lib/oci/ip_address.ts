/**
 * Internet addresses and subnets as numbers, so that they can be compared.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** An address of IPv4 or IPv6. */
export interface IpAddress {
  /** The version of the protocol. */
  readonly family: 4 | 6;
  /** The address as a number of 32 or 128 bits. */
  readonly value: bigint;
}

/** A subnet: all addresses that start with the same bits. */
export interface Subnet {
  /** The version of the protocol. */
  readonly family: 4 | 6;
  /** Its first address, as a number. */
  readonly first: bigint;
  /** Its last address, as a number. */
  readonly last: bigint;
  /** How many bits all its addresses have in common. */
  readonly prefix: number;
}

const bitsOf = (family: 4 | 6): number => family === 4 ? 32 : 128;

/** Reads an address; `undefined` when it is none. IPv6 zones are refused. */
export function tryParseIp(text: string): IpAddress | undefined {
  const four = parseFour(text);
  if (four !== undefined) return { family: 4, value: four };
  const six = text.includes(":") ? parseSix(text) : undefined;
  return six === undefined ? undefined : { family: 6, value: six };
}

/**
 * Reads an address.
 *
 * @param text Such as `"10.4.0.9"` or `"fd00::9"`.
 * @param what What it is, for the message.
 * @throws {InvalidArgumentError} When it is no address.
 */
export function parseIp(text: string, what: string = "address"): IpAddress {
  const address = tryParseIp(text);
  if (address) return address;
  throw new InvalidArgumentError(
    `Cannot use ${JSON.stringify(text)} as ${what}: use an address such as "10.4.0.9" or "fd00::9"`,
  );
}

/** An address as text; IPv6 in its shortest form (RFC 5952). */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => `${(value >> shift) & 255n}`).join(".");
  }
  const groups = Array.from(
    { length: 8 },
    (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let [start, length] = [0, 1];
  for (let from = 0; from < 8; from++) {
    let run = 0;
    while (groups[from + run] === "0") run++;
    if (run > length) [start, length] = [from, run];
  }
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/**
 * Reads a subnet.
 *
 * @param text Such as `"10.5.0.0/24"`.
 * @throws {InvalidArgumentError} When it is none, or the address has bits after the prefix.
 */
export function parseSubnet(text: string): Subnet {
  const [address, prefixText, ...rest] = text.split("/");
  const ip = tryParseIp(address ?? "");
  const prefix = /^\d{1,3}$/.test(prefixText ?? "") ? Number(prefixText) : NaN;
  if (!ip || rest.length > 0 || !(prefix <= bitsOf(ip.family))) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(text)} as subnet: use a form such as "10.5.0.0/24"`,
    );
  }
  const subnet = subnetOf(ip, prefix);
  if (subnet.first !== ip.value) {
    throw new InvalidArgumentError(
      `Cannot use "${text}" as subnet: it has bits after its prefix; use "${formatSubnet(subnet)}"`,
    );
  }
  return subnet;
}

/** The subnet of so many bits that an address is in. */
export function subnetOf({ family, value }: IpAddress, prefix: number): Subnet {
  const size = 1n << BigInt(bitsOf(family) - prefix);
  const first = value - value % size;
  return { family, first, last: first + size - 1n, prefix };
}

/** A subnet as text. */
export function formatSubnet({ family, first, prefix }: Subnet): string {
  return `${formatIp({ family, value: first })}/${prefix}`;
}

/** Whether an address is in a subnet. */
export function isInSubnet(subnet: Subnet, { family, value }: IpAddress): boolean {
  return family === subnet.family && value >= subnet.first && value <= subnet.last;
}

/** Whether two subnets have addresses in common. */
export function subnetsOverlap(one: Subnet, other: Subnet): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** The subnet of the same size right after; `undefined` at the end of all addresses. */
export function nextSubnet(subnet: Subnet): Subnet | undefined {
  const first = subnet.last + 1n;
  if (first >> BigInt(bitsOf(subnet.family))) return undefined;
  return { ...subnet, first, last: first + (subnet.last - subnet.first) };
}

function parseFour(text: string): bigint | undefined {
  const parts = text.split(".");
  const numbers = parts.map((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256);
  if (parts.length !== 4 || numbers.some((number) => number > 255)) return undefined;
  return numbers.reduce((value, number) => value * 256n + BigInt(number), 0n);
}

function parseSix(text: string): bigint | undefined {
  // The last 32 bits may be written as IPv4.
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  const four = tail === undefined ? undefined : parseFour(tail);
  if (tail !== undefined && four === undefined) return undefined;
  const plain = four === undefined
    ? text
    : `${text.slice(0, -tail!.length)}${(four >> 16n).toString(16)}:${
      (four & 0xffffn).toString(16)
    }`;
  const halves = plain.split("::");
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - left!.length - (right?.length ?? 0);
  if (right ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left!, ...Array<string>(missing).fill("0"), ...right ?? []];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
