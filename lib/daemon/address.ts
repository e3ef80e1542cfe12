/**
 * Addresses of daemons as people write them.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { formatSshAddress, isSshAddress, parseSshAddress } from "../host/ssh/address.ts";

/**
 * The socket's path in an address of this machine, `/path` or `unix:///path`; an address of another
 * one, `ssh://…`, as it is.
 *
 * @param address As given by a caller or by `$CONTAINERD_ADDRESS`.
 * @throws {UnsupportedError} An address of a virtual machine: `lima://`.
 * @throws {InvalidArgumentError} Anything else.
 */
export function parseAddress(address: string): string {
  if (isSshAddress(address)) return formatSshAddress(parseSshAddress(address));
  const path = address.startsWith("unix://") ? address.slice("unix://".length) : address;
  if (path.startsWith("/") && !path.includes("\0")) return path;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === "lima") {
    const name = address.slice("lima://".length).split("/")[0] || "INSTANCE";
    throw new UnsupportedError(
      `Cannot connect to "${address}": lima:// is not there yet; put the line "Include ` +
        `~/.lima/${name}/ssh.config" on top of ~/.ssh/config and use "ssh://lima-${name}"`,
      { needed: "the lima dialer" },
    );
  }
  throw new InvalidArgumentError(
    `Cannot connect to "${address}": an address is the absolute path of a Unix socket, with or ` +
      'without "unix://" in front, such as "/run/containerd/containerd.sock", or ' +
      '"ssh://[user@]host[:port][/path]"',
  );
}
