import { assertEquals } from "@std/assert";
import { autoCard, autoColumns } from "./auto.ts";
import { PLAIN } from "./ink.ts";
import { renderCard } from "./card.ts";
import { renderTable } from "./table.ts";

const on = { width: 80, ink: PLAIN };

Deno.test("autoColumns() makes a table of things that nobody described", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  const createdAt = new Date(Date.now() - 90_000);
  const items = [
    { sizeBytes: 2048, name: "a", createdAt, used: true, labels: { x: "y" }, digest },
    { sizeBytes: 3, name: "b", createdAt, used: false, hostPorts: [80, 81], config: { a: 1 } },
  ];
  assertEquals(
    renderTable(items, autoColumns(items), on).split("\n"),
    [
      "NAME  DIGEST            SIZE  CREATED  USED  HOST PORTS",
      "a     abababababab  2.00 KiB     90 s  yes",
      "b                        3 B     90 s        80 81",
    ],
  );
  const narrow = renderTable(items, autoColumns(items), { ...on, width: 20 }).split("\n");
  assertEquals(narrow[0], "NAME  DIGEST");
});

class Harbour {
  readonly name = "west";
  readonly depthBytes = 1024;
  get open(): boolean {
    return true;
  }
  get broken(): string {
    throw new Error("not now");
  }
  readonly labels = { a: "b" };
  dredge(): void {}
}

Deno.test("autoCard() shows fields, getters that work, and methods", () => {
  assertEquals(renderCard(autoCard(new Harbour()), on).split("\n"), [
    "harbour west",
    "  depth   1.00 KiB",
    "  labels  a=b",
    "  open    yes",
    "  .dredge()",
  ]);
});
