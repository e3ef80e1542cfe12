import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { chooseNames, type GivenName, nameFrom, parseBaseName } from "./names.ts";

const REF = "org.opencontainers.image.ref.name";

Deno.test("nameFrom() tells names from tags", () => {
  const cases: [Record<string, string> | undefined, GivenName][] = [
    [undefined, { kind: "none" }],
    [{ [REF]: "" }, { kind: "none" }],
    [{ [REF]: "v1" }, { kind: "tag", tag: "v1" }],
    [{ [REF]: "a:1" }, { kind: "name", name: "docker.io/library/a:1" }],
    [{ [REF]: "x.io/a" }, { kind: "name", name: "x.io/a:latest" }],
    [{ [REF]: "v1", "io.containerd.image.name": "n" }, { kind: "name", name: "n" }],
  ];
  for (const [annotations, expected] of cases) assertEquals(nameFrom(annotations), expected);
});

Deno.test("chooseNames() combines tags with a base, and refuses what is not clear", () => {
  const [none, v1, v2]: GivenName[] = [
    { kind: "none" },
    { kind: "tag", tag: "v1" },
    { kind: "tag", tag: "v2" },
  ];
  const own: GivenName = { kind: "name", name: "own" };
  const names = (given: readonly GivenName[], base?: string) =>
    chooseNames(given, base === undefined ? undefined : parseBaseName(base), "the bytes");
  assertEquals(names([v1!, own, v2!], "app"), [
    "docker.io/library/app:v1",
    "own",
    "docker.io/library/app:v2",
  ]);
  assertEquals(names([own, none!], "app:3"), ["own", "docker.io/library/app:3"]);
  assertThrows(() => names([v1!, v2!], "app:3"), InvalidArgumentError, "would stand for all");
  assertThrows(() => names([v1!, none!], "app"), InvalidArgumentError, "not even a tag");
  assertThrows(() => names([none!]), InvalidArgumentError, "has no name");
  assertThrows(
    () => parseBaseName(`a@sha256:${"0".repeat(64)}`),
    InvalidArgumentError,
    "leave out the digest",
  );
});
