/**
 * What a command line comes to: calls, as code and to be made.
 *
 * @module
 */

import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";

/** A step of a chain of calls. */
export type Step =
  | { readonly get: string }
  | { readonly call: string; readonly args: readonly unknown[] }
  | { readonly wait: true };

/** How items that come one after the other are printed: as code, and as text. */
const EACH = {
  text: {
    code: "const { text }",
    print: "text",
    of: (item: object): unknown[] => [Reflect.get(item, "text")],
  },
  event: {
    code: "const { topic, event }",
    print: "topic, event",
    of: (item: object): unknown[] => [Reflect.get(item, "topic"), Reflect.get(item, "event")],
  },
};

/** A chain of calls that begins with a name of the prompt. */
export interface Chain {
  /** The steps; the first one is a name of the prompt. */
  readonly steps: readonly Step[];
  /** What of each item is printed, where the result is gone through. */
  readonly each?: keyof typeof EACH;
}

/** A chain as code. */
export function chainCode({ steps, each }: Chain): string {
  let code = "";
  for (const step of steps) {
    const dot = code === "" ? "" : ".";
    if ("wait" in step) code = `(await ${code})`;
    else if ("get" in step) code += dot + step.get;
    else code += `${dot}${step.call}(${step.args.map(literal).join(", ")})`;
  }
  if (!each) return `await ${code}`;
  return `for await (${EACH[each].code} of ${code}) console.log(${EACH[each].print})`;
}

/** A value as code. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) =>
    `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${literal(field)}`
  );
  return `{ ${fields.join(", ")} }`;
}

/**
 * Makes the calls.
 *
 * @param names The names of the prompt.
 * @param print Prints values.
 * @throws {NotFoundError} when there is no container of a name.
 * @throws {FailedPreconditionError} when a container in its state has no such method: a running one no `start()`.
 */
export async function runChain(
  { steps, each }: Chain,
  names: object,
  print: (...line: unknown[]) => void,
): Promise<unknown> {
  let value: unknown = names;
  for (const [at, step] of steps.entries()) {
    const on = Object(value);
    if ("wait" in step) value = await value;
    else if ("get" in step) {
      value = Reflect.get(on, step.get, on);
      if (value === undefined) {
        throw new NotFoundError(`Cannot find "${step.get}"; look with containers.list()`);
      }
    } else {
      const method: unknown = Reflect.get(on, step.call, on);
      if (typeof method !== "function") {
        // What can be done with a container depends on what it does.
        const state = Reflect.get(on, "state", on) ?? "not running";
        throw new FailedPreconditionError(`Cannot call ${step.call}(): the container is ${state}`);
      }
      value = Reflect.apply(method, at === 0 ? undefined : on, step.args);
    }
  }
  if (!each) return await value;
  for await (const item of value as AsyncIterable<object>) print(...EACH[each].of(item));
}
