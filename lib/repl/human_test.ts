import { assertEquals } from "@std/assert";
import { count, formatAge, formatDuration, formatSize } from "./human.ts";

Deno.test("formatSize() shows three digits", () => {
  assertEquals(
    [0, 1, 998, 1023, 1024, 1536, 1024 * 999.6, 12.34 * 1024 ** 2, 5 * 1024 ** 3].map(formatSize),
    ["0 B", "1 B", "998 B", "1.00 KiB", "1.00 KiB", "1.50 KiB", "0.98 MiB", "12.3 MiB", "5.00 GiB"],
  );
});

Deno.test("formatAge() shows the largest unit of which there are two", () => {
  const now = Date.UTC(2026, 0, 15);
  const ago = (seconds: number) => formatAge(new Date(now - seconds * 1000), now);
  assertEquals(ago(0), "0 s");
  assertEquals(ago(119), "119 s");
  assertEquals(ago(120), "2 min");
  assertEquals(ago(7199), "119 min");
  assertEquals(ago(7200), "2 h");
  assertEquals(ago(2 * 86_400), "2 d");
  assertEquals(ago(100 * 86_400), "3 mo");
  assertEquals(ago(800 * 86_400), "2 y");
  assertEquals(ago(-300), "in 5 min");
});

Deno.test("formatAge() has nothing to say of no date, of a broken one and of 1970", () => {
  assertEquals(formatAge(undefined), "");
  assertEquals(formatAge(new Date(NaN)), "");
  assertEquals(formatAge(new Date(0)), "");
});

Deno.test("formatDuration() and count() are for people", () => {
  assertEquals([0.4, 84, 999.6, 1420, 123_000].map(formatDuration), [
    "0 ms",
    "84 ms",
    "1.00 s",
    "1.42 s",
    "2 min 3 s",
  ]);
  assertEquals([count(1, "image"), count(2, "process", "processes")], ["1 image", "2 processes"]);
});
