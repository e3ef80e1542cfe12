import { assertEquals } from "@std/assert";
import { nameFromBytes, nameToBytes } from "./name_bytes.ts";

Deno.test("nameFromBytes() and nameToBytes() lose nothing", () => {
  const cases: [number[], string][] = [
    [[0x61, 0xc3, 0xa4], "aä"],
    [[0xff, 0x61, 0xfe], "\udcffa\udcfe"],
    [[0xc3], "\udcc3"],
    [[0xc3, 0x28], "\udcc3("],
    [[0xe2, 0x82, 0xac, 0x80], "€\udc80"],
    [[0xf0, 0x9f, 0x98, 0x80, 0xff], "😀\udcff"],
    // An encoded surrogate is no UTF-8 either.
    [[0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    [[0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
  ];
  for (const [bytes, text] of cases) {
    assertEquals(nameFromBytes(Uint8Array.from(bytes)), text);
    assertEquals([...nameToBytes(text)], bytes);
  }
});
