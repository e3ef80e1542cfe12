import { assertEquals } from "@std/assert";
import { judgeEntry } from "./score.ts";

Deno.test("judgeEntry() wants a documented module with an example", () => {
  const ticks = "```";
  assertEquals(judgeEntry("a.ts", "export {};"), ["a.ts: no documentation of the module"]);
  assertEquals(judgeEntry("a.ts", "/** A. @module */\nexport {};"), [
    "a.ts: its documentation has no example",
  ]);
  const whole = `/**\n * A.\n *\n * ${ticks}ts\n * a();\n * ${ticks}\n *\n * @module\n */\n`;
  assertEquals(judgeEntry("a.ts", whole), []);
});
