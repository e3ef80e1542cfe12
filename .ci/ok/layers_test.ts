import { assertEquals, assertMatch } from "@std/assert";
import { findCircles, judgeImport, judgeText } from "./layers.ts";

Deno.test("judgeImport() lets imports through that point down, or stay", () => {
  for (
    const [from, to] of [
      ["lib/core/run.ts", "lib/errors/errors.ts"],
      ["lib/core/run.ts", "lib/core/task.ts"],
      ["lib/oci/digest.ts", "lib/errors/errors.ts"],
      ["lib/rpc/status.ts", "lib/gen/google/rpc/status_pb.ts"],
      ["lib/errors/errors_test.ts", "tests/harness/daemons.ts"],
      ["mod.ts", "lib/repl/main.ts"],
      ["tests/core/run_test.ts", "lib/core/run.ts"],
    ] as const
  ) assertEquals(judgeImport({ from, to }), undefined, `${from} ${to}`);
});

Deno.test("judgeImport() stops imports that point up, or out of lib", () => {
  for (
    const [from, to, why] of [
      ["lib/rpc/dial.ts", "lib/core/run.ts", /rpc may import errors, descriptors, gen, oci$/],
      ["lib/oci/digest.ts", "lib/gen/a_pb.ts", /oci may import errors$/],
      ["lib/gen/a_pb.ts", "lib/errors/errors.ts", /gen may import descriptors$/],
      ["lib/core/run.ts", "tests/harness/tar.ts", /not in lib/],
      ["lib/core/run.ts", ".ci/setup/paths.ts", /not in lib/],
      ["lib/core/run.ts", "mod.ts", /not in lib/],
      ["lib/core/run.ts", "lib/core/run_test.ts", /imports the test/],
      ["lib/novel/a.ts", "lib/errors/errors.ts", /no place in LAYERS/],
    ] as const
  ) assertMatch(judgeImport({ from, to }) ?? "", why);
});

Deno.test("findCircles() finds each group of modules that lead to one another", () => {
  const imports = (...arrows: string[]) =>
    arrows.map((arrow) => {
      const [from, to] = arrow.split(">") as [string, string];
      return { from, to };
    });
  assertEquals(findCircles(imports("a>b", "a>c", "b>d", "c>d", "d>e")), []);
  assertEquals(findCircles(imports("a>b", "b>a")), [["a", "b"]]);
  assertEquals(findCircles(imports("a>a", "a>b")), [["a"]]);
  const two = imports("x>a", "c>a", "b>c", "a>b", "b>x2", "x2>y", "y>z", "z>x2", "z>end");
  assertEquals(findCircles(two).sort(), [["a", "b", "c"], ["x2", "y", "z"]]);
  // A circle that is found from a way that joins it late.
  assertEquals(findCircles(imports("s>m", "m>t", "t>s", "s>u", "u>m")), [["m", "s", "t", "u"]]);
});

Deno.test("judgeText() stops what blinds the type checker", () => {
  const cast = "const a = b as unknown as C;\n";
  assertEquals(judgeText("lib/core/a.ts", `// fine\n${cast}`), [
    "lib/core/a.ts:2: a cast by way of unknown",
  ]);
  assertEquals(judgeText("lib/core/a.ts", "// @ts-ignore\n").length, 1);
  assertEquals(judgeText("lib/gen/a.ts", cast), []);
  assertEquals(judgeText("tests/a.ts", cast), []);
});
