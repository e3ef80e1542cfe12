/**
 * Published ports: which port of the daemon's host leads to which port of a container.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { formatIp, tryParseIp } from "./ip_address.ts";

/** The protocols that ports can be published of. */
export type PortProtocol = "tcp" | "udp" | "sctp";

/** A port that is to be published: the host's port may be any of a range. */
export interface PortRequest {
  /** The host's address; `"0.0.0.0"` for all of IPv4. */
  readonly hostIp: string;
  /** The first of the host's ports that may be taken; 0 for any that is free. */
  readonly hostPort: number;
  /** The last of them. */
  readonly hostPortEnd: number;
  /** The container's port. */
  readonly containerPort: number;
  /** The protocol. */
  readonly protocol: PortProtocol;
}

/** What to publish, as an object. */
export interface PublishOptions {
  /** The container's port, or a range such as `"8000-8010"`. */
  readonly container: number | string;
  /** The host's port or range; any that is free by default. */
  readonly host?: number | string;
  /** The host's address on which it is reached; all of IPv4 by default. */
  readonly address?: string;
  /** The protocol, `"tcp"` by default. */
  readonly protocol?: PortProtocol;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads what is to be published, in the form of Docker's `-p`.
 *
 * @param publish Such as `"8080:80"`, `"127.0.0.1:8080:80/udp"`, `"[::1]:8080:80"`,
 * `"8000-8010:80-90"`; `"80"` alone takes any port of the host that is free, and
 * `"8000-8010:80"` the first of a range that is.
 * @throws {InvalidArgumentError} When it has another form, or ranges do not fit each other.
 */
export function parsePublish(publish: string | number | PublishOptions): PortRequest[] {
  const shown = typeof publish === "object" ? JSON.stringify(publish) : `"${publish}"`;
  const fail = (why: string): never => {
    throw new InvalidArgumentError(`Cannot publish ${shown}: ${why}`);
  };
  const { container, host, address, protocol = "tcp" } = typeof publish === "object"
    ? publish
    : split(`${publish}`, fail);
  if (!["tcp", "udp", "sctp"].includes(protocol)) {
    fail(`"${protocol}" is no protocol; use tcp, udp or sctp`);
  }
  const ip = tryParseIp(address ?? "0.0.0.0");
  if (!ip) return fail(`"${address}" is no address`);
  const inside = range(`${container}`, fail);
  if (inside.first === 0) fail("a container has no port 0");
  const outside = host === undefined ? { first: 0, last: 0 } : range(`${host}`, fail);
  if (outside.first === 0 && outside.last > 0) fail("a range begins with a port from 1");
  const anyPort = outside.first === 0;
  const single = inside.first === inside.last;
  if (!anyPort && !single && outside.last - outside.first !== inside.last - inside.first) {
    fail("the two ranges have different lengths");
  }
  return Array.from({ length: inside.last - inside.first + 1 }, (_, i) => ({
    hostIp: formatIp(ip),
    hostPort: anyPort ? 0 : single ? outside.first : outside.first + i,
    hostPortEnd: anyPort ? 0 : single ? outside.last : outside.first + i,
    containerPort: inside.first + i,
    protocol,
  }));
}

/**
 * Reads a port that is listened on, in the form of an image's `ExposedPorts`.
 *
 * @param text Such as `"80"`, `"53/udp"` or `"8000-8010/tcp"`.
 * @returns What publishes it on any port of the host that is free.
 * @throws {InvalidArgumentError} When it has another form.
 */
export function parseExposed(text: string): PortRequest[] {
  const [, container, protocol = "tcp"] = /^([\d-]+)(?:\/([a-z]+))?$/i.exec(text) ?? [];
  if (container === undefined) {
    throw new InvalidArgumentError(
      `Cannot publish ${JSON.stringify(text)}: use a port such as "80", "53/udp" or "8000-8010"`,
    );
  }
  return parsePublish({ container, protocol: protocol.toLowerCase() as PortProtocol });
}

/** Those ports of a container that are not published otherwise. */
export function withoutPublished(
  ports: readonly PortRequest[],
  published: readonly PortRequest[],
): PortRequest[] {
  return ports.filter(({ containerPort, protocol }) =>
    !published.some((other) => other.containerPort === containerPort && other.protocol === protocol)
  );
}

function split(text: string, fail: (why: string) => never): PublishOptions {
  const match =
    /^(?:(?:\[(?<six>[^\]]*)\]|(?<four>[^:[\]]*)):)?(?:(?<host>[^:]*):)?(?<container>[^:/]+)(?:\/(?<protocol>[^/]+))?$/
      .exec(text);
  if (!match?.groups) return fail('use a form such as "8080:80" or "127.0.0.1:8080:80/udp"');
  const { six, protocol, container } = match.groups;
  let { four, host }: { four?: string; host?: string } = match.groups;
  // With one colon, what is before it is the port.
  if (four !== undefined && host === undefined) [four, host] = [undefined, four];
  const address = six ?? four;
  return {
    container: container!,
    ...(host ? { host } : {}),
    ...(address ? { address } : {}),
    ...(protocol ? { protocol: protocol.toLowerCase() as PortProtocol } : {}),
  };
}

function range(text: string, fail: (why: string) => never): Range {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const first = Number(match?.[1] ?? NaN);
  const last = Number(match?.[2] ?? first);
  if (!(first <= last && last <= 65535)) fail(`"${text}" is no port and no range of ports`);
  return { first, last };
}
