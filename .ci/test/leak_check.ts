/** Looks what the tests left behind, once they are over. @module */

import {
  type Baseline,
  endLeaked,
  findLeaks,
  isShared,
  type TestRun,
} from "../../tests/harness/leaks.ts";
import { leftIn, RawDaemon } from "../../tests/harness/leftovers.ts";
import { type Daemons, stopDaemons } from "./run_daemons.ts";
import { within } from "./within.ts";

/** How long things may take to go that were given up but not waited for, such as a shim. */
const SETTLE_MS = 3000;

/** How long asking the daemons may take. */
const DAEMONS_MS = 30_000;

/** How long their end may take: they have a deadline of their own, which should come first. */
const STOP_MS = 120_000;

/** What is left: these fail the run, those may be somebody else's. */
export interface LeakReport {
  readonly leaks: string[];
  readonly notes: string[];
}

async function leftInDaemons(daemons: Daemons): Promise<string[]> {
  const found: string[] = [];
  for (const [version, { address }] of daemons) {
    await using raw = new RawDaemon(address);
    for (const namespace of await raw.namespaces()) {
      const inside = await leftIn(raw, namespace);
      const what = inside.length > 0 ? inside : ["nothing but images"];
      found.push(`containerd ${version}: namespace ${namespace} with ${what.join(", ")}`);
    }
  }
  return found;
}

function leftOnMachine(baseline: Baseline, run: TestRun, daemons: Daemons): LeakReport {
  const found = findLeaks(baseline, run, [...daemons.values()].map((daemon) => daemon.pid));
  const shared = isShared(run);
  const report: LeakReport = { leaks: [], notes: [] };
  for (const { kind, what, ours } of found) {
    (ours || !shared ? report.leaks : report.notes).push(`${kind} ${what}`);
  }
  return report;
}

/** Looks again until nothing is left, or the time is over. */
async function settled(look: () => Promise<LeakReport>): Promise<LeakReport> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const report = await look();
    if (report.leaks.length === 0 || performance.now() > deadline) return report;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Looks for leaks in the daemons and on the machine, stops the daemons, looks again, and ends what
 * is still there.
 */
export async function checkAndStop(
  baseline: Baseline,
  run: TestRun,
  daemons: Daemons,
): Promise<LeakReport> {
  const before = await settled(async () => {
    const machine = leftOnMachine(baseline, run, daemons);
    let inside: string[];
    try {
      inside = await within(DAEMONS_MS, "the look into the daemons", leftInDaemons(daemons));
    } catch (error) {
      inside = [`cannot say what is left in the daemons: ${error}`];
    }
    return { ...machine, leaks: [...inside, ...machine.leaks] };
  });
  const leaks = [...before.leaks];
  try {
    await within(STOP_MS, "stopping the daemons", stopDaemons(daemons));
  } catch (error) {
    leaks.push(`the daemons did not stop cleanly: ${error}`);
  }
  const after = await settled(() => {
    const report = leftOnMachine(baseline, run, new Map());
    for (const { name } of Deno.readDirSync(run.dir)) {
      if (`${run.dir}/${name}` !== run.temporary) report.leaks.push(`file ${run.dir}/${name}`);
    }
    return Promise.resolve(report);
  });
  leaks.push(...after.leaks.map((leak) => `${leak}, after the daemons' end`));
  endLeaked(findLeaks(baseline, run, []));
  const seen = new Set(before.leaks.map((leak) => `${leak}, after the daemons' end`));
  return { leaks: leaks.filter((leak) => !seen.has(leak)), notes: after.notes };
}
