import { assertEquals } from "@std/assert";
import { shorten } from "./docs.ts";

Deno.test("shorten() makes one line of each error", () => {
  const output = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
  --> /project/lib/a.ts:47:3
   |
47 |   constructor() {
   |   ^


error: Found 1 documentation lint error.`;
  assertEquals(
    shorten(output),
    "/project/lib/a.ts:47: exported symbol is missing JSDoc documentation",
  );
});

Deno.test("shorten() keeps what it does not know", () => {
  assertEquals(shorten("error: no such file"), "error: no such file");
});
