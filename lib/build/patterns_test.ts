import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { IgnoreRules, patternToRegExp } from "./patterns.ts";

Deno.test("patternToRegExp() takes what Go's filepath.Match takes, and two stars", () => {
  const cases: [pattern: string, yes: string[], no: string[]][] = [
    ["*.go", ["a.go", ".go"], ["a/b.go", "a.gox"]],
    ["a?c", ["abc", "aüc"], ["ac", "a/c"]],
    ["[a-c]x", ["ax", "cx"], ["dx", "-x"]],
    ["[^a-c]x", ["dx"], ["ax", "/x"]],
    ["**/x", ["x", "a/x", "a/b/x"], ["ax", "x/a"]],
    ["a/**", ["a/b", "a/b/c"], ["a", "b/a"]],
    ["**", ["a", "a/b"], []],
    ["a\\*b", ["a*b"], ["axb"]],
    ["a.b+(c)", ["a.b+(c)"], ["axb+(c)"]],
  ];
  for (const [pattern, yes, no] of cases) {
    const regExp = patternToRegExp(pattern);
    for (const path of yes) assertEquals(regExp.test(path), true, `${pattern} ${path}`);
    for (const path of no) assertEquals(regExp.test(path), false, `${pattern} ${path}`);
  }
  for (const bad of ["[a", "a\\", "[z-a]"]) {
    assertThrows(() => patternToRegExp(bad), InvalidArgumentError, "Cannot use pattern");
  }
});

Deno.test("IgnoreRules.ignores() obeys a .dockerignore: parents, exceptions, the last one wins", () => {
  const lines = IgnoreRules.lines(
    "# comment\r\nnode_modules\n*.md\n!README.md\nREADME-secret.md\n\n/dist/\n./a/../b\n**/*.tmp\n",
  );
  const rules = new IgnoreRules(lines);
  const cases: [string, boolean][] = [
    ["node_modules", true],
    ["node_modules/x/y", true],
    ["sub/node_modules", false],
    ["a.md", true],
    ["sub/a.md", false],
    ["README.md", false],
    ["README-secret.md", true],
    ["dist/app", true],
    ["b", true],
    ["x/y/z.tmp", true],
    ["main.ts", false],
  ];
  for (const [path, expected] of cases) assertEquals(rules.ignores(path), expected, path);
  assertEquals(rules.prunes, false);
  assertEquals(new IgnoreRules(["*", "!src"]).ignores("src/main.ts"), false);
  assertEquals(new IgnoreRules(["*", "!src"]).ignores("other/main.ts"), true);
});
