import { assertEquals } from "@std/assert";
import { headings, judgeLinks } from "./links.ts";

const FILES = ["README.md", "docs/a.md", "docs/b.md", "examples/run.ts", "tests/x_test.ts"];
const judge = (file: string, text: string) =>
  judgeLinks(file, text, FILES, () => "# Some `Title`: here\n");

Deno.test("judgeLinks() lets links to files, folders and headings be", () => {
  const text = "[a](b.md), [b](../examples/run.ts) [c](../examples) [d](https://x.test/no.md)\n" +
    "[e](b.md#some-title-here) [f](#own) [g](../) [h](mailto:a@b.test) `tests/x_test.ts`\n# Own\n";
  assertEquals(judge("docs/a.md", text), []);
  assertEquals(judge("README.md", "[a](docs/a.md) [b](./examples/)"), []);
});

Deno.test("judgeLinks() says which lead nowhere, and where they stand", () => {
  const text = "[a](c.md)\n\n| `tests/y_test.ts` | [b](docs/a.md) |\n[c](b.md#other) [d](#none)";
  assertEquals(judge("docs/a.md", text), [
    'docs/a.md:1: there is no "docs/c.md", which "c.md" leads to',
    'docs/a.md:3: there is no "tests/y_test.ts", which "tests/y_test.ts" leads to',
    'docs/a.md:3: there is no "docs/docs/a.md", which "docs/a.md" leads to',
    'docs/a.md:4: "docs/b.md" has no heading "#other"',
    'docs/a.md:4: "docs/a.md" has no heading "#none"',
  ]);
});

Deno.test("judgeLinks() leaves code alone", () => {
  assertEquals(judge("docs/a.md", "`[a](c.md)`\n```ts\nx[0](c)\n```\n"), []);
});

Deno.test("headings() names them as links do", () => {
  const text = "# A b\n## A b\n```sh\n# no heading\n```\n### `run()`, and more\n";
  assertEquals([...headings(text)], ["a-b", "a-b-1", "run-and-more"]);
});
