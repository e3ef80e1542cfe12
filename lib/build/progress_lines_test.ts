import { assertEquals } from "@std/assert";
import type { BuildProgress } from "./options.ts";
import { progressLines } from "./progress_lines.ts";

Deno.test("progressLines() writes whole lines, each with its step", () => {
  const lines: string[] = [];
  const tell = progressLines((line) => lines.push(line));
  const at = (stage: string, index: number, more: Partial<BuildProgress>) =>
    tell({
      phase: "step",
      name: "RUN make",
      current: 0,
      total: 0,
      stage,
      index,
      count: 2,
      platform: "linux/amd64",
      ...more,
    });
  at("a", 1, {});
  at("b", 1, { name: "COPY x /" });
  at("a", 1, { phase: "run", output: "one\ntw" });
  at("b", 1, { phase: "cached" });
  at("b", 1, { phase: "done", durationMs: 5 });
  at("a", 1, { phase: "run", output: "o\nthree" });
  at("a", 1, { phase: "done", durationMs: 1234 });
  at("", 0, { phase: "unpack", name: "app" });
  assertEquals(lines, [
    "[a 1/2] RUN make",
    "[b 1/2] COPY x /",
    "[a 1/2] | one",
    "[b 1/2] cached",
    "[a 1/2] | two",
    "[a 1/2] | three",
    "[a 1/2] done in 1.2 s",
    "unpacking app",
  ]);
});
