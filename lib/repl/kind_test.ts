import { assertEquals, assertStringIncludes } from "@std/assert";
import { defineKind } from "./kind.ts";

interface Thing {
  readonly name: string;
}

const THINGS = defineKind<Thing>({
  name: "thing",
  columns: [{ title: "NAME", value: ({ name }) => name, drop: 0 }],
  card: ({ name }) => ({ kind: "thing", title: name, facts: [["name", name]] }),
});

const shown = (value: unknown): string => Deno.inspect(value, { colors: false });

Deno.test("Kind.list() prints as a table, and so does what filter() leaves", () => {
  const list = THINGS.list([{ name: "b" }, { name: "a" }]);
  assertEquals(shown(list), "NAME\nb\na\n2 things");
  assertEquals(shown(list.filter(({ name }) => name === "a")), "NAME\na\n1 thing");
  assertEquals(shown(list.filter(() => false)), "no things");
  assertEquals(shown(THINGS.list([])), "no things");
  assertEquals(shown(list.map(({ name }) => name)), '[ "b", "a" ]');
});

Deno.test("Kind.list() prints one of its items as a card, shorter inside of others", () => {
  const [first] = THINGS.list([{ name: "b" }]);
  assertEquals(shown(first), "thing b\n  name  b");
  assertEquals(shown({ first }), "{ first: thing b }");
});

Deno.test("Kind.list() leaves the items as they are", () => {
  const item = { name: "b" };
  const list = THINGS.list([item]);
  assertEquals(list[0] === item, true);
  assertEquals(Object.keys(item), ["name"]);
  assertStringIncludes(JSON.stringify(list), '[{"name":"b"}]');
});
