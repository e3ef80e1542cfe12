import { assertEquals } from "@std/assert";
import type { TaskMetrics } from "../task/metrics.ts";
import { statsOf } from "./stats.ts";

function metrics(at: number, usageMicros: number): TaskMetrics {
  const cpu = {
    usageMicros,
    userMicros: 0,
    systemMicros: 0,
    periods: 0,
    throttledPeriods: 0,
    throttledMicros: 0,
  };
  return {
    id: "x",
    timestamp: new Date(at),
    cpu,
    memory: undefined,
    pids: { current: 3, limit: undefined },
    io: undefined,
    cgroup: undefined,
    raw: undefined,
  };
}

Deno.test("statsOf() tells CPU time in percent of one CPU", () => {
  const stats = statsOf(metrics(1000, 1_000_000), metrics(3000, 4_000_000));
  assertEquals([stats.cpuPercent, stats.pids, stats.memoryBytes], [150, 3, 0]);
  assertEquals(stats.time, new Date(3000));
});

Deno.test("statsOf() tells nothing of no time, and of a counter that went back", () => {
  assertEquals(statsOf(metrics(1000, 0), metrics(1000, 500)).cpuPercent, 0);
  assertEquals(statsOf(metrics(1000, 500), metrics(2000, 0)).cpuPercent, 0);
});
