/**
 * How a container without networks is marked, so that nerdctl, which looks for networks at whatever
 * it stops or removes, knows that there are none.
 *
 * @module
 */
import { withAnnotations } from "../../oci/spec_linux.ts";
import type { PlanStep } from "../container/step.ts";

const NONE = { "nerdctl/networks": '["none"]' };

/** The labels and the steps of a container that lives, as far as it has no networks. */
export function markWithoutNetwork(
  id: string,
  steps: readonly PlanStep[],
): { labels: Readonly<Record<string, string>>; steps: readonly PlanStep[] } {
  if (steps.some(({ key }) => key === "network")) return { labels: {}, steps };
  const step: PlanStep = { by: "container", shows: "no network", edit: withAnnotations(NONE) };
  return { labels: { "nerdctl/name": id, ...NONE }, steps: [step, ...steps] };
}
