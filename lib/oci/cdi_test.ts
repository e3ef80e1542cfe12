import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { checkCdiSpec, withCdiEdits } from "./cdi.ts";
import { defaultSpec } from "./default_spec.ts";
import { isCdiName } from "./names.ts";

Deno.test("isCdiName() tells devices of CDI from paths", () => {
  for (const name of ["nvidia.com/gpu=all", "a/b=0", "vendor.com/class=gpu0:1"]) {
    assertEquals(isCdiName(name), true, name);
  }
  for (
    const name of ["/dev/null", "nvidia.com/gpu", "a/b=", "=x", "a/b=c=d", "a/b/c=d", "1a/b=c"]
  ) {
    assertEquals(isCdiName(name), false, name);
  }
});

Deno.test("checkCdiSpec() refuses what is no CDI file, and says where", () => {
  const good = { cdiVersion: "0.6.0", kind: "a.com/b", devices: [{ name: "x" }] };
  assertEquals(checkCdiSpec(good, "f").devices[0]?.name, "x");
  const refused = (change: object, why: string) =>
    assertThrows(() => checkCdiSpec({ ...good, ...change }, "f.json"), InvalidArgumentError, why);
  refused({ kind: "b" }, '"kind"');
  refused({ cdiVersion: 1 }, '"cdiVersion"');
  refused({ devices: {} }, "must be a list");
  refused({ devices: [{}] }, "device 1 has no name");
  refused({ containerEdits: { env: ["X"] } }, '"env"');
  refused({ containerEdits: { hooks: [{ hookName: "never", path: "/x" }] } }, '"hooks"');
  refused({ devices: [{ name: "x", containerEdits: { mounts: [{}] } }] }, 'device "x"');
  assertThrows(() => checkCdiSpec(null, "f.json"), InvalidArgumentError, '"f.json"');
});

Deno.test("withCdiEdits() does all that a file may ask for", () => {
  const spec = withCdiEdits({
    env: ["PATH=/x", "A=1"],
    deviceNodes: [{ path: "/dev/x", type: "c", major: 1, minor: 3, permissions: "r" }],
    mounts: [{ hostPath: "/h", containerPath: "/c" }],
    hooks: [{ hookName: "createContainer", path: "/bin/hook", args: ["hook"] }],
    additionalGids: [7, 7],
    intelRdt: { closID: "gold" },
  })(defaultSpec({ id: "x", namespace: "n" }));
  assertEquals(spec.process?.env, ["PATH=/x", "A=1"]);
  assertEquals(spec.process?.user.additionalGids, [7]);
  assertEquals(spec.linux?.devices, [{ path: "/dev/x", type: "c", major: 1, minor: 3 }]);
  assertEquals(spec.linux?.resources?.devices?.at(-1)?.access, "r");
  assertEquals(spec.mounts?.at(-1)?.options, ["ro", "nosuid", "nodev", "bind"]);
  assertEquals(spec.hooks?.createContainer?.[0]?.path, "/bin/hook");
  assertEquals(spec.linux?.intelRdt, { closID: "gold" });
});
