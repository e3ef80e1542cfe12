/**
 * Why ssh does not get there, as errors of this library.
 *
 * @module
 */
import {
  type DavitError,
  FailedPreconditionError,
  PermissionError,
  UnavailableError,
  UnsupportedError,
} from "../../errors/errors.ts";

/** The connection was there and is lost. What was asked over it may be asked again. */
export class ConnectionLostError extends UnavailableError {}

type Maker = (message: string, options: ErrorOptions) => DavitError;

const unavailable: Maker = (message, options) => new UnavailableError(message, options);
const denied: Maker = (message, options) => new PermissionError(message, options);
const precondition: Maker = (message, options) => new FailedPreconditionError(message, options);

/** What OpenSSH prints, what it means, and what can be done. */
const REASONS: readonly (readonly [pattern: RegExp, make: Maker, why: string])[] = [
  [
    /could not resolve hostname|name or service not known|nodename nor servname/i,
    unavailable,
    "there is no host of that name; check it, or add it to ~/.ssh/config",
  ],
  [
    /connection refused/i,
    unavailable,
    "nothing listens there for ssh; start sshd, or name its port",
  ],
  [
    /(?:operation|connection) timed out|timed out during banner/i,
    unavailable,
    "it does not answer; check the network and its firewall",
  ],
  [
    /no route to host|network is unreachable|host is down/i,
    unavailable,
    "there is no way to it; check the network",
  ],
  [
    /remote host identification has changed|host key .*has changed/i,
    denied,
    "its host key is not the one that is known; if that is right, remove the old one " +
    "(ssh-keygen -R HOST) and log in once by hand",
  ],
  [
    /host key verification failed|no .*host key is known/i,
    denied,
    "its host key is not known; log in once by hand (ssh HOST) to accept it",
  ],
  [
    /permission denied \(|too many authentication failures|no supported authentication methods/i,
    denied,
    "it does not accept the user or key; load the key into ssh-agent, set IdentityFile in " +
    "~/.ssh/config, or name the user (ssh://USER@HOST); passwords are not asked for",
  ],
  [
    /bad owner or permissions|bad configuration option|unknown option|usage: ssh|unprotected private key/i,
    precondition,
    "ssh does not accept its own options, configuration or keys; see the reason below",
  ],
  [
    /permanently_set_uid|account is currently not available|this account is/i,
    denied,
    "the account may not log in",
  ],
];

/**
 * The error for what ssh printed before it gave up.
 *
 * @param what What was tried, such as `connect to "ssh://box"`.
 * @param text What ssh printed.
 */
export function connectFailure(what: string, text: string): DavitError {
  const shown = lastLines(text);
  const cause = new Error(shown || "ssh ended without a word");
  for (const [pattern, make, why] of REASONS) {
    if (pattern.test(text)) return make(`Cannot ${what}: ${why} (${shown})`, { cause });
  }
  return new UnavailableError(`Cannot ${what}: ssh ended: ${cause.message}`, { cause });
}

/** Whether sshd did not connect to a socket, by what ssh printed. */
export function isForwardFailure(text: string): boolean {
  return /open failed: /i.test(text);
}

/**
 * The error for a socket that sshd did not connect to. It does not say why.
 *
 * @param listens Whether somebody listens at it.
 */
export function forwardFailure(what: string, socket: string, listens: boolean): DavitError {
  if (!listens) {
    return new UnavailableError(
      `Cannot ${what}: nobody listens at "${socket}" there; start containerd`,
    );
  }
  return new UnsupportedError(
    `Cannot ${what}: its sshd does not forward sockets; set AllowStreamLocalForwarding yes and ` +
      "DisableForwarding no in its sshd_config",
    { needed: "AllowStreamLocalForwarding yes" },
  );
}

/** The end of what was printed, on one line. */
export function lastLines(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter((line) =>
    line !== "" && !/^[@\s]+$/.test(line)
  );
  return lines.slice(-3).join("; ").slice(-500);
}
