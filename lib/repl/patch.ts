/**
 * Methods of the SDK's classes that do a little more at the prompt. Scripts never load this.
 *
 * @module
 */

/** Calls the method that was there before. */
export type Original<T> = (self: T, args: readonly unknown[]) => unknown;

/**
 * Replaces a method of a class for this process.
 *
 * @param prototype The class's prototype.
 * @param name The method.
 * @param wrap Gets the method that was there, and returns what is done instead.
 */
export function wrapMethod<T extends object>(
  prototype: T,
  name: keyof T & string,
  wrap: (call: Original<T>) => (self: T, args: readonly unknown[]) => unknown,
): void {
  const original: unknown = prototype[name];
  if (typeof original !== "function") throw new TypeError(`"${name}" is not a method`);
  const wrapped = wrap((self, args) => Reflect.apply(original, self, args));
  const method = {
    [name](this: T, ...args: unknown[]): unknown {
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
