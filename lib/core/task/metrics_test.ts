import { assert, assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { packMessage } from "../../api/any.ts";
import { MetricsSchema as MetricsV1Schema } from "../../gen/cgroups/v1_pb.ts";
import { MetricsSchema as MetricsV2Schema } from "../../gen/cgroups/v2_pb.ts";
import { MetricSchema } from "../../gen/containerd/types/metric_pb.ts";
import { taskMetrics } from "./metrics.ts";

const MIB = 1024n * 1024n;
const timestamp = { seconds: 1000n, nanos: 5_000_000 };

Deno.test("taskMetrics() reads cgroups v1", () => {
  const data = packMessage(MetricsV1Schema, {
    cpu: {
      usage: { total: 3_000_000n, user: 1_000_000n, kernel: 2_000_000n },
      throttling: { periods: 10n, throttledPeriods: 4n, throttledTime: 7_000n },
    },
    memory: {
      totalCache: 5n * MIB,
      totalInactiveFile: 3n * MIB,
      usage: { usage: 10n * MIB, max: 12n * MIB, limit: 64n * MIB },
      swap: { usage: 11n * MIB },
    },
    memoryOomControl: { oomKill: 2n },
    pids: { current: 3n, limit: 50n },
    blkio: {
      ioServiceBytesRecursive: [
        { op: "Read", value: 100n },
        { op: "Write", value: 50n },
        { op: "Total", value: 150n },
        { op: "read", value: 1n },
      ],
      ioServicedRecursive: [{ op: "Read", value: 5n }, { op: "Write", value: 6n }],
    },
  });
  const { raw, ...metrics } = taskMetrics(create(MetricSchema, { id: "a", timestamp, data }));
  assertEquals(metrics, {
    id: "a",
    timestamp: new Date(1_000_005),
    cgroup: "v1",
    cpu: {
      usageMicros: 3000,
      userMicros: 1000,
      systemMicros: 2000,
      periods: 10,
      throttledPeriods: 4,
      throttledMicros: 7,
    },
    memory: {
      usageBytes: 10 * 1024 * 1024,
      workingSetBytes: 7 * 1024 * 1024,
      cacheBytes: 5 * 1024 * 1024,
      peakBytes: 12 * 1024 * 1024,
      swapBytes: 1024 * 1024,
      limitBytes: 64 * 1024 * 1024,
      oomKills: 2,
    },
    pids: { current: 3, limit: 50 },
    io: { readBytes: 101, writeBytes: 50, readOps: 5, writeOps: 6 },
  });
  assert(raw && "blkio" in raw);
});

Deno.test("taskMetrics() reads cgroups v2", () => {
  const data = packMessage(MetricsV2Schema, {
    cpu: {
      usageUsec: 3000n,
      userUsec: 1000n,
      systemUsec: 2000n,
      nrPeriods: 10n,
      nrThrottled: 4n,
      throttledUsec: 7n,
    },
    memory: {
      usage: 10n * MIB,
      usageLimit: 2n ** 64n - 1n,
      file: 5n * MIB,
      inactiveFile: 20n * MIB,
      swapUsage: MIB,
    },
    memoryEvents: { oomKill: 1n },
    pids: { current: 3n, limit: 0n },
    io: {
      usage: [
        { rbytes: 1n, wbytes: 2n, rios: 3n, wios: 4n },
        { rbytes: 10n, wbytes: 20n, rios: 30n, wios: 40n },
      ],
    },
  });
  const metrics = taskMetrics(create(MetricSchema, { id: "a", timestamp, data }));
  assertEquals(metrics.cgroup, "v2");
  assertEquals(metrics.cpu, {
    usageMicros: 3000,
    userMicros: 1000,
    systemMicros: 2000,
    periods: 10,
    throttledPeriods: 4,
    throttledMicros: 7,
  });
  assertEquals(metrics.memory, {
    usageBytes: 10 * 1024 * 1024,
    // More file cache than usage was seen on real hosts: the two are not read at once.
    workingSetBytes: 0,
    cacheBytes: 5 * 1024 * 1024,
    peakBytes: undefined,
    swapBytes: 1024 * 1024,
    limitBytes: undefined,
    oomKills: 1,
  });
  assertEquals(metrics.pids, { current: 3, limit: undefined });
  assertEquals(metrics.io, { readBytes: 11, writeBytes: 22, readOps: 33, writeOps: 44 });
});

Deno.test("taskMetrics() passes on what other runtimes report", () => {
  const data = { typeUrl: "example.com/other", value: new Uint8Array([1]) };
  const metrics = taskMetrics(create(MetricSchema, { id: "a", data }));
  assertEquals([metrics.cgroup, metrics.cpu, metrics.timestamp], [undefined, undefined, undefined]);
  assert(metrics.cgroup === undefined);
  assertEquals(metrics.raw?.typeUrl, "example.com/other");
  assertEquals(taskMetrics(create(MetricSchema, { id: "b" })).raw, undefined);
});
