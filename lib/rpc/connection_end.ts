/**
 * Why a connection ended, in words.
 *
 * @module
 */
import { ProtocolError } from "../errors/errors.ts";
import { type ConnectionFault, H2Code, h2CodeName } from "./frames.ts";
import { StatusCode, WireError } from "./wire_error.ts";

/** How a connection ended: what its calls fail with. */
export interface ConnectionEnd {
  /** The status. */
  readonly code: number;
  /** What happened, where. */
  readonly message: string;
  /** What it came from. */
  readonly cause: unknown;
  /** What to tell the peer in GOAWAY; `undefined` where it is gone. */
  readonly h2Code: number | undefined;
}

/** The peer is gone. `ready`: its SETTINGS had come. */
export function lost(address: string, ready: boolean, cause: unknown): ConnectionEnd {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  const message = ready
    ? `lost the connection to "${address}"${why}`
    : `"${address}" closed the connection before it answered${why}`;
  return { code: StatusCode.Unavailable, message, cause, h2Code: undefined };
}

/** The peer broke the protocol. */
export function broken(address: string, ready: boolean, fault: ConnectionFault): ConnectionEnd {
  const message = ready
    ? `"${address}" broke the HTTP/2 protocol: it sent ${fault.message}`
    : `what answers at "${address}" is not containerd: it sent ${fault.message}`;
  const cause = new ProtocolError(message, { cause: fault });
  return { code: StatusCode.Internal, message, cause, h2Code: fault.h2Code };
}

/** The peer's SETTINGS did not come. */
export function silent(address: string, timeoutMs: number): ConnectionEnd {
  return {
    code: StatusCode.Unavailable,
    message: `"${address}" accepted the connection but did not answer within ${timeoutMs} ms`,
    cause: undefined,
    h2Code: H2Code.SETTINGS_TIMEOUT,
  };
}

/** What a call fails with that a peer which goes away did not handle. */
export function unhandled(address: string, h2Code: number, debug: string): WireError {
  const said = debug && `: ${JSON.stringify(debug)}`;
  return new WireError(
    StatusCode.Unavailable,
    `"${address}" goes away (${h2CodeName(h2Code)}${said}) and did not handle the call; try again`,
  );
}
