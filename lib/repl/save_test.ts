import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { scriptOf } from "./save.ts";

function script(...lines: (string | [string])[]): string {
  return scriptOf({
    lines: lines.map((line) =>
      typeof line === "string" ? { text: line, output: false } : { text: line[0], output: true }
    ),
    namespace: "ci",
    collections: ["images", "containers", "snapshots"],
    connect: "",
    sdk: "jsr:@davit/sdk@1",
    run: "deno run -A",
    nameOf: (_, identifier) => identifier === "my_web" ? "my-web" : undefined,
  }).code;
}

/** The lines after the names that scripts give themselves. */
const body = (text: string): string => text.slice(text.indexOf("\n\n", text.indexOf("ns =")) + 2);

Deno.test("scriptOf() prints what a prompt prints, and keeps statements", () => {
  assertEquals(
    body(script(
      "const a = 1",
      "await images.list();",
      ["await run(a)"],
      "a.b = 2",
      "a === 2",
      "for (const i of [1]) console.log(i)",
      "f(); g()",
      "[1].map((x) => x)",
    )),
    `const a = 1;
console.log(await images.list());
console.log((await run(a)).stdout.trimEnd());
a.b = 2;
console.log(a === 2);
for (const i of [1]) console.log(i);
f(); g();
console.log([1].map((x) => x));
`,
  );
});

Deno.test("scriptOf() leaves out what only a prompt can do", () => {
  assertEquals(
    body(
      script("help(images)", 'save("a.ts")', "images", "web.id", "exit()", "last.stack", "1 + 1"),
    ),
    "console.log(1 + 1);\n",
  );
  assertMatch(script("f(last)"), /\/\/ Left out, .*f\(last\)/);
});

Deno.test("scriptOf() lets names be declared again", () => {
  assertEquals(body(script("const a = 1", "const a = 2")), "let a = 1;\na = 2;\n");
});

Deno.test("scriptOf() defines the prompt's names that are used, and no others", () => {
  const code = script('await run("alpine", "ls")', "await containers.byName.my_web.remove()");
  assertStringIncludes(
    code,
    'import { connect, type Image, type RunBuilder } from "jsr:@davit/sdk@1";',
  );
  assertStringIncludes(code, "const { containers } = ns;");
  assertStringIncludes(code, "const run = ");
  assertStringIncludes(code, '(await containers.get("my-web")).remove()');
  assertEquals(/const (sh|build|events|use)\b/.test(code), false);
});
