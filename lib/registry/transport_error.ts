/**
 * What can go wrong between this process and a registry before there is an answer.
 *
 * @module
 */

import { UnavailableError } from "../errors/errors.ts";

/**
 * `refused`: nobody listens, or the name is unknown; `tls`: a certificate was refused, by either
 * side; `not_tls`: the server does not speak TLS; `not_http`: it does not speak plain HTTP;
 * `timeout`: no connection, answer or data in time; `broken`: the connection ended too early;
 * `rejected`: this side will not do it, such as following a redirect that leads nowhere.
 */
export type TransportFailure =
  | "refused"
  | "tls"
  | "not_tls"
  | "not_http"
  | "timeout"
  | "broken"
  | "rejected";

/** A registry could not be reached, or the connection to it broke. */
export class TransportError extends UnavailableError {
  /** What went wrong. */
  readonly failure: TransportFailure;

  /** Makes the error. @param message What is wrong, in words that fit behind the name of the host. */
  constructor(message: string, failure: TransportFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }

  /** Whether the same request may well succeed a moment later. */
  get mayPass(): boolean {
    return this.failure === "broken" || this.failure === "timeout" || this.failure === "refused";
  }
}

/**
 * Makes sense of what `fetch` or `node:https` threw. Both put the facts into text only.
 *
 * @param cause What was thrown.
 */
export function transportError(cause: unknown): TransportError {
  if (cause instanceof TransportError) return cause;
  const text = textOf(cause);
  for (const [pattern, failure, message] of KNOWN) {
    if (pattern.test(text)) return new TransportError(message, failure, { cause });
  }
  const short = text.replace(/^.*?client error \([A-Za-z]+\): /s, "").slice(0, 300);
  return new TransportError(`the request failed: ${short}`, "broken", { cause });
}

const KNOWN: ReadonlyArray<readonly [RegExp, TransportFailure, string]> = [
  [
    /UnknownIssuer|SELF_SIGNED|self.signed|unable to (?:get|verify)/i,
    "tls",
    'its certificate is not signed by an authority that is trusted here; add the authority as "ca" ' +
    "in hosts.toml",
  ],
  [
    /NotValidForName|ALTNAME_INVALID|not valid for (?:any )?name/i,
    "tls",
    "its certificate is for another name; use a name that is in it, or get a new one",
  ],
  [/certificate[^\n]*(?:Expired|CERT_HAS_EXPIRED)/i, "tls", "its certificate has expired"],
  [/NotValidYet/, "tls", "its certificate is not valid yet; check the clock"],
  [
    /fatal alert: (?:BadCertificate|\w*Certificate\w*|UnknownCA)|certificate required/i,
    "tls",
    'it wants a client certificate, or another one; name it as "client" in hosts.toml',
  ],
  [
    /invalid peer certificate|bad certificate|unknown.ca|HandshakeFailure/i,
    "tls",
    "the TLS handshake failed: one side refused the certificate of the other",
  ],
  [
    /InvalidContentType|wrong version number|corrupt message/i,
    "not_tls",
    "it does not speak TLS; for plain HTTP use http:// in hosts.toml, or the option plainHttp",
  ],
  [
    /invalid HTTP version|invalid HTTP status-line/i,
    "not_http",
    "it does not speak plain HTTP; for TLS use https://",
  ],
  [/Connection refused|ECONNREFUSED/i, "refused", "nobody listens there: connection refused"],
  [
    /dns error|ENOTFOUND|EAI_AGAIN|failed to lookup|name resolution/i,
    "refused",
    "the name is not known to the DNS",
  ],
  [/unreachable|EHOSTUNREACH|ENETUNREACH/i, "refused", "the network there is unreachable"],
  [/Requests to port \d+ are blocked/, "rejected", "fetch refuses that port; use another one"],
  [
    /reading a body|connection closed|closed before|ended before|reset|ECONNRESET|broken pipe|EPIPE|unexpected.eof|socket hang up|end of file|aborted/i,
    "broken",
    "the connection broke",
  ],
];

function textOf(cause: unknown): string {
  const parts: string[] = [];
  let error: unknown = cause;
  for (let depth = 0; error instanceof Error && depth < 5; depth++) {
    const code = "code" in error && typeof error.code === "string" ? `${error.code} ` : "";
    parts.push(`${code}${error.message}`);
    error = error.cause;
  }
  return parts.length > 0 ? parts.reverse().join("\n") : String(cause);
}
