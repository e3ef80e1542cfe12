import { assertEquals } from "@std/assert";
import type { ImageProgress } from "./progress.ts";
import { TransferSteps } from "./progress_transfer.ts";

const DIGEST = `sha256:${"a".repeat(64)}` as const;
const OTHER = `sha256:${"b".repeat(64)}` as const;

Deno.test("TransferSteps reports blobs alone, each step once, and all as done at the end", () => {
  const seen: ImageProgress[] = [];
  const steps = new TransferSteps("fetch", "app:1", (step) => seen.push(step));
  const report = (event: string, name: string, current: number, total: number): void =>
    steps.report({ event, name, parents: [], current, total, descriptor: undefined });
  report("Resolving", "app:1", 0, 0);
  report("waiting", `layer-${DIGEST}`, 0, 10);
  report("downloading", `layer-${DIGEST}`, 4, 10);
  report("downloading", `layer-${DIGEST}`, 4, 10);
  report("complete", `layer-${DIGEST}`, 0, 10);
  report("downloading", `config-${OTHER}`, 1, 3);
  report("extracting", `layer-${DIGEST}`, 5, 10);
  steps.end();
  const step = (phase: ImageProgress["phase"], name: string, current: number, total: number) => ({
    phase,
    name,
    current,
    total,
  });
  assertEquals(seen, [
    step("fetch", DIGEST, 0, 10),
    step("fetch", DIGEST, 4, 10),
    step("fetch", DIGEST, 10, 10),
    step("fetch", OTHER, 1, 3),
    step("unpack", DIGEST, 5, 10),
    step("fetch", OTHER, 3, 3),
    step("unpack", DIGEST, 10, 10),
  ]);
});
