/**
 * Looks for notebooks: what the SDK returns is shown as tables and cards in Deno's kernel for
 * Jupyter once this is imported; charts of numbers and of progress.
 *
 * ```ts
 * import { connect } from "@davit/sdk";
 * import "@davit/sdk/notebook";
 *
 * const davit = await connect();
 * await davit.namespace().images.list();
 * ```
 *
 * @module
 */
import { Client } from "../client/client.ts";
import { Namespace } from "../client/namespace.ts";
import { installLooks, lookOfCollections } from "../repl/looks.ts";
import { wrapMethod } from "../repl/patch.ts";

export { StatsChart, statsChart, type StatsChartOptions, type StatsSource } from "./stats_chart.ts";
export { type ProgressLike, Timeline, type TimelineStep } from "./timeline.ts";

installLooks({ line: () => "", container: () => undefined });

// Their classes are known when there is one.
let dressed = false;
wrapMethod(Client.prototype, "namespace", (call) => (self, args) => {
  const ns = call(self, args);
  if (!dressed && ns instanceof Namespace) lookOfCollections(ns);
  dressed = true;
  return ns;
});
