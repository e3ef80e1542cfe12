/**
 * Says which steps of a build the cache has.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { withWork } from "./execute.ts";
import type { BuildRequest } from "./execute.ts";
import type { BuildOptions } from "./options.ts";
import type { BuildPlan, CheckedStep } from "./plan.ts";
import { STAGE } from "./checks.ts";
import { Stages } from "./stages.ts";

/** The steps of all stages, for the first platform. */
export async function checkStages(
  context: Context,
  plan: Pick<BuildPlan, "tags" | "platforms">,
  stageFor: BuildRequest["stageFor"],
  options: BuildOptions,
): Promise<CheckedStep[]> {
  return await withWork(context, plan, options, async ([work]) => {
    const holder = await stageFor(work!.platform, work!);
    return await new Stages(work!).check(holder[STAGE]);
  });
}
