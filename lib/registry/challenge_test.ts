import { assertEquals } from "@std/assert";
import { parseChallenges } from "./challenge.ts";

function parse(header: string | null): unknown[] {
  return parseChallenges(header).map(({ scheme, params }) => [scheme, Object.fromEntries(params)]);
}

Deno.test("parseChallenges() reads one or many, quoted or not", () => {
  assertEquals(parse(null), []);
  assertEquals(parse(""), []);
  assertEquals(
    parse('Bearer realm="https://a/t?x=1,2",service="s",scope="repository:a/b:pull,push"'),
    [["bearer", {
      realm: "https://a/t?x=1,2",
      service: "s",
      scope: "repository:a/b:pull,push",
    }]],
  );
  assertEquals(parse('Basic realm="a \\"b\\" \\\\", charset=UTF-8 , BEARER Realm = x,y="z"'), [
    ["basic", { realm: 'a "b" \\', charset: "UTF-8" }],
    ["bearer", { realm: "x", y: "z" }],
  ]);
  assertEquals(parse("Negotiate, NTLM abc==, Basic realm=x"), [
    ["negotiate", {}],
    ["ntlm", {}],
    ["basic", { realm: "x" }],
  ]);
  assertEquals(parse(",, Basic ,, realm=x,,"), [["basic", { realm: "x" }]]);
});

Deno.test("parseChallenges() keeps what comes before nonsense, and always ends", () => {
  assertEquals(parse('Basic realm="unfinished'), [["basic", {}]]);
  assertEquals(parse('Bearer realm=x,service="'), [["bearer", { realm: "x" }]]);
  assertEquals(parse('"'), []);
  assertEquals(parse("Basic realm=\u0000"), [["basic", {}]]);
  // Whatever a stranger sends must not take long.
  const long = 'Bearer a="' + "\\".repeat(100_000);
  assertEquals(parse(long), [["bearer", {}]]);
  assertEquals(parse(`${"a ".repeat(50_000)}`).length > 0, true);
});
