/**
 * Addresses of daemons on other machines: `ssh://[user@]host[:port][/path/of/containerd.sock]`.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";

/** Where a daemon is, and how ssh gets there. */
export interface SshAddress {
  /** Who logs in; ssh's configuration decides by default. */
  readonly user?: string;
  /** A host name, an address, or a `Host` of ssh's configuration. */
  readonly host: string;
  /** The port of its sshd; ssh's configuration decides by default. */
  readonly port?: number;
  /** The daemon's socket there; the first that is found by default. */
  readonly socket?: string;
}

const ADDRESS = /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]/]*\]|[^:/@[\]]*)(?::(\d+))?(\/.*)?$/i;
const FORM = "ssh://[user@]host[:port][/path/of/containerd.sock]";

/** Whether an address is one of these. */
export function isSshAddress(address: string): boolean {
  return /^ssh:/i.test(address);
}

/**
 * Reads an address.
 *
 * @throws {InvalidArgumentError} when it is none.
 */
export function parseSshAddress(address: string): SshAddress {
  const refuse = (why: string) =>
    new InvalidArgumentError(`Cannot connect to ${JSON.stringify(address)}: ${why}; use ${FORM}`);
  if (/[\0-\x20\x7f]/.test(address)) throw refuse("it has spaces or control characters in it");
  const [, user, bracketed = "", digits, path] = ADDRESS.exec(address) ?? [];
  const host = bracketed.replace(/^\[|\]$/g, "");
  if (host === "") throw refuse("it names no host");
  if (user === "") throw refuse("there is no user before the @");
  if (user?.includes(":")) throw refuse("ssh logs in by keys, not by a password in the address");
  // ssh would take them for options.
  if (host.startsWith("-") || user?.startsWith("-")) throw refuse("no name begins with a dash");
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && !(port >= 1 && port <= 65535)) throw refuse(`${port} is no port`);
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(path === undefined || path === "/" ? {} : { socket: path }),
  };
}

/** Writes an address. */
export function formatSshAddress({ user, host, port, socket = "" }: SshAddress): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `ssh://${user === undefined ? "" : `${user}@`}${name}${
    port === undefined ? "" : `:${port}`
  }${socket}`;
}

/**
 * The path of a daemon's socket on the daemon's own machine.
 *
 * @param address Any address, of this machine or of another.
 */
export function socketPath(address: string): string {
  if (isSshAddress(address)) return parseSshAddress(address).socket ?? "";
  return address.replace(/^unix:(\/\/)?/, "");
}
