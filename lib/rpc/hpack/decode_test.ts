import { assertEquals, assertThrows } from "@std/assert";
import { HpackDecoder, HpackError } from "./decode.ts";
import { encodeHeaders } from "./encode.ts";
import { decodeHuffman } from "./huffman.ts";
import { STATIC_TABLE } from "./static_table.ts";

const LIMIT = 65_536;

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(/\s/g, ""));
}

function decode(decoder: HpackDecoder, text: string): readonly string[] {
  const bytes = hex(text);
  return decoder.decode(bytes, 0, bytes.length).fields;
}

Deno.test("HpackDecoder decodes the literals of RFC 7541 C.2", () => {
  const decoder = new HpackDecoder(LIMIT);
  assertEquals(
    decode(decoder, "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"),
    ["custom-key", "custom-header"],
  );
  assertEquals(decoder.tableSize, 55);
  const fresh = new HpackDecoder(LIMIT);
  assertEquals(decode(fresh, "040c 2f73 616d 706c 652f 7061 7468"), [":path", "/sample/path"]);
  assertEquals(decode(fresh, "1008 7061 7373 776f 7264 0673 6563 7265 74"), ["password", "secret"]);
  assertEquals(decode(fresh, "82"), [":method", "GET"]);
  assertEquals(fresh.tableSize, 0);
});

