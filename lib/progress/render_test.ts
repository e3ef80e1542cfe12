import { assertEquals } from "@std/assert";
import { renderSteps } from "./render.ts";

const digest = `sha256:${"ab12".repeat(16)}`;

Deno.test("renderSteps() shows what is under way, and how much is done in all", () => {
  assertEquals(
    renderSteps(
      [
        { phase: "resolve", name: "docker.io/library/x:1", current: 0, total: 0 },
        { phase: "fetch", name: digest, current: 512, total: 1024 },
        { phase: "fetch", name: "other", current: 10, total: 10 },
      ],
      80,
      10,
    ),
    [
      `fetch    ab12ab12ab12${" ".repeat(16)} [============            ] 512 B / 1.0 KiB`,
      "1 of 2 done, 522 B of 1.0 KiB",
    ],
  );
});

Deno.test("renderSteps() keeps to the terminal's size", () => {
  const steps = Array.from({ length: 30 }, (_, i) => ({
    phase: "unpack",
    name: `a very long name of something that is done with number ${i}`,
    current: i,
    total: 1e9,
  }));
  for (const columns of [10, 40, 60, 200]) {
    const lines = renderSteps(steps, columns, 5);
    assertEquals(lines.length, 5);
    assertEquals(lines.filter((line) => line.length > columns), []);
  }
  assertEquals(renderSteps(steps, 200, 5).at(-1), "0 of 30 done, 26 more, 435 B of 27.9 GiB");
});

Deno.test("renderSteps() shows names as they are given, but no control characters", () => {
  const steps = [{ phase: "resolve", name: "a\x1b[2Jb", current: 0, total: 0 }];
  assertEquals(renderSteps(steps, 80, 5), ["resolve a?[2Jb"]);
  assertEquals(renderSteps([], 80, 5), []);
});
