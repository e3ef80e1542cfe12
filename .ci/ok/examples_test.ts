import { assertEquals } from "@std/assert";
import { findExamples } from "./examples.ts";

const TICKS = "```";

Deno.test("findExamples() takes TypeScript of Markdown, with its line", () => {
  const text = `# A

${TICKS}ts
const a = 1;

const b = 2;
${TICKS}

${TICKS}sh
ls
${TICKS}

${TICKS}typescript
c();
${TICKS}
`;
  assertEquals(findExamples(text, false), [
    { line: 4, code: "const a = 1;\n\nconst b = 2;", run: false },
    { line: 14, code: "c();", run: false },
  ]);
});

Deno.test("findExamples() leaves out what is marked, and tells what is to be run", () => {
  const text = ["ts ignore", "ts run"].map((words) => `${TICKS}${words}\nx\n${TICKS}\n`).join("");
  assertEquals(findExamples(text, false), [{ line: 5, code: "x", run: true }]);
});

Deno.test("findExamples() takes TypeScript of comments, and of nothing else", () => {
  const text = `/**
 * Adds.
 *
 * ${TICKS}ts
 * if (add(1, 2) !== 3) {
 *   throw new Error();
 * }
 * ${TICKS}
 */
const text = \`
${TICKS}ts
not this
${TICKS}\`;
`;
  assertEquals(findExamples(text, true), [
    { line: 5, code: "if (add(1, 2) !== 3) {\n  throw new Error();\n}", run: false },
  ]);
});
