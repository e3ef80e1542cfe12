import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseDuration } from "./durations.ts";

Deno.test("parseDuration() gives milliseconds", () => {
  const cases: [string | number, number][] = [
    [1500, 1500],
    [0, 0],
    ["0", 0],
    ["30s", 30_000],
    ["1m30s", 90_000],
    ["250ms", 250],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1d2h", 93_600_000],
    ["100us", 0.1],
    ["1µs", 0.001],
    [" 2m ", 120_000],
  ];
  for (const [duration, ms] of cases) assertEquals(parseDuration(duration), ms, `${duration}`);
});

Deno.test("parseDuration() refuses what is no duration", () => {
  for (const bad of ["", "s", "-1s", "1 s", "1w", "1s2", "1..5s", -1, NaN, Infinity]) {
    assertThrows(() => parseDuration(bad, "timeout"), InvalidArgumentError, "as timeout");
  }
  assertThrows(() => parseDuration("30"), InvalidArgumentError, 'add a unit: "30s"');
});
