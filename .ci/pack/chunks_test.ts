import { assertEquals, assertNotEquals } from "@std/assert";
import { chunksOf, type Module } from "./chunks.ts";

/** Modules of 1 kB each but for `sizes`, by what they import. */
function graph(
  imports: Record<string, string[]>,
  sizes: Record<string, number> = {},
): Map<string, Module> {
  return new Map(
    Object.entries(imports).map(([id, imports]) => [id, {
      imports,
      size: sizes[id] ?? 1000,
      label: id.replace(/\d+$/, ""),
    }]),
  );
}

Deno.test("chunksOf() puts what an entry loads at once into one file", () => {
  const chunks = chunksOf(graph({ a: ["b"], b: ["c"], c: [] }), [{ modules: ["a"], weight: 1 }]);
  assertEquals(new Set(chunks.values()).size, 1);
  assertEquals(chunks.size, 3);
});

Deno.test("chunksOf() spares an entry the large part that only another one needs", () => {
  const modules = graph({ app: ["base"], base: [], small: ["base"] }, { app: 900_000 });
  const entries = [{ modules: ["app"], weight: 10 }, { modules: ["small"], weight: 1 }];
  const chunks = chunksOf(modules, entries);
  assertNotEquals(chunks.get("app"), chunks.get("base"));
  assertNotEquals(chunks.get("app"), chunks.get("small"));
});

Deno.test("chunksOf() gives a small part a file with others rather than its own", () => {
  const modules = graph({ app: ["base"], base: [], other: ["base"] }, { app: 3000, other: 3000 });
  const entries = [{ modules: ["app"], weight: 1 }, { modules: ["other"], weight: 1 }];
  assertEquals(new Set(chunksOf(modules, entries).values()).size, 1);
});

Deno.test("chunksOf() joins what is loaded later by what it is part of", () => {
  const modules = graph({ main: [], image1: ["main"], image2: [], build1: ["image2"] });
  const chunks = chunksOf(modules, [{ modules: ["main"], weight: 1 }]);
  assertEquals(Object.fromEntries(chunks), {
    main: "main",
    image1: "image",
    image2: "image",
    build1: "build",
  });
});

Deno.test("chunksOf() makes no files that need each other in a circle", () => {
  const later = graph({ main: [], image1: ["pull1"], image2: [], pull1: [], pull2: ["image2"] });
  const chunks = chunksOf(later, [{ modules: ["main"], weight: 1 }]);
  assertEquals(new Set(["image1", "image2", "pull1", "pull2"].map((id) => chunks.get(id))).size, 1);

  // By itself, joining the two small ones would be cheapest.
  const eager = graph({ top: ["middle"], middle: ["low"], low: [] }, { middle: 500_000 });
  const files = chunksOf(eager, [
    { modules: ["top"], weight: 1 },
    { modules: ["middle"], weight: 1 },
    { modules: ["low"], weight: 9 },
  ]);
  assertNotEquals(files.get("low"), files.get("middle"));
  assertNotEquals(files.get("low"), files.get("top"));
});
