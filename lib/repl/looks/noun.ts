/**
 * How the objects that stand for collections are printed: by what they can do.
 *
 * @module
 */
import { drawAs } from "../inspect.ts";
import { wrap } from "../width.ts";

/**
 * Has a class print as its methods.
 *
 * @param prototype The class's prototype.
 * @param what What it stands for, from the object itself.
 */
export function drawAsNoun<T extends object>(prototype: T, what: (noun: T) => string): void {
  drawAs(prototype, (noun, on) => {
    if (on.nested) return what(noun);
    const methods = Object.getOwnPropertyNames(prototype).filter((name) =>
      name !== "constructor" &&
      typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function"
    );
    const list = wrap(methods.map((name) => `.${name}()`).join(" "), on.width - 2);
    return [on.ink.bold(what(noun)), ...list.map((line) => `  ${on.ink.dim(line)}`)].join("\n");
  });
}
