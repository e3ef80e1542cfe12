import { assertEquals, assertThrows } from "@std/assert";
import { optionsArgument, wrapMethod } from "./patch.ts";

class Base {
  inherited(): string {
    return "base";
  }
}

class Example extends Base {
  list(_options: { signal?: AbortSignal } = {}): number {
    return 1;
  }
}

const at = (method: unknown) => optionsArgument(String(method));

Deno.test("optionsArgument() finds the argument that is called options", () => {
  const methods = {
    none() {},
    first(options = {}) {
      return options;
    },
    second(_name: string, options: { a?: string } = { a: "," }) {
      return options;
    },
    bare(_name: string, options?: object) {
      return options;
    },
    async *third(_a: () => void = () => {}, _b = [1, 2], options = {}) {
      yield await options;
    },
    rest(..._words: string[]) {},
    similar(_optionsOfIt = {}) {},
  };
  assertEquals(Object.values(methods).map(at), [
    undefined,
    0,
    1,
    1,
    2,
    undefined,
    undefined,
  ]);
});

Deno.test("wrapMethod() calls what was there, keeps the name, and takes inherited methods", () => {
  wrapMethod(Example.prototype, "inherited", (call) => (self, args) => `${call(self, args)}!`);
  assertEquals(new Example().inherited(), "base!");
  assertEquals(new Base().inherited(), "base");
  assertEquals(Example.prototype.inherited.name, "inherited");
  assertThrows(
    () => wrapMethod(Example.prototype, "nothing", () => () => {}),
    TypeError,
    "not a method",
  );
});
