/**
 * Questions and answers of DNS (RFC 1035, with EDNS of RFC 6891) as packets: what is read of a
 * question, and how an answer is put together that fits.
 *
 * @module
 */
import { Buffer } from "node:buffer";
// @ts-types="./dns_packet.d.ts"
import packet, { type Answer } from "dns-packet";

/** Longer questions are none: a name has 255 bytes. */
const MAX_QUERY_BYTES = 4096;

/** What fits into a packet of UDP without EDNS. */
const PLAIN_UDP_BYTES = 512;

/** What is sent by UDP at most: packets of this size are not taken apart on the way. */
const UDP_BYTES = 1232;

/** What TCP carries. */
const TCP_BYTES = 65_535;

const HEADER_BYTES = 12;

/** Codes of answers that are no error of the library's making. */
const RCODES = {
  /** All is well, even when there is no record of that type. */
  NOERROR: 0,
  /** The question is malformed. */
  FORMERR: 1,
  /** Others could not be asked. */
  SERVFAIL: 2,
  /** There is no such name. */
  NXDOMAIN: 3,
  /** It is no question for names. */
  NOTIMP: 4,
  /** It is not answered here. */
  REFUSED: 5,
  /** A version of EDNS that is not spoken here. */
  BADVERS: 16,
} as const;

/** How an answer is told. */
export type Rcode = keyof typeof RCODES;

/** A question that was read. */
export interface Query {
  /** The packet. */
  readonly bytes: Uint8Array;
  /** The name as it was asked for, without a dot at its end; empty for the root. */
  readonly name: string;
  /** The type of the records that are asked for: `"A"`. */
  readonly type: string;
  /** The name and the type in one, to tell questions from each other. */
  readonly key: string;
  /** Where the question ends. */
  readonly end: number;
  /** What must be answered whatever is asked for; `undefined` when it is a plain question. */
  readonly refuse: Rcode | undefined;
  /** How many bytes the asker takes by UDP; `undefined` without EDNS. */
  readonly edns: number | undefined;
}

/** Records for an answer. */
export interface Records {
  /** How it is told; `NOERROR` by default. */
  readonly rcode?: Rcode;
  /** Whether it comes from who knows, and not by hearsay. */
  readonly authoritative?: boolean;
  /** Whether others can be asked. */
  readonly recursive?: boolean;
  /** What was asked for. */
  readonly answers?: readonly Answer[];
  /** What says that there is nothing. */
  readonly authorities?: readonly Answer[];
  /** What will be asked for next. They are left out when they do not fit. */
  readonly additionals?: readonly Answer[];
}

/** Reads a question; `undefined` for what is malformed, or an answer. */
export function readQuery(bytes: Uint8Array): Query | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_QUERY_BYTES) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.readUInt16BE(2);
  if (flags & 0x8000) return undefined;
  const bare = { bytes, name: "", type: "", key: "", end: HEADER_BYTES, edns: undefined };
  const operation = (flags >> 11) & 15;
  if (operation !== 0) return { ...bare, refuse: "NOTIMP" };
  if (view.readUInt16BE(4) !== 1) return { ...bare, refuse: "FORMERR" };
  let decoded: ReturnType<typeof packet.decode>;
  try {
    decoded = packet.decode(view);
  } catch {
    return undefined;
  }
  const [question] = decoded.questions ?? [];
  const end = endOfQuestion(bytes);
  if (!question || end === undefined) return undefined;
  const name = question.name === "." ? "" : question.name;
  const opt = decoded.additionals?.find(({ type }) => type === "OPT");
  const edns = opt?.type === "OPT" ? Math.max(opt.udpPayloadSize ?? 0, PLAIN_UDP_BYTES) : undefined;
  const refuse = opt?.type === "OPT" && (opt.ednsVersion ?? 0) > 0
    ? "BADVERS"
    : question.class !== "IN" || ["AXFR", "IXFR"].includes(question.type)
    ? "REFUSED"
    : undefined;
  const key = `${question.type} ${name.toLowerCase()}`;
  return { bytes, name, type: question.type, key, end, refuse, edns };
}

