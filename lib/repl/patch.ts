/**
 * Methods of the SDK's classes that do a little more at the prompt. Scripts never load this.
 *
 * @module
 */

/** Calls the method that was there before. */
export type Original = (self: object, args: readonly unknown[]) => unknown;

/**
 * Replaces a method of a class for this process.
 *
 * @param prototype The class's prototype.
 * @param name The method, which may be one that the class inherits.
 * @param wrap Gets the method that was there, and returns what is done instead.
 */
export function wrapMethod(
  prototype: object,
  name: string,
  wrap: (call: Original) => (self: object, args: readonly unknown[]) => unknown,
): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== "function") throw new TypeError(`"${name}" is not a method`);
  const wrapped = wrap((self, args) => Reflect.apply(original, self, args));
  const method = {
    [name](this: object, ...args: unknown[]): unknown {
      return wrapped(this, args);
    },
  }[name];
  Object.defineProperty(prototype, name, {
    value: method,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** A method that a class itself has. */
// deno-lint-ignore ban-types -- any method at all, which is wrapped as it is
export function ownMethod(prototype: object, name: string): Function | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
  return typeof value === "function" && name !== "constructor" ? value : undefined;
}

/**
 * Which argument of a method has the options: by the convention of the SDK it is the one that is
 * called so.
 *
 * @param source The method's own source text.
 * @returns `undefined` when it takes none.
 */
export function optionsArgument(source: string): number | undefined {
  const from = source.indexOf("(");
  let depth = 0;
  let at = 0;
  let name = "";
  for (const character of source.slice(from + 1)) {
    if (depth === 0 && (character === "," || character === ")")) {
      if (/^\s*options\s*(=|$)/.test(name)) return at;
      if (character === ")") return undefined;
      at++;
      name = "";
      continue;
    }
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    name += character;
  }
}
