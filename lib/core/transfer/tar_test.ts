import { assertEquals } from "@std/assert";
import { tar } from "../../../tests/harness/tar.ts";
import { TarEnd } from "./tar.ts";

/** Pushes a tar in pieces; how many bytes it took until the end was seen. */
function endOf(bytes: Uint8Array, piece: number): number | undefined {
  const end = new TarEnd();
  for (let at = 0; at < bytes.length; at += piece) {
    end.push(bytes.subarray(at, at + piece));
    if (end.reached) return Math.min(at + piece, bytes.length);
  }
  return undefined;
}

const sample = tar([
  { name: "dir/" },
  { name: "dir/zeros", data: new Uint8Array(5 * 512) },
  { name: "odd", data: new Uint8Array(513).fill(1) },
  { name: "empty", data: new Uint8Array(0) },
]);

Deno.test("TarEnd finds the end whatever the pieces, and zeros in files are none", () => {
  for (const piece of [1, 7, 512, 513, 4096, 1 << 20]) {
    const whole = Math.min(Math.ceil(sample.length / piece) * piece, sample.length);
    assertEquals(endOf(sample, piece), whole, `pieces of ${piece}`);
  }
});

Deno.test("TarEnd is not content with less than the end", () => {
  assertEquals(endOf(sample.subarray(0, sample.length - 512), 100), undefined);
  assertEquals(endOf(sample.subarray(0, 4 * 512), 100), undefined);
});

Deno.test("TarEnd reads sizes of more than 8 GiB", () => {
  const header = sample.slice(512, 1024);
  header.fill(0, 124, 136);
  header[124] = 0x80;
  header[135] = 2;
  header[134] = 2; // 514 bytes: two blocks
  const end = new TarEnd();
  end.push(header);
  end.push(new Uint8Array(1024));
  assertEquals(end.reached, false);
  end.push(new Uint8Array(1024));
  assertEquals(end.reached, true);
});
