import { assertEquals, assertThrows } from "@std/assert";
import { formatFilter } from "../oci/filter.ts";
import { FilterError, parseFilter } from "./filter_parse.ts";

Deno.test("parseFilter() reads fields, operators and values", () => {
  assertEquals(parseFilter(""), []);
  assertEquals(parseFilter("a.b"), [{ path: ["a", "b"], operator: "present", value: "" }]);
  assertEquals(parseFilter('labels."x.y/z"~=|^a,b|,n!="\\"\\n"'), [
    { path: ["labels", "x.y/z"], operator: "~=", value: "^a,b" },
    { path: ["n"], operator: "!=", value: '"\n' },
  ]);
  assertEquals(parseFilter("digest==sha256:ab"), [
    { path: ["digest"], operator: "==", value: "sha256:ab" },
  ]);
});

Deno.test("parseFilter() reads what formatFilter() prints", () => {
  const hostile = [
    "",
    'quote"',
    "back\\slash",
    "new\nline",
    "a,b==c",
    "/x/",
    "ünïcode ☃",
    "\u0007",
  ];
  for (const value of hostile) {
    const text = formatFilter({ field: ["labels", `k ${value}`], is: value }, { field: "n" });
    assertEquals(parseFilter(text), [
      { path: ["labels", `k ${value}`], operator: "==", value },
      { path: ["n"], operator: "present", value: "" },
    ]);
  }
});

Deno.test("parseFilter() says where a filter is wrong", () => {
  for (
    const [filter, message] of [
      ["a==b c", "[a==b >| |< c]: unexpected input:  "],
      ['"a', '[ >|"|< a]: quoted literal not terminated'],
      ['a=="\\q"', '[a== >|"|< \\q"]: unquoting failed: invalid syntax'],
      ["a.", "[a.]: expected field or quoted"],
    ] as const
  ) {
    assertThrows(() => parseFilter(filter), FilterError, message);
  }
});
