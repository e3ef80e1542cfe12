/**
 * The subnets of a network that is to be made, as ranges of addresses for CNI's plugin host-local.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import type { NetworkSubnet } from "./cni_network.ts";
import {
  formatIp,
  type IpAddress,
  isInSubnet,
  parseIp,
  parseSubnet,
  type Subnet,
} from "./ip_address.ts";

/** A subnet that was asked for, as numbers. */
export interface WantedSubnet {
  /** The subnet. */
  readonly subnet: Subnet;
  /** What else was asked for. */
  readonly options: NetworkSubnet;
}

/** A range of addresses in host-local's configuration. */
interface Range {
  readonly subnet: string;
  readonly rangeStart?: string;
  readonly rangeEnd?: string;
  readonly gateway: string;
  readonly ipRange?: string;
}

/** The address of the host in a subnet: the first one, unless another was asked for. */
export function gatewayOf({ subnet, options }: WantedSubnet): IpAddress {
  if (options.gateway !== undefined) {
    return addressIn(subnet, options.subnet, options.gateway, "gateway");
  }
  return { family: subnet.family, value: subnet.first + 1n };
}

function addressIn(subnet: Subnet, text: string, address: string, what: string): IpAddress {
  const ip = parseIp(address, what);
  if (!isInSubnet(subnet, ip)) badNetwork(`${what} ${address} is not in subnet ${text}`);
  return ip;
}

/** The ranges of a subnet: what is reserved are gaps between them, since host-local has no other way. */
export function rangesOf({ subnet, options }: WantedSubnet): Range[] {
  const text = options.subnet;
  const within = (address: string, what: string) => addressIn(subnet, text, address, what).value;
  const { family } = subnet;
  const ip = (value: bigint) => formatIp({ family, value });
  const gateway = formatIp(gatewayOf({ subnet, options }));
  let [start, end] = [subnet.first + 1n, family === 4 ? subnet.last - 1n : subnet.last];
  if (options.ipRange !== undefined) {
    const range = parseSubnet(options.ipRange);
    if (range.family !== family || range.first < subnet.first || range.last > subnet.last) {
      badNetwork(`range ${options.ipRange} is not in subnet ${text}`);
    }
    start = range.first === subnet.first ? start : range.first;
    end = range.last < end ? range.last : end;
  }
  const whole: Range = {
    subnet: text,
    ...(options.ipRange === undefined
      ? {}
      : { rangeStart: ip(start), rangeEnd: ip(end), ipRange: options.ipRange }),
    gateway,
  };
  const gaps = Object.entries(options.reserved ?? {})
    .map(([name, address]) => within(address, `reserved address "${name}"`))
    .filter((value) => value >= start && value <= end)
    .sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
  if (gaps.length === 0) return [whole];
  const ranges: Range[] = [];
  for (const gap of [...gaps, end + 1n]) {
    if (gap > start) {
      ranges.push({ subnet: text, rangeStart: ip(start), rangeEnd: ip(gap - 1n), gateway });
    }
    start = gap + 1n;
  }
  if (ranges.length === 0) badNetwork(`nothing of subnet ${text} is left for containers`);
  if (options.ipRange !== undefined) ranges[0] = { ...ranges[0]!, ipRange: options.ipRange };
  return ranges;
}

/**
 * Says why a network cannot be made.
 *
 * @throws {InvalidArgumentError} Always.
 */
export function badNetwork(why: string): never {
  throw new InvalidArgumentError(`Cannot make a network: ${why}`);
}
