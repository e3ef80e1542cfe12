/**
 * What a command line comes to: calls, as code and to be made.
 *
 * @module
 */

import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";

/** A function as an argument, with how it is written. */
export class Code {
  /** How it is written. */
  readonly text: string;
  /** What it is. */
  readonly value: unknown;

  /** @param text How it is written. @param value What it is. */
  constructor(text: string, value: unknown) {
    this.text = text;
    this.value = value;
  }
}

/** A step of a chain of calls. */
export type Step =
  | { readonly get: string }
  | { readonly call: string; readonly args: readonly unknown[] }
  | { readonly wait: true };

/** A chain of calls that begins with a name of the prompt. */
export interface Chain {
  /** The steps; the first one is a name of the prompt. */
  readonly steps: readonly Step[];
  /** Whether the result is gone through, and its lines printed. */
  readonly lines?: boolean;
}

/** A chain as code. */
export function chainCode({ steps, lines }: Chain): string {
  let code = "";
  for (const step of steps) {
    const dot = code === "" ? "" : ".";
    if ("wait" in step) code = `(await ${code})`;
    else if ("get" in step) code += dot + step.get;
    else code += `${dot}${step.call}(${step.args.map(literal).join(", ")})`;
  }
  if (lines) return `for await (const { text } of ${code}) console.log(text)`;
  const last = steps.at(-1);
  // What an array does is there at once.
  const atOnce = last && "call" in last && last.args.some((arg) => arg instanceof Code);
  return atOnce ? code : `await ${code}`;
}

/** A value as code. */
function literal(value: unknown): string {
  if (value instanceof Code) return value.text;
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
 * @param print Prints a line.
 * @throws {NotFoundError} when there is no container of a name.
 * @throws {FailedPreconditionError} when it does not run, but would have to.
 */
export async function runChain(
  { steps, lines }: Chain,
  names: object,
  print: (line: string) => void,
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
        throw new FailedPreconditionError(`Cannot call ${step.call}(): the container does not run`);
      }
      const args = step.args.map((arg) => arg instanceof Code ? arg.value : arg);
      value = Reflect.apply(method, at === 0 ? undefined : on, args);
    }
  }
  if (!lines) return await value;
  for await (const { text } of value as AsyncIterable<{ text: string }>) print(text);
}
