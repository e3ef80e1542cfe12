/**
 * HTTP/2 frames: numbers of RFC 9113 sections 6 and 7, and writers for the frames that a client
 * sends.
 *
 * @module
 */

/** Length of a frame's header in bytes. */
export const FRAME_HEADER_LENGTH = 9;

/** The largest payload that this side accepts, and the smallest that a peer must (section 4.2). */
export const MAX_FRAME_PAYLOAD = 16_384;

/** The largest flow-control window (section 6.9.1). */
export const MAX_WINDOW = 0x7fff_ffff;

/** The window of a connection, and of a stream before SETTINGS (section 6.9.2). */
export const DEFAULT_WINDOW = 65_535;

/** Frame types. */
export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

/** Flags; a number may mean different things for different frame types. */
export const Flag = {
  ACK: 0x1,
  END_STREAM: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Names of settings. */
export const Setting = {
  HEADER_TABLE_SIZE: 1,
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** Error codes of RST_STREAM and GOAWAY. */
export const H2Code = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  SETTINGS_TIMEOUT: 4,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  CANCEL: 8,
  COMPRESSION_ERROR: 9,
  CONNECT_ERROR: 10,
  ENHANCE_YOUR_CALM: 11,
  INADEQUATE_SECURITY: 12,
  HTTP_1_1_REQUIRED: 13,
} as const;

const H2_NAMES = Object.keys(H2Code);

/** The name of an error code, such as `"CANCEL"`; unknown ones as a number. */
export function h2CodeName(code: number): string {
  return H2_NAMES[code] ?? `error code ${code}`;
}

/** A breach of HTTP/2 that ends the whole connection. */
export class ConnectionFault extends Error {
  /** The error code to send in GOAWAY. */
  readonly h2Code: number;

  /** @param h2Code One of {@linkcode H2Code}. @param message What the peer did. */
  constructor(h2Code: number, message: string) {
    super(message);
    this.name = "ConnectionFault";
    this.h2Code = h2Code;
  }
}

/** Writes a frame's header at an offset. */
export function putFrameHeader(
  into: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  into[at] = length >>> 16;
  into[at + 1] = length >>> 8;
  into[at + 2] = length;
  into[at + 3] = type;
  into[at + 4] = flags;
  putUint32(into, at + 5, streamId);
}

/** Writes 32 bits, big endian. */
export function putUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

/** Reads 32 bits, big endian, unsigned. The caller has checked the bounds. */
export function readUint32(from: Uint8Array, at: number): number {
  return ((from[at]! << 24) | (from[at + 1]! << 16) | (from[at + 2]! << 8) | from[at + 3]!) >>> 0;
}

/** A whole frame whose payload is 32-bit words: RST_STREAM, WINDOW_UPDATE, GOAWAY. */
export function wordFrame(type: number, streamId: number, ...words: number[]): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_LENGTH + 4 * words.length);
  putFrameHeader(frame, 0, 4 * words.length, type, 0, streamId);
  words.forEach((word, i) => putUint32(frame, FRAME_HEADER_LENGTH + 4 * i, word));
  return frame;
}

/** A SETTINGS frame of pairs of names and values. */
export function settingsFrame(settings: readonly (readonly [number, number])[]): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_LENGTH + 6 * settings.length);
  putFrameHeader(frame, 0, 6 * settings.length, FrameType.SETTINGS, 0, 0);
  settings.forEach(([name, value], i) => {
    const at = FRAME_HEADER_LENGTH + 6 * i;
    frame[at] = name >>> 8;
    frame[at + 1] = name;
    putUint32(frame, at + 2, value);
  });
  return frame;
}

/** What a client sends first (RFC 9113 section 3.4). */
export const PREFACE: Uint8Array = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