const REQUESTS = [
  [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"],
  [
    ...[":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"],
    ...["cache-control", "no-cache"],
  ],
  [
    ...[":method", "GET", ":scheme", "https", ":path", "/index.html"],
    ...[":authority", "www.example.com", "custom-key", "custom-value"],
  ],
];

for (
  const [section, blocks] of [
    ["C.3", [
      "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
      "8286 84be 5808 6e6f 2d63 6163 6865",
      "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ]],
    ["C.4 (Huffman)", [
      "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
      "8286 84be 5886 a8eb 1064 9cbf",
      "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
    ]],
  ] as const
) {
  Deno.test(`HpackDecoder decodes the requests of RFC 7541 ${section}`, () => {
    const decoder = new HpackDecoder(LIMIT);
    const sizes = [57, 110, 164];
    blocks.forEach((block, i) => {
      assertEquals(decode(decoder, block), REQUESTS[i]);
      assertEquals(decoder.tableSize, sizes[i]);
    });
  });
}

const date = ["Mon, 21 Oct 2013 20:13:21 GMT", "Mon, 21 Oct 2013 20:13:22 GMT"];
const location = ["location", "https://www.example.com"];
const RESPONSES = [
  [":status", "302", "cache-control", "private", "date", date[0]!, ...location],
  [":status", "307", "cache-control", "private", "date", date[0]!, ...location],
  [
    ...[":status", "200", "cache-control", "private", "date", date[1]!, ...location],
    ...["content-encoding", "gzip"],
    ...["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
  ],
];

for (
  const [section, blocks] of [
    ["C.5", [
      `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a
       3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
      "4803 3330 37c1 c0bf",
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04
       677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49
       553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`,
    ]],
    ["C.6 (Huffman)", [
      `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e
       919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
      "4883 640e ffc1 c0bf",
      `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
       821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed
       4ee5 b106 3d50 07`,
    ]],
  ] as const
) {
  Deno.test(`HpackDecoder evicts as in the responses of RFC 7541 ${section}`, () => {
    const decoder = new HpackDecoder(LIMIT, 256);
    const sizes = [222, 222, 215];
    blocks.forEach((block, i) => {
      assertEquals(decode(decoder, block), RESPONSES[i]);
      assertEquals(decoder.tableSize, sizes[i]);
    });
  });
}

Deno.test("HpackDecoder follows table size updates", () => {
  const decoder = new HpackDecoder(LIMIT);
  decode(decoder, "4001 6101 62");
  assertEquals(decode(decoder, "be"), ["a", "b"]);
  assertEquals(decode(decoder, "20"), []);
  assertEquals(decoder.tableSize, 0);
  assertThrows(() => decode(decoder, "be"), HpackError, "no table has");
});

Deno.test("HpackDecoder refuses a table that is larger than announced", () => {
  const decoder = new HpackDecoder(LIMIT);
  decoder.allowTableSize(0);
  assertThrows(() => decode(decoder, "21"), HpackError, "a table of 1 bytes");
});

Deno.test("HpackDecoder does not serve a block from before the table changed", () => {
  const decoder = new HpackDecoder(LIMIT);
  decode(decoder, "4001 6101 62");
  assertEquals(decode(decoder, "be"), ["a", "b"]);
  decode(decoder, "4001 6301 64");
  assertEquals(decode(decoder, "be"), ["c", "d"]);
});

for (
  const [what, block] of [
    ["index 0", "80"],
    ["an index beyond both tables", "be"],
    ["a truncated index", "ff"],
    ["an endless integer", "ff ff ff ff ff ff ff 7f"],
    ["a truncated name", "00 05 61"],
    ["a missing value", "00 01 61"],
    ["a late size update", "82 20"],
    ["EOS in a Huffman string", "00 84 ff ff ff ff 00"],
    ["padding of 8 bits", "00 82 1f ff 00"],
    ["padding that is not all ones", "00 81 18 00"],
  ] as const
) {
  Deno.test(`HpackDecoder refuses ${what}`, () => {
    assertThrows(() => decode(new HpackDecoder(LIMIT), block), HpackError);
  });
}

Deno.test("HpackDecoder stores no more than the limit, and keeps its table in step", () => {
  const decoder = new HpackDecoder(100);
  const bomb = new Uint8Array(5 + 20_000);
  bomb.set(hex("4001 6101 62"));
  bomb.fill(0xbe, 5);
  const { fields, oversized } = decoder.decode(bomb, 0, bomb.length);
  assertEquals(oversized, true);
  assertEquals(fields.length, 4);
  assertEquals(decode(decoder, "be"), ["a", "b"]);
});

Deno.test("decodeHuffman() decodes every octet", () => {
  // The codes of RFC 7541 appendix B, one after the other, as another implementation writes them.
  const bytes = hex(`
    ffc7fffd8fffffe2fffffe3fffffe4fffffe5fffffe6fffffe7fffffe8ffffeafffffff3fffffa7fffffabff
    ffffdfffffebfffffecfffffedfffffeefffffefffffff0ffffff1ffffff2fffffffbfffffcffffffd3fffff
    d7fffffdbfffffdffffffe3fffffe7fffffebfffffed4fe3f9ffaffcabf1febfafefe7fdfd2cbb00089969b7
    1d79fb9f7fff20ffbff3ff50ddbd7f061c58f265cd9f469d5af66dddbf871e5f9cff7ff7fffc3ff9ffe45fff
    4719242cb34e6e9d68a6a3d7dac426defe3cfaf7fffbfe7ffbffdffffffcfffe6ffff4bfff9ffffa3fffd3ff
    ff53fffd5ffffb3fffeb7fffdaffffb7ffff73fffeeffffdeffffebffffbfffffd9ffffdbfffebffffe0ffff
    eeffffc3ffff8bffff1ffffe4fffee7fffb1ffff97fffd9ffffcdffff9fffffbffffdafffeeffff4ffffb7ff
    fee7fffe8ffffd3fffdeffffd5fffeeffffbdffffe1fffdfffff7fffff5ffffecffff07fff87fffe0ffff17f
    ffedffff87ffff77fffeffffeaffff8bfffe3ffff93ffff87fffcbffff37ffff1fffff83ffffe1fffebfffe3
    ffff3fffff2ffffa3ffffd9fffff17ffffc7fffff27ffffdefffffbffffff2fffff8fffffb7fff97fff8ffff
    fe6fffffc1fffff87ffffe7fffffc5ffffe5fffe4ffff2fffffd1fffff4ffffffefffffe3fffffc9fffff97f
    ffb3ffffcffffb7fffcdffff4ffff9ffffd1ffffcffffeaffffafffffddffffeffffff4fffff5fffffabffff
    a7ffffd7fffff9bffffecfffffb7fffff3fffffe8fffffd3fffffabfffff5fffffff7ffffecfffffdbfffffb
    bfffff7ffffff0fffffbbf
  `);
  const octets = String.fromCharCode(...Array(256).keys());
  assertEquals(decodeHuffman(bytes, 0, bytes.length), octets);
});

Deno.test("encodeHeaders() makes blocks that decode to the same", () => {
  const fields = [
    ...[":method", "POST", ":scheme", "http", ":path", "/a.B/C", ":authority", "localhost"],
    ...["content-type", "application/grpc", "user-agent", "x", "te", "trailers"],
    ...["long", "x".repeat(40_000), "empty", ""],
  ];
  const block = encodeHeaders(fields);
  assertEquals(new HpackDecoder(LIMIT).decode(block, 0, block.length).fields, fields);
});

Deno.test("STATIC_TABLE has the 61 entries of RFC 7541 appendix A", () => {
  assertEquals(STATIC_TABLE.length, 61);
  assertEquals(STATIC_TABLE[0], [":authority", ""]);
  assertEquals(STATIC_TABLE[60], ["www-authenticate", ""]);
});
