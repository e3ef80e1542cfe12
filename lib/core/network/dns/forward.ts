/**
 * Has other servers answer what is asked of names that are not the network's.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { formatIp, parseIp, tryParseIp } from "../../../oci/ip_address.ts";
import { answersQuery, isTruncated, type Query, withId } from "./packets.ts";

/** How many questions may wait for others at once. */
const MAX_PENDING = 256;

/** How long one server may take, in milliseconds. */
const ATTEMPT_MS = 1500;

/** How long all of them may take together: askers wait for about so long. */
const TOTAL_MS = 4500;

/** A server that is asked. */
export interface Upstream {
  /** Its address. */
  readonly address: string;
  /** Its port. */
  readonly port: number;
}

/** Asks other servers. */
export class Forwarder {
  readonly #servers: () => Promise<readonly Upstream[]>;
  readonly #signal: AbortSignal;
  /** What is being asked, to see what comes back to us. */
  readonly #asking = new Map<string, Promise<unknown>>();
  #pending = 0;

  /**
   * @param servers Who is asked now, in this order. None of them may be the responder itself.
   * @param signal Gives all up.
   */
  constructor(servers: () => Promise<readonly Upstream[]>, signal: AbortSignal) {
    this.#servers = servers;
    this.#signal = signal;
  }

  /** Whether as much is being asked as may be. */
  get full(): boolean {
    return this.#pending >= MAX_PENDING;
  }

  /**
   * Asks, one server after the other.
   *
   * @param query What to ask.
   * @param how `tcp`: whether the asker has come by TCP. `returned`: whether it may be a question of
   * ours that has come back, by a server that asks us in turn: such a one is not asked again.
   * @returns The answer; `undefined` when nobody gave one.
   */
  async ask(
    query: Query,
    how: { tcp: boolean; returned: boolean },
  ): Promise<Uint8Array | undefined> {
    const same = this.#asking.get(query.key);
    this.#pending++;
    try {
      // Of a circle neither ends before the other: it has run out of time then.
      if (how.returned && same && !await same) return undefined;
      const asking = this.#askAll(query, how.tcp);
      if (!this.#asking.has(query.key)) this.#asking.set(query.key, asking);
      try {
        return await asking;
      } finally {
        if (this.#asking.get(query.key) === asking) this.#asking.delete(query.key);
      }
    } finally {
      this.#pending--;
    }
  }

  async #askAll(query: Query, tcp: boolean): Promise<Uint8Array | undefined> {
    const until = Date.now() + TOTAL_MS;
    const servers = await this.#servers().catch(() => []);
    let refused: Uint8Array | undefined;
    // Packets are lost: every server has a second chance.
    for (const server of [...servers, ...servers]) {
      const ms = Math.min(ATTEMPT_MS, until - Date.now());
      if (ms <= 0 || this.#signal.aborted) break;
      const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(ms)]);
      const answer = await (tcp ? askByTcp : askByUdp)(server, query, signal);
      if (!answer) continue;
      const rcode = answer[3]! & 15;
      // It cannot, or will not: another may.
      if (rcode === 2 || rcode === 5) refused = answer;
      else return answer;
    }
    return refused;
  }
}

/** Asks by UDP; an answer that is not whole is handed on, so that the asker comes again by TCP. */
async function askByUdp(
  { address, port }: Upstream,
  query: Query,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
  // A port of its own for each question is as hard to guess as its number.
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  const id = randomId();
  const end = () => resolve(undefined);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  socket.on("error", end);
  socket.on("message", (data: Uint8Array, from) => {
    if (from.port !== port || !sameAddress(from.address, address)) return;
    if (answersQuery(query, id, data)) resolve(data);
  });
  try {
    socket.connect(port, address, (error?: unknown) => {
      if (error) return end();
      socket.send(withId(query.bytes, id), (failed: unknown) => failed && end());
    });
    return await promise;
  } finally {
    signal.removeEventListener("abort", end);
    socket.close();
  }
}

async function askByTcp(
  { address, port }: Upstream,
  query: Query,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const id = randomId();
  try {
    using connection = await Deno.connect({ hostname: address, port, signal });
    const close = () => connection.close();
    signal.addEventListener("abort", close);
    try {
      await writeFrame(connection, withId(query.bytes, id));
      const answer = await readFrame(connection);
      return answer && answersQuery(query, id, answer) && !isTruncated(answer) ? answer : undefined;
    } finally {
      signal.removeEventListener("abort", close);
    }
  } catch {
    return undefined; // it is not there, or took too long
  }
}

/** Writes a packet to TCP: behind its length. */
export async function writeFrame(connection: Deno.Conn, packet: Uint8Array): Promise<void> {
  const frame = new Uint8Array(packet.length + 2);
  frame.set([packet.length >> 8, packet.length & 255]);
  frame.set(packet, 2);
  for (let at = 0; at < frame.length;) at += await connection.write(frame.subarray(at));
}

/** Reads a packet from TCP; `undefined` at its end. */
export async function readFrame(connection: Deno.Conn): Promise<Uint8Array | undefined> {
  const head = await readBytes(connection, 2);
  return head && await readBytes(connection, head[0]! << 8 | head[1]!);
}

async function readBytes(connection: Deno.Conn, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await connection.read(bytes.subarray(at));
    if (count === null) return undefined;
    at += count;
  }
  return bytes;
}

/**
 * Reads where a server is: an address, with a port if it is not the usual one.
 *
 * @param text Such as `"192.0.2.53"`, `"192.0.2.53:5353"` or `"[fd00::53]:5353"`.
 * @throws {InvalidArgumentError} when it has another form.
 */
export function parseUpstream(text: string): Upstream {
  const [, six, four, digits] = /^(?:\[(.*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? 53);
  const ip = port > 0 && port < 65_536 ? tryParseIp(six ?? four ?? text) : undefined;
  return { address: formatIp(ip ?? parseIp(text, "name server")), port };
}

/** The servers that a `resolv.conf` names, but those of `except`. */
export function upstreamsOf(resolvConf: string, except: readonly string[]): Upstream[] {
  return resolvConf.split("\n").flatMap((line) => {
    const [, address = ""] = /^\s*nameserver\s+(\S+)/.exec(line) ?? [];
    const ip = tryParseIp(address.replace(/%.*/, ""));
    if (!ip || except.includes(formatIp(ip))) return [];
    // An address of one link is of no use without the link's name.
    return [{ address: address.includes("%") ? address : formatIp(ip), port: 53 }];
  });
}

function sameAddress(one: string, other: string): boolean {
  const bare = (text: string) => tryParseIp(text.replace(/%.*/, ""))?.value;
  return bare(one) === bare(other);
}

function randomId(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0]!;
}
