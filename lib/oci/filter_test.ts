import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { formatFilter, labelFilter } from "./filter.ts";

Deno.test("formatFilter() prints terms", () => {
  assertEquals(formatFilter({ field: "name", is: "a" }), 'name=="a"');
  assertEquals(formatFilter({ field: "target.digest", isNot: "x" }), 'target.digest!="x"');
  assertEquals(
    formatFilter({ field: "id", matches: "^web\\." }, { field: ["labels", "a.b/c"] }),
    'id~="^web\\\\.",labels."a.b/c"',
  );
  assertEquals(formatFilter({ field: "id", is: "" }), 'id==""');
});

Deno.test("formatFilter() lets no value break out", () => {
  assertEquals(formatFilter({ field: "name", is: 'a",id=="b' }), 'name=="a\\",id==\\"b"');
  assertEquals(formatFilter({ field: ["labels", 'a"\n'], is: "\\" }), 'labels."a\\"\\n"=="\\\\"');
});

Deno.test("formatFilter() refuses what means nothing", () => {
  assertThrows(() => formatFilter(), InvalidArgumentError, "no terms");
  for (const field of ["", "a..b", []]) {
    assertThrows(() => formatFilter({ field }), InvalidArgumentError, "needs a name");
  }
  assertThrows(() => formatFilter({ field: "a", is: "1", isNot: "2" }), InvalidArgumentError);
});

Deno.test("labelFilter() wants all labels", () => {
  assertEquals(labelFilter({ a: "1", "b.c": true }), 'labels.a=="1",labels."b.c"');
});
