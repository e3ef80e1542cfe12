import { assertEquals, assertThrows } from "@std/assert";
import { PacketReader, PacketWriter } from "./sftp_packet.ts";

Deno.test("PacketReader reads what PacketWriter writes", () => {
  const packet = new PacketWriter().byte(7).uint32(0xfffffffe).uint64(2 ** 40 + 1).text("é/x")
    .bytes(Uint8Array.of(1, 2)).mode(0o640).mode(undefined).finish();
  const head = new PacketReader(packet);
  assertEquals(head.uint32(), packet.length - 4);
  const reader = new PacketReader(packet.subarray(4));
  assertEquals(
    [reader.byte(), reader.uint32(), reader.uint64(), reader.text(), [...reader.bytes()]],
    [7, 0xfffffffe, 2 ** 40 + 1, "é/x", [1, 2]],
  );
  assertEquals([reader.attributes(), reader.attributes()], [{ mode: 0o640 }, {}]);
  assertThrows(() => reader.byte(), RangeError);
});

Deno.test("PacketReader takes all attributes, and refuses lengths that are not there", () => {
  const all = new PacketWriter().uint32(0x8000000f).uint64(5).uint32(1).uint32(2).uint32(0o100644)
    .uint32(10).uint32(20).uint32(1).text("name").text("value").byte(9).finish();
  const reader = new PacketReader(all.subarray(4));
  const expected = { size: 5, uid: 1, gid: 2, mode: 0o100644, mtime: 20 };
  assertEquals([reader.attributes(), reader.byte()], [expected, 9]);
  const long = new PacketWriter().uint32(100).finish().subarray(4);
  assertThrows(() => new PacketReader(long).bytes(), RangeError);
});
