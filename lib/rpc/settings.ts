/**
 * What both ends of a connection allow each other (RFC 9113, 6.5).
 *
 * @module
 */
import {
  ConnectionFault,
  DEFAULT_WINDOW,
  FrameType,
  H2Code,
  MAX_FRAME_PAYLOAD,
  MAX_WINDOW,
  PREFACE,
  readUint32,
  Setting,
  settingsFrame,
  wordFrame,
} from "./frames.ts";
import { STREAM_WINDOW } from "./stream.ts";

/** The window of the whole connection. */
export const CONNECTION_WINDOW = 67_108_864;

/** Header lists above this are refused. */
export const MAX_HEADER_LIST_BYTES = 65_536;

/** What a client says first. */
export function opening(): Uint8Array[] {
  return [
    PREFACE,
    settingsFrame([
      [Setting.HEADER_TABLE_SIZE, 0],
      [Setting.ENABLE_PUSH, 0],
      [Setting.INITIAL_WINDOW_SIZE, STREAM_WINDOW],
      [Setting.MAX_HEADER_LIST_SIZE, MAX_HEADER_LIST_BYTES],
    ]),
    wordFrame(FrameType.WINDOW_UPDATE, 0, CONNECTION_WINDOW - DEFAULT_WINDOW),
  ];
}

/** The settings that matter here; `undefined` for those that were not named. */
export interface PeerSettings {
  /** How many streams it takes at once. */
  maxStreams?: number;
  /** How much may be sent on a stream before it grants more, in bytes. */
  window?: number;
  /** The longest payload of a frame that it takes, in bytes. */
  maxFrame?: number;
}

/**
 * Reads the payload of a SETTINGS frame, whose length is a multiple of six.
 *
 * @throws {ConnectionFault} when a value is not allowed.
 */
export function readSettings(from: Uint8Array, start: number, end: number): PeerSettings {
  const settings: PeerSettings = {};
  for (let at = start; at < end; at += 6) {
    const value = readUint32(from, at + 2);
    switch ((from[at]! << 8) | from[at + 1]!) {
      case Setting.ENABLE_PUSH:
        if (value !== 0) throw fault(H2Code.PROTOCOL_ERROR, "SETTINGS that enable push");
        break;
      case Setting.MAX_CONCURRENT_STREAMS:
        settings.maxStreams = value;
        break;
      case Setting.INITIAL_WINDOW_SIZE:
        if (value > MAX_WINDOW) {
          throw fault(H2Code.FLOW_CONTROL_ERROR, "SETTINGS with a large window");
        }
        settings.window = value;
        break;
      case Setting.MAX_FRAME_SIZE:
        if (value < MAX_FRAME_PAYLOAD || value > 0xff_ffff) {
          throw fault(H2Code.PROTOCOL_ERROR, "SETTINGS with an invalid frame size");
        }
        settings.maxFrame = value;
        break;
    }
  }
  return settings;
}

function fault(code: number, what: string): ConnectionFault {
  return new ConnectionFault(code, what);
}
