import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseSize } from "./sizes.ts";

Deno.test("parseSize() counts in powers of 1024", () => {
  const cases: [string | number, number][] = [
    [1024, 1024],
    ["1024", 1024],
    ["0", 0],
    ["10B", 10],
    ["256MiB", 2 ** 28],
    ["256m", 2 ** 28],
    ["256 MB", 2 ** 28],
    ["1.5GiB", 1.5 * 2 ** 30],
    ["1K", 1024],
    ["2tb", 2 ** 41],
    ["1.0001k", 1024],
  ];
  for (const [size, bytes] of cases) assertEquals(parseSize(size), bytes, `${size}`);
});

Deno.test("parseSize() refuses what is no size", () => {
  for (
    const bad of ["", "m", "-1", "1e3", "1,5m", "1x", "1 m b", "9999p", -1, 1.5, NaN, Infinity]
  ) {
    assertThrows(() => parseSize(bad, "memory limit"), InvalidArgumentError, "as memory limit");
  }
});
