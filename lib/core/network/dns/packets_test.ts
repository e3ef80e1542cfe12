import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
// @ts-types="./dns_packet.d.ts"
import packet from "dns-packet";
import { answersQuery, encodeAnswer, idOf, readQuery, withId } from "./packets.ts";

const question = (name: string, type: packet.RecordType, additionals: packet.Answer[] = []) =>
  packet.encode({
    type: "query",
    id: 99,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals,
  });

const opt = (size: number, version = 0): packet.Answer => ({
  ...{ type: "OPT", name: ".", udpPayloadSize: size, extendedRcode: 0 },
  ...{ ednsVersion: version, flags: 0, flag_do: false, options: [] },
});

const decode = (bytes: Uint8Array) => {
  const decoded: packet.DecodedPacket & { rcode?: string } = packet.decode(Buffer.from(bytes));
  return decoded;
};

Deno.test("readQuery() reads questions, and says what must be refused", () => {
  const plain = readQuery(question("Db.Shop", "AAAA"))!;
  assertEquals([plain.name, plain.type, plain.key], ["Db.Shop", "AAAA", "AAAA db.shop"]);
  assertEquals([plain.refuse, plain.edns], [undefined, undefined]);
  assertEquals(readQuery(question("a", "A", [opt(1400)]))?.edns, 1400);
  assertEquals(readQuery(question("a", "A", [opt(10)]))?.edns, 512);
  assertEquals(readQuery(question("a", "A", [opt(1400, 1)]))?.refuse, "BADVERS");
  assertEquals(readQuery(question("a", "AXFR"))?.refuse, "REFUSED");
  assertEquals(readQuery(question(".", "NS"))?.name, "");
  const chaos = packet.encode({ questions: [{ name: "version.bind", type: "TXT", class: "CH" }] });
  assertEquals(readQuery(chaos)?.refuse, "REFUSED");
  const two = packet.encode({ questions: [{ name: "a", type: "A" }, { name: "b", type: "A" }] });
  assertEquals(readQuery(two)?.refuse, "FORMERR");
  const notify = question("a", "A");
  notify[2] = 4 << 3;
  assertEquals(readQuery(notify)?.refuse, "NOTIMP");
  // A type that the library has no name for.
  const https = question("a", "A");
  https[https.length - 3] = 65;
  assertEquals(readQuery(https)?.type, "UNKNOWN_65");
});

Deno.test("readQuery() takes nothing malformed, and never throws", () => {
  const good = question("db.shop", "A", [opt(1232)]);
  assertEquals(readQuery(new Uint8Array(0)), undefined);
  assertEquals(readQuery(packet.encode({ type: "response", id: 1 })), undefined);
  assertEquals(readQuery(new Uint8Array(5000)), undefined);
  for (let length = 12; length < good.length; length++) {
    assertEquals(readQuery(good.slice(0, length)), undefined, `${length} bytes`);
  }
  const loop = new Uint8Array([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
  assertEquals(readQuery(loop), undefined);
  let read = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = new Uint8Array(good);
    for (let j = 0; j < 3; j++) bytes[Math.random() * bytes.length | 0] = Math.random() * 256;
    const query = readQuery(bytes);
    if (!query) continue;
    read++;
    // Whatever was read can be answered.
    const answer = encodeAnswer(query, { rcode: query.refuse ?? "NXDOMAIN" }, false);
    assertEquals(idOf(answer), idOf(bytes));
  }
  assert(read > 0);
});

Deno.test("encodeAnswer() says the question again, and leaves out what does not fit", () => {
  const records = (count: number): packet.Answer[] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ type: "A", name: "dB.shop", ttl: 5, data: `10.9.0.${i}` },
    }));
  const query = readQuery(question("dB.shop", "A"))!;
  const small = decode(
    encodeAnswer(query, { authoritative: true, recursive: true, answers: records(2) }, false),
  );
  assertEquals([small.id, small.flag_aa, small.flag_ra, small.flag_rd], [99, true, true, true]);
  assertEquals([small.questions?.[0]?.name, small.answers?.length], ["dB.shop", 2]);
  assertEquals(small.additionals, []);
  const more = { answers: records(10), additionals: records(20) };
  assertEquals(decode(encodeAnswer(query, more, false)).answers?.length, 10);
  assertEquals(decode(encodeAnswer(query, more, false)).additionals?.length, 0);
  const large = { answers: records(100) };
  const short = decode(encodeAnswer(query, large, false));
  assertEquals([short.flag_tc, short.answers?.length], [true, 0]);
  assertEquals(decode(encodeAnswer(query, large, true)).answers?.length, 100);
  const edns = readQuery(question("dB.shop", "A", [opt(65_000)]))!;
  assertEquals(decode(encodeAnswer(edns, { answers: records(30) }, false)).answers?.length, 30);
  assertEquals(decode(encodeAnswer(edns, large, false)).flag_tc, true);
  const bad = decode(encodeAnswer(edns, { rcode: "BADVERS" }, false));
  assertEquals(bad.additionals?.[0]?.type === "OPT" && bad.additionals[0].extendedRcode, 1);
});

Deno.test("answersQuery() takes answers to the very question alone", () => {
  const query = readQuery(question("db.shop", "A"))!;
  const answer = (name: string, type: packet.RecordType, rcode = 0) =>
    packet.encode({ type: "response", id: 7, flags: rcode, questions: [{ name, type }] });
  assert(answersQuery(query, 7, answer("DB.shop", "A")));
  assert(!answersQuery(query, 8, answer("db.shop", "A")));
  assert(!answersQuery(query, 7, answer("db.shop", "AAAA")));
  assert(!answersQuery(query, 7, answer("dc.shop", "A")));
  assert(!answersQuery(query, 99, query.bytes));
  assert(!answersQuery(query, 7, new Uint8Array(3)));
  assertEquals(idOf(withId(answer("a", "A"), 258)), 258);
});
