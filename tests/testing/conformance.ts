/**
 * How containerd behaves, as one suite that runs against the fake and against real daemons. What
 * holds there holds here, or the fake would be no help.
 *
 * @module
 */
import type { ConformanceCase } from "./conformance/case.ts";
import { contentCases } from "./conformance/content_cases.ts";
import { garbageCases } from "./conformance/garbage_cases.ts";
import { metadataCases } from "./conformance/metadata_cases.ts";
import { runCases } from "./conformance/run_cases.ts";
import { snapshotCases } from "./conformance/snapshot_cases.ts";
import { taskCases } from "./conformance/task_cases.ts";

/** All cases. */
export const CONFORMANCE: readonly ConformanceCase[] = [
  ...metadataCases,
  ...contentCases,
  ...snapshotCases,
  ...garbageCases,
  ...taskCases,
  ...runCases,
];
