import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { DetachFilter, parseDetachKeys } from "./detach_keys.ts";

Deno.test("parseDetachKeys() reads keys as Docker writes them", () => {
  assertEquals([...parseDetachKeys("ctrl-p,ctrl-q")], [16, 17]);
  assertEquals([...parseDetachKeys("a,ctrl-@,ctrl-[,ctrl-_")], [97, 0, 27, 31]);
  assertEquals([...parseDetachKeys("")], []);
  for (const wrong of ["ctrl-", "ctrl-1", "ab", "a,", "ctrl-p ctrl-q"]) {
    assertThrows(() => parseDetachKeys(wrong), InvalidArgumentError);
  }
});

function typed(keys: string, ...chunks: number[][]): [number[], boolean] {
  const filter = new DetachFilter(parseDetachKeys(keys));
  const passed: number[] = [];
  for (const chunk of chunks) {
    const { pass, detached } = filter.feed(new Uint8Array(chunk));
    passed.push(...pass);
    if (detached) return [passed, true];
  }
  return [passed, false];
}

Deno.test("DetachFilter.feed() finds the keys wherever they are cut", () => {
  assertEquals(typed("ctrl-p,ctrl-q", [1, 16, 17, 2]), [[1], true]);
  assertEquals(typed("ctrl-p,ctrl-q", [1, 16], [17]), [[1], true]);
  assertEquals(typed("ctrl-p,ctrl-q", [16], [16], [17]), [[16], true]);
  assertEquals(typed("a,a,b", [97, 97, 97, 98]), [[97], true]);
});

Deno.test("DetachFilter.feed() passes on what was not them", () => {
  assertEquals(typed("ctrl-p,ctrl-q", [16], [5], [17]), [[16, 5, 17], false]);
  assertEquals(typed("a,a,b", [97, 98, 97, 97, 99]), [[97, 98, 97, 97, 99], false]);
  assertEquals(typed("", [16, 17]), [[16, 17], false]);
});
