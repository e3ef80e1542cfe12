import { assertEquals } from "@std/assert";
import { LineLog } from "./lines.ts";

Deno.test("LineLog.end() tells a result from an error, and what was asked of the SDK", () => {
  const globals: { _?: unknown; _error?: unknown } = {};
  const texts = ["1 + 1", "boom()", "3"];
  const log: LineLog = new LineLog(() => texts[log.lines.length] ?? "", globals);

  globals._ = 2;
  assertEquals(log.end(), { text: "1 + 1", worked: true, output: false });
  assertEquals(log.last, 2);

  const error = new Error("no");
  globals._error = error;
  log.called();
  const { worked, durationMs } = log.end();
  assertEquals([worked, typeof durationMs], [false, "number"]);
  assertEquals(log.last, error);
  assertEquals(log.took, durationMs);

  globals._ = 3;
  assertEquals(log.end().worked, true);
  assertEquals(log.last, 3);
  assertEquals(log.took, durationMs);
});
