/**
 * Addresses of daemons as people write them.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";

/**
 * The socket's path in an address: `/path` or `unix:///path`.
 *
 * @param address As given by a caller or by `$CONTAINERD_ADDRESS`.
 * @throws {UnsupportedError} An address of another machine: `ssh://` or `lima://`.
 * @throws {InvalidArgumentError} Anything else.
 */
export function parseAddress(address: string): string {
  const path = address.startsWith("unix://") ? address.slice("unix://".length) : address;
  if (path.startsWith("/") && !path.includes("\0")) return path;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === "ssh" || scheme === "lima") {
    throw new UnsupportedError(
      `Cannot connect to "${address}": ${scheme}:// is not there yet; forward the daemon's socket ` +
        `yourself (ssh -N -L /tmp/containerd.sock:/run/containerd/containerd.sock …) and give ` +
        `the path of the forward`,
      { needed: `the ${scheme} dialer` },
    );
  }
  throw new InvalidArgumentError(
    `Cannot connect to "${address}": an address is the absolute path of a Unix socket, with or ` +
      'without "unix://" in front, such as "/run/containerd/containerd.sock"',
  );
}
