import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COLORED, PLAIN, withoutColors } from "./ink.ts";
import { type Column, renderTable } from "./table.ts";
import { textWidth } from "./width.ts";

interface Row {
  readonly name: string;
  readonly size: number;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { title: "NAME", value: ({ name }) => name, drop: 0, min: 6, cut: "middle" },
  { title: "SIZE", value: ({ size }) => `${size}`, align: "right", drop: 1 },
  { title: "NOTE", value: ({ note }) => note, drop: 2, min: 4 },
];

const rows: Row[] = [
  { name: "alpha", size: 5, note: "first of them" },
  { name: "日本語", size: 12345, note: "" },
];

Deno.test("renderTable() aligns, by cells", () => {
  assertEquals(
    renderTable(rows, columns, { width: 80, ink: PLAIN }),
    [
      "NAME     SIZE  NOTE",
      "alpha       5  first of them",
      "日本語  12345",
    ].join("\n"),
  );
});

Deno.test("renderTable() fits every width: it cuts, then leaves columns out", () => {
  for (let width = 20; width <= 80; width++) {
    for (const line of renderTable(rows, columns, { width, ink: PLAIN }).split("\n")) {
      assert(textWidth(line) <= width, `${width}: ${line}`);
    }
  }
  const narrow = renderTable(rows, columns, { width: 20, ink: PLAIN });
  assertEquals(narrow.split("\n")[1], "alpha       5  firs…");
  assertEquals(renderTable(rows, columns, { width: 14, ink: PLAIN }).split("\n"), [
    "NAME     SIZE",
    "alpha       5",
    "日本語  12345",
  ]);
});

Deno.test("renderTable() leaves out a column that is empty in every row", () => {
  const text = renderTable(rows.slice(1), columns, { width: 80, ink: PLAIN });
  assertEquals(text.split("\n")[0], "NAME     SIZE");
});

Deno.test("renderTable() keeps control characters of names away from the terminal", () => {
  const evil = { name: "\x1b[2J\x1b[31m", size: 1, note: "a\nb" };
  const text = renderTable([evil], columns, { width: 80, ink: PLAIN });
  assert(!text.includes("\x1b"));
  assertStringIncludes(text, "a b");
});

Deno.test("renderTable() colours without changing the layout", () => {
  const painted = columns.map((column): Column<Row> => ({
    ...column,
    paint: (text, _, ink) => ink.green(text),
  }));
  const colored = renderTable(rows, painted, { width: 40, ink: COLORED });
  assertStringIncludes(colored, "\x1b[32malpha\x1b[39m");
  assertEquals(
    withoutColors(colored),
    renderTable(rows, columns, { width: 40, ink: PLAIN }),
  );
});
