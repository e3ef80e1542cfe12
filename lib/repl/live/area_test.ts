import { assertEquals } from "@std/assert";
import { Screen } from "../../../tests/repl/screen.ts";
import { Area } from "./area.ts";

Deno.test("Area draws in place, also when the terminal becomes narrower, and fits the screen", () => {
  const size = { columns: 20, rows: 5 };
  const screen = new Screen(20);
  let raw = "";
  const area = new Area({
    size: () => size,
    write: (text) => {
      raw = text;
      screen.write(text.replaceAll("\n", "\r\n"));
    },
  });
  screen.write("before\r\n");
  area.draw("one\ntwo");
  area.draw("\x1b[36mthree\x1b[39m");
  assertEquals(screen.text, "before\nthree");
  area.draw("a line that is longer than the screen");
  assertEquals(screen.text, "before\na line that is long…");
  area.draw("1\n2\n3\n4\n5\n6");
  assertEquals(screen.text, "before\n1\n2\n3\n… 3 more lines");
  area.draw("x".repeat(20));
  size.columns = 10;
  area.draw("y");
  assertEquals(raw.startsWith("\x1b[2A"), true, "what was one line is two now");
});
