import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lineCharts, niceCeiling } from "./svg.ts";
import { Timeline } from "./timeline.ts";

Deno.test("niceCeiling() is round, and not less", () => {
  const round = [0, 0.3, 1, 1.1, 2, 4, 7, 101, 5000].map((value) => niceCeiling(value));
  assertEquals(round, [1, 0.5, 1, 2, 2, 5, 10, 200, 5000]);
  assertEquals([1000, 1024, 1025].map((value) => niceCeiling(value, 1024)), [1024, 1024, 2048]);
});

Deno.test("lineCharts() draws what there is, even if that is nothing", () => {
  const panel = { title: "a <b> & c", format: (value: number) => `${value}` };
  const empty = lineCharts("none", [{ ...panel, values: [], seconds: [] }]);
  assertStringIncludes(empty, "a &#60;b&#62; &#38; c");
  const one = lineCharts("one", [{ ...panel, values: [3], seconds: [0], limit: 4 }]);
  assertMatch(one, /limit/);
  for (const svg of [empty, one]) assertEquals(/NaN|undefined|Infinity/.test(svg), false, svg);
  const far = lineCharts("far", [{ ...panel, values: [3, 3], seconds: [0, 1], limit: 4000 }]);
  assertEquals(far.includes("limit"), false, "a limit that is far away is not drawn");
});

Deno.test("Timeline has a row for each name, with its phases in time", () => {
  let now = 100;
  const timeline = new Timeline(() => now);
  assertEquals(/NaN|Infinity/.test(timeline.toSvg()), false);
  const tell = (ms: number, phase: string, name: string, current = 0) => {
    now = 100 + ms;
    timeline.onProgress({ phase, name, current });
  };
  tell(0, "step", "COPY a");
  tell(0, "layer", "COPY a");
  tell(200, "layer", "COPY a", 2048);
  tell(200, "done", "COPY a", 1);
  tell(200, "unpack", "x:1");
  tell(250, "unpack", "x:1", 10);
  assertEquals(String(timeline), "2 steps in 250 ms");
  assertEquals(timeline.steps.map(({ phase, startMs, endMs }) => [phase, startMs, endMs]), [
    ["step", 0, 0],
    ["layer", 0, 200],
    ["done", 200, 200],
    ["unpack", 200, 250],
  ]);
  const svg = timeline.toSvg();
  assertStringIncludes(svg, "200 ms, 2.00 KiB");
  assertEquals(svg.match(/<rect/g)?.length, 4, "two phases that took time, and their legend");
});