/** Where the question ends: names there are written in full. */
function endOfQuestion(bytes: Uint8Array): number | undefined {
  let at = HEADER_BYTES;
  for (let length = bytes[at]; length !== 0; length = bytes[at]) {
    if (length === undefined || length > 63) return undefined;
    at += 1 + length;
  }
  return at + 5 <= bytes.length ? at + 5 : undefined;
}

/**
 * An answer as a packet. Where it does not fit, further records are left out, and then all of them:
 * the asker is told to ask by TCP.
 *
 * @param tcp Whether it goes by TCP.
 */
export function encodeAnswer(query: Query, records: Records, tcp: boolean): Uint8Array {
  const limit = tcp ? TCP_BYTES : Math.min(query.edns ?? PLAIN_UDP_BYTES, UDP_BYTES);
  const whole = encode(query, records);
  if (whole.length <= limit) return whole;
  const short = encode(query, { ...records, additionals: [] });
  if (short.length <= limit) return short;
  const { answers: _, authorities: __, additionals: ___, ...head } = records;
  return encode(query, head, packet.TRUNCATED_RESPONSE);
}

function encode(query: Query, records: Records, flags = 0): Uint8Array {
  const { rcode = "NOERROR", authoritative, recursive } = records;
  const { answers = [], authorities = [], additionals = [] } = records;
  const code = RCODES[rcode];
  const asked = Buffer.from(query.bytes.buffer, query.bytes.byteOffset, query.bytes.byteLength);
  const opt: Answer[] = query.edns === undefined ? [] : [{
    ...{ type: "OPT", name: ".", udpPayloadSize: UDP_BYTES, extendedRcode: code >> 4 },
    ...{ ednsVersion: 0, flags: 0, flag_do: false, options: [] },
  }];
  const encoded = packet.encode({
    type: "response",
    id: asked.readUInt16BE(0),
    flags: flags | (code & 15) | (authoritative ? packet.AUTHORITATIVE_ANSWER : 0) |
      (recursive ? packet.RECURSION_AVAILABLE : 0) |
      // What is wished for and what is not to be checked are told back.
      asked.readUInt16BE(2) & (packet.RECURSION_DESIRED | packet.CHECKING_DISABLED),
    answers: [...answers],
    authorities: [...authorities],
    additionals: [...additionals, ...opt],
  });
  // The question as it came, in the very letters: askers compare.
  const question = query.end === HEADER_BYTES ? 0 : 1;
  encoded.writeUInt16BE(question, 4);
  return Buffer.concat([
    encoded.subarray(0, HEADER_BYTES),
    asked.subarray(HEADER_BYTES, query.end),
    encoded.subarray(HEADER_BYTES),
  ]);
}

/** Whether a packet is an answer to this question. */
export function answersQuery(query: Query, id: number, answer: Uint8Array): boolean {
  if (answer.length < query.end) return false;
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  if (view.getUint16(0) !== id || !(view.getUint16(2) & 0x8000)) return false;
  // Servers that refuse leave the question out at times.
  if (view.getUint16(4) === 0) return (view.getUint16(2) & 15) !== RCODES.NOERROR;
  const lower = (byte: number) => byte >= 65 && byte <= 90 ? byte + 32 : byte;
  for (let at = HEADER_BYTES; at < query.end; at++) {
    if (lower(answer[at]!) !== lower(query.bytes[at]!)) return false;
  }
  return true;
}

/** Whether a packet says that it is not whole. */
export function isTruncated(answer: Uint8Array): boolean {
  return (answer[2]! & 2) !== 0;
}

/** The same packet with another number. */
export function withId(bytes: Uint8Array, id: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  new DataView(copy.buffer).setUint16(0, id);
  return copy;
}

/** The number of a packet. */
export function idOf(bytes: Uint8Array): number {
  return bytes[0]! << 8 | bytes[1]!;
}
