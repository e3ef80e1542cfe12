import { assertEquals } from "@std/assert";
import { formatBytes, formatTable } from "./explain_text.ts";

Deno.test("formatBytes() uses the largest unit that fits", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [5 * 1024 ** 4, "5.0 TiB"],
    [5000 * 1024 ** 4, "5000.0 TiB"],
  ];
  for (const [bytes, text] of cases) assertEquals(formatBytes(bytes), text);
});

Deno.test("formatTable() aligns columns, numbers to the right", () => {
  assertEquals(
    formatTable(["NAME", "SIZE"], [["a", "1.0 KiB"], ["longer", "12 B"]]),
    "NAME       SIZE\na       1.0 KiB\nlonger     12 B",
  );
  assertEquals(formatTable(["NAME", "SIZE"], []), "NAME  SIZE");
});
