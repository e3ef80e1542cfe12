import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { defaultSpec } from "./default_spec.ts";
import { decodeSpec, encodeSpec, RLIM_INFINITY } from "./spec_json.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("encodeSpec() and decodeSpec() keep 64-bit numbers", () => {
  const json = '{"ociVersion":"1.2.1","process":{"user":{"uid":0,"gid":0},"cwd":"/","rlimits":' +
    '[{"type":"RLIMIT_CORE","hard":18446744073709551615,"soft":1024}]},"linux":{"seccomp":' +
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_ERRNO",' +
    '"args":[{"index":0,"value":18446744069414584321,"op":"SCMP_CMP_EQ"}]}]}}}';
  const spec = decodeSpec(json);
  assertEquals(spec.process?.rlimits?.[0]?.hard, RLIM_INFINITY);
  assertEquals(spec.process?.rlimits?.[0]?.soft, 1024);
  assertEquals(text(encodeSpec(spec)), json);
});

Deno.test("encodeSpec() writes rounded numbers so that Go can read them", () => {
  const limit = (n: number) => text(encodeSpec({ memory: { limit: n } }));
  assertEquals(limit(Number("9223372036854775807")), '{"memory":{"limit":9223372036854775807}}');
  assertEquals(limit(2 ** 60), '{"memory":{"limit":1152921504606846976}}');
  assertEquals(limit(-1), '{"memory":{"limit":-1}}');
  for (const bad of [NaN, Infinity, 1.5]) {
    assertThrows(() => limit(bad), InvalidArgumentError, '"limit" is');
  }
});

Deno.test("decodeSpec() reads what encodeSpec() wrote, and nothing else", () => {
  const spec = defaultSpec({ id: "a", namespace: "b" });
  assertEquals(decodeSpec(encodeSpec(spec)), spec);
  for (const bad of ["", "[]", "{}", '{"ociVersion":1}']) {
    assertThrows(() => decodeSpec(bad), InvalidArgumentError, "Cannot read runtime spec");
  }
});
