/**
 * How things are printed at the prompt and shown in notebooks: Deno asks a value's own methods of
 * known symbols.
 *
 * @module
 */
import { type Canvas, PLAIN, terminal } from "./ink.ts";

/** The key of the method that `Deno.inspect` asks. */
export const INSPECT: unique symbol = Symbol.for("Deno.customInspect") as typeof INSPECT;

/** The key of the method that Deno's kernel for Jupyter asks. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as typeof DISPLAY;

/** A value in several forms, by their media types; a notebook shows the richest that it can. */
export type Bundle = Readonly<Record<string, string>>;

/** What such a method is given. */
export interface Drawing extends Canvas {
  /** Whether the value is part of another one, where there is room for few words only. */
  readonly nested: boolean;
  /** How it would be printed otherwise. */
  plain(): string;
  /** How another value is printed. */
  other(value: unknown): string;
}

/** How wide text is in notebooks that show nothing else. */
const NOTEBOOK_WIDTH = 100;

/** `Deno.inspect` without methods of its own. */
const PLAIN_OPTIONS: Deno.InspectOptions = Object.assign({ colors: false }, {
  customInspect: false,
});

/**
 * Says how a thing, or all of a class, is printed and shown.
 *
 * @param target The thing, or the class's prototype.
 * @param draw Returns what is to be printed.
 * @param html Returns what a notebook shows; by default what is printed.
 */
export function drawAs<T extends object>(
  target: T,
  draw: (thing: T, on: Drawing) => string,
  html?: (thing: T) => Promise<string | undefined>,
): void {
  define(
    target,
    INSPECT,
    function (this: T, inspect: typeof Deno.inspect, options: Deno.InspectOptions) {
      // Deno hands on how deep it is, though it does not say so.
      const depth: unknown = Reflect.get(options, "currentDepth");
      return draw(this, {
        ...terminal(options.colors ?? false),
        nested: typeof depth === "number" && depth > 0,
        plain: () => inspect(this, Object.assign({}, options, { customInspect: false })),
        other: (value) => inspect(value, options),
      });
    },
  );
  define(target, DISPLAY, async function (this: T): Promise<Bundle> {
    const text = draw(this, {
      width: NOTEBOOK_WIDTH,
      ink: PLAIN,
      nested: false,
      plain: () => Deno.inspect(this, PLAIN_OPTIONS),
      other: (value) => Deno.inspect(value),
    });
    const { preHtml } = await import("./html.ts");
    return { "text/html": await html?.(this) ?? preHtml(text), "text/plain": text };
  });
}

/** Says in which forms a notebook shows all of a class. */
export function displayAs<T extends object>(target: T, bundle: (thing: T) => Bundle): void {
  define(target, DISPLAY, function (this: T) {
    return Promise.resolve(bundle(this));
  });
}

/** Has a notebook show all of a class as it is printed, where that is all that is known of it. */
export function displayAsText(target: object): void {
  define(target, DISPLAY, async function (this: object): Promise<Bundle> {
    const text = Deno.inspect(this, { colors: false });
    const { preHtml } = await import("./html.ts");
    return { "text/html": preHtml(text), "text/plain": text };
  });
}

function define<T extends object, A extends unknown[]>(
  target: T,
  key: symbol,
  value: (this: T, ...args: A) => unknown,
): void {
  Object.defineProperty(target, key, {
    configurable: true,
    writable: true,
    enumerable: false,
    value,
  });
}
