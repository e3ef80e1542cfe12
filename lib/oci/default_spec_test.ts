import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { defaultDeviceRules, defaultSpec } from "./default_spec.ts";
import upstream from "./testdata/default_spec_containerd_2.1.9.json" with { type: "json" };

Deno.test("defaultSpec() is what containerd 2.1.9 prints for `ctr oci spec`", () => {
  const spec = defaultSpec({ id: "x", namespace: "default" });
  assertEquals(spec.linux?.cgroupsPath, "/default/x");
  if (spec.linux) spec.linux.cgroupsPath = "/default"; // ctr has no id there
  assertEquals<unknown>(spec, upstream);
});

Deno.test("defaultSpec() makes a fresh object each time", () => {
  const options = { id: "x", namespace: "default" };
  defaultSpec(options).mounts?.pop();
  defaultSpec(options).process?.capabilities?.bounding?.pop();
  assertEquals(defaultSpec(options).mounts?.length, 7);
  assertEquals(defaultSpec(options).process?.capabilities?.bounding?.length, 14);
});

Deno.test("defaultSpec() refuses names that would break the cgroup path", () => {
  for (const bad of ["", "../x", "a/b", "-a"]) {
    assertThrows(() => defaultSpec({ id: bad, namespace: "n" }), InvalidArgumentError);
    assertThrows(() => defaultSpec({ id: "x", namespace: bad }), InvalidArgumentError);
  }
});

Deno.test("defaultDeviceRules() allows nine kinds of devices", () => {
  const rules = defaultDeviceRules().map(({ major, minor }) => `${major}:${minor ?? "*"}`);
  assertEquals(rules, ["1:3", "1:8", "1:7", "5:0", "1:5", "1:9", "5:1", "136:*", "5:2"]);
});
