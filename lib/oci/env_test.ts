import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { envList, envValue, mergeEnv, parseEnvFile } from "./env.ts";

Deno.test("mergeEnv() replaces in place, adds at the end, and removes", () => {
  assertEquals(mergeEnv(["A=1", "B=2"], ["B=3", "C=4"]), ["A=1", "B=3", "C=4"]);
  assertEquals(mergeEnv(["A=1", "B=2"], { A: undefined, B: "" }), ["B="]);
  assertEquals(mergeEnv(["A=1"], ["A", "A=2"]), ["A=2"]);
  assertEquals(mergeEnv(["A=1=2"], { AA: "x=y" }), ["A=1=2", "AA=x=y"]);
  assertEquals(mergeEnv({ __proto__x: "1" }, []), ["__proto__x=1"]);
});

Deno.test("envList() refuses what no process can be given, without showing values", () => {
  for (const bad of [[""], ["=x"], ["A=\0"], { "": "x" }, { "A=B": "x" }, { A: "s3cret\0" }]) {
    const error = assertThrows(() => envList(bad), InvalidArgumentError, "Cannot set environment");
    assertEquals(error.message.includes("s3cret"), false);
  }
});

Deno.test("envValue() takes the last one", () => {
  assertEquals(envValue(["A=1", "A=2=3", "AB=4"], "A"), "2=3");
  assertEquals(envValue(["AB=4"], "A"), undefined);
});

Deno.test("parseEnvFile() reads Docker's format", () => {
  const text = '\uFEFF# remark\nA=1\r\n\n  B= "x" \nC=\nHOST\nNONE\nD=a#b';
  const lookup = (name: string) => name === "HOST" ? "here" : undefined;
  assertEquals(parseEnvFile(text, lookup), ["A=1", 'B= "x" ', "C=", "HOST=here", "D=a#b"]);
  assertThrows(() => parseEnvFile("A=1\nB C=2"), InvalidArgumentError, "line 2");
  assertThrows(() => parseEnvFile("=2"), InvalidArgumentError, "line 1");
});
