/**
 * Command lines of other tools at the prompt.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { drawAs } from "../inspect.ts";
import { wrap } from "../width.ts";
import type { Workspace } from "../workspace.ts";
import { type Chain, chainCode, runChain } from "./chain.ts";
import { translate } from "./translate.ts";

/** A line of another tool: printing it shows what it is here, awaiting it runs that. */
export class CliLine implements PromiseLike<unknown> {
  /** What it is here. */
  readonly code: string;
  /** What is different. */
  readonly notes: readonly string[];
  readonly #run: () => Promise<unknown>;

  /** For {@linkcode cliLine}. @param code What it is here. @param notes What is different. @param run Runs it. */
  constructor(code: string, notes: readonly string[], run: () => Promise<unknown>) {
    this.code = code;
    this.notes = notes;
    this.#run = run;
  }

  /** Runs it: what `await` calls. */
  then<A = unknown, B = never>(
    fulfilled?: ((result: unknown) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#run().then(fulfilled, rejected);
  }

  static {
    drawAs(this.prototype, ({ code, notes }, { width, ink }) =>
      [
        ...wrap(code, width).map((line) => ink.cyan(line)),
        ...notes.flatMap((note) => wrap(note, width - 2).map((line) => ink.dim(`  ${line}`))),
        ink.dim("  put await in front to run it"),
      ].join("\n"));
  }
}

/**
 * Translates a line.
 *
 * @param names The names of the prompt.
 * @throws {InvalidArgumentError} for what is not known; the message says what that is.
 */
export function cliLine(line: string, workspace: Workspace, names: object): CliLine {
  const { chain: found, notes, namespace } = translate(line);
  const elsewhere = namespace !== undefined && namespace !== workspace.ns.name;
  const chain = elsewhere ? inNamespace(found, namespace) : found;
  return new CliLine(chainCode(chain), notes, async () => {
    // Names of containers that were made since the last line.
    await workspace.refresh();
    return await runChain(chain, names, console.log);
  });
}

/** The same calls in another namespace. */
function inNamespace(chain: Chain, namespace: string): Chain {
  const [first, ...rest] = chain.steps;
  if (first && "get" in first && first.get === "davit") return chain;
  if (chain.steps.some((step) => "get" in step && step.get === "byName")) {
    throw new InvalidArgumentError(
      `Cannot do this in another namespace: go there first, by use(${JSON.stringify(namespace)})`,
    );
  }
  return {
    ...chain,
    steps: [
      { get: "davit" },
      { call: "namespace", args: [namespace] },
      ...(first && !("get" in first && first.get === "ns") ? [first] : []),
      ...rest,
    ],
  };
}

/** A line of the prompt that runs such a line, as code; `undefined` for any other one. */
export function cliCode(text: string): string | undefined {
  const line = /^\s*await\s+cli`((?:[^`$\\]|\$(?!\{))*)`;?\s*$/.exec(text)?.[1];
  if (line === undefined) return undefined;
  try {
    return chainCode(translate(line).chain);
  } catch {
    return undefined;
  }
}
