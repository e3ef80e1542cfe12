/**
 * What is used of the package dns-packet. Its own types bring those of Node, which contradict Deno's.
 *
 * @module
 */
import type { Buffer } from "node:buffer";

declare namespace packet {
  /** `A`, `AAAA`, `PTR` and so on. */
  type RecordType = string;
  /** A record. */
  interface Answer {
    readonly type: RecordType;
    readonly name: string;
    readonly class?: string;
    readonly ttl?: number;
    readonly data?: unknown;
    /** Of EDNS. */
    readonly udpPayloadSize?: number;
    readonly extendedRcode?: number;
    readonly ednsVersion?: number;
    readonly flags?: number;
    readonly options?: readonly unknown[];
  }
  /** What is asked for. */
  interface Question {
    readonly type: RecordType;
    readonly name: string;
    readonly class?: string;
  }
  /** A packet to be encoded. */
  interface Packet {
    readonly type?: "query" | "response";
    readonly id?: number;
    readonly flags?: number;
    readonly questions?: readonly Question[];
    readonly answers?: readonly Answer[];
    readonly authorities?: readonly Answer[];
    readonly additionals?: readonly Answer[];
  }
  /** A packet that was read. */
  interface DecodedPacket extends Packet {
    readonly flag_qr: boolean;
    readonly flag_aa: boolean;
    readonly flag_tc: boolean;
    readonly flag_rd: boolean;
    readonly flag_ra: boolean;
    readonly flag_cd: boolean;
  }
  const AUTHORITATIVE_ANSWER: number;
  const TRUNCATED_RESPONSE: number;
  const RECURSION_DESIRED: number;
  const RECURSION_AVAILABLE: number;
  const CHECKING_DISABLED: number;
  /** Throws for what is malformed. */
  function decode(bytes: Uint8Array): DecodedPacket;
  function encode(packet: Packet): Buffer;
}
export default packet;
export type Answer = packet.Answer;
