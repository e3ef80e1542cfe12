/**
 * How things are printed at the prompt: Deno asks a value's own method of a known symbol.
 *
 * @module
 */
import { type Canvas, terminal } from "./ink.ts";

/** The key of the method that `Deno.inspect` asks. */
export const INSPECT: unique symbol = Symbol.for("Deno.customInspect") as typeof INSPECT;

/** What such a method is given. */
export interface Drawing extends Canvas {
  /** Whether the value is part of another one, where there is room for few words only. */
  readonly nested: boolean;
  /** How it would be printed otherwise. */
  plain(): string;
  /** How another value is printed. */
  other(value: unknown): string;
}

/**
 * Says how a thing, or all of a class, is printed.
 *
 * @param target The thing, or the class's prototype.
 * @param draw Returns what is to be printed.
 */
export function drawAs<T extends object>(target: T, draw: (thing: T, on: Drawing) => string): void {
  Object.defineProperty(target, INSPECT, {
    configurable: true,
    writable: true,
    enumerable: false,
    value(this: T, inspect: typeof Deno.inspect, options: Deno.InspectOptions): string {
      // Deno hands on how deep it is, though it does not say so.
      const depth: unknown = Reflect.get(options, "currentDepth");
      return draw(this, {
        ...terminal(options.colors ?? false),
        nested: typeof depth === "number" && depth > 0,
        plain: () => inspect(this, Object.assign({}, options, { customInspect: false })),
        other: (value) => inspect(value, options),
      });
    },
  });
}
