/**
 * How runs, execs and what came of them are printed.
 *
 * @module
 */
import type { ContainerPlan } from "../../core/container/plan.ts";
import { PROCESS, type ProcessLeaf } from "../../core/process/leaf.ts";
import type { RunResult } from "../../core/run/result.ts";
import type { Card, Fact } from "../card.ts";
import { formatDuration } from "../human.ts";
import type { Canvas } from "../ink.ts";
import { familiarForm } from "../../oci/reference.ts";
import { word } from "./image.ts";

/** What a plan says, as parts of a card. */
function planFacts(plan: ContainerPlan): Fact[] {
  const words = [...plan.entrypoint ?? [], ...plan.args ?? []];
  return [
    ["image", typeof plan.image === "string" ? plan.image : familiarForm(plan.image?.name ?? "")],
    ["command", words.length > 0 ? words.map(word).join(" ") : "the image's own"],
    ["env", Object.entries(plan.env).map(([name, value]) => `${name}=${value}`)],
    ["user", plan.user],
    ["cwd", plan.cwd],
    ...stepFacts(plan),
    ["terminal", plan.terminal ? "yes" : undefined],
    ["kept", plan.kept ? "yes" : undefined],
  ];
}

/** The options, by the methods that set them. */
function stepFacts(plan: ContainerPlan): Fact[] {
  const byMethod = Map.groupBy(plan.steps, ({ by }) => by);
  return [...byMethod].map(([by, steps]) => [by, steps.map(({ shows }) => shows)]);
}

/** What a builder of a container has been told so far; builders of other things have no plan. */
function planOf(builder: object): ContainerPlan | undefined {
  return Reflect.get(builder, "plan") as ContainerPlan | undefined;
}

/** A run or an exec that was not awaited: what it would do. */
export function leafCard<T extends PromiseLike<RunResult>>(leaf: ProcessLeaf<T>): Card {
  const { maker, options } = leaf[PROCESS];
  const plan = planOf(leaf);
  const also: Fact[] = [
    ["timeout", options.timeoutMs === undefined ? undefined : formatDuration(options.timeoutMs)],
    ["failure", options.check ? undefined : "any exit code is fine"],
  ];
  return {
    kind: plan ? "run" : "exec",
    title: plan?.id ?? "not run yet",
    facts: [...plan ? planFacts(plan) : [["command", maker.what] as const], ...also],
    hint: "await it to run it; .text() .lines() .json() for its output, .spawn() for live streams",
  };
}

/** A container that was not made yet: what it would be. */
export function builderCard(builder: object): Card {
  const plan = planOf(builder);
  return {
    kind: "container",
    title: plan?.id ?? "not made yet",
    facts: plan ? planFacts(plan) : [],
    hint: "await .start() to run it, await .create() to only make it; .keep() to let it stay",
  };
}

/** How many lines of output are shown. */
const LINES = 500;

/** What a process wrote, and how it ended. */
export function drawResult(result: RunResult, { ink }: Canvas): string {
  const { exitCode, signal, durationMs } = result;
  const ended = signal ? `${signal} (exit ${exitCode})` : `exit ${exitCode}`;
  const parts = [
    output(result.stdout, ".stdout"),
    output(result.stderr, ".stderr").replace(/^.+$/gm, (line) => ink.yellow(line)),
    `${exitCode === 0 ? ink.green(ended) : ink.red(ended)} ${
      ink.dim(`· ${formatDuration(durationMs)}`)
    }`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** Text from a container: it may have colours, but not move the cursor. */
function output(text: string, where: string): string {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) =>
    // deno-lint-ignore no-control-regex -- what programs print could move the cursor
    line.replace(/\x1b\[(?![\d;]*m)[0-?]*[ -/]*[@-~]|\x1b[^[]|[\x00-\x08\x0b-\x1a\x7f-\x9f]/g, "")
  );
  if (lines.length === 1 && lines[0] === "") return "";
  const shown = lines.slice(0, LINES);
  if (lines.length > LINES) shown.push(`… ${lines.length - LINES} more lines in ${where}`);
  const colored = text.includes("\x1b[") ? "\x1b[0m" : "";
  return shown.join("\n") + colored;
}
