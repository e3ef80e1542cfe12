import { assertEquals } from "@std/assert";
import { defaultSpec } from "./default_spec.ts";
import type { Spec } from "./runtime_spec.ts";
import { diffSpecs, specFields } from "./spec_fields.ts";
import { lintSpec } from "./spec_lint.ts";
import { bindMount, withMounts } from "./spec_mounts.ts";
import { withoutNamespace } from "./spec_linux.ts";
import { withOomScoreAdj } from "./spec_process.ts";
import { withLinuxResources } from "./spec_resources.ts";
import { withMaskedPaths, withPrivileged } from "./spec_security.ts";

const base = defaultSpec({ id: "x", namespace: "n" });
const rules = (spec: Spec) => lintSpec(spec).map(({ rule, severity }) => `${severity} ${rule}`);
const more = (spec: Spec) => rules(spec).filter((rule) => !rules(base).includes(rule));

Deno.test("lintSpec() finds ways out of a container", () => {
  const bind = (source: string, options = {}) =>
    more(withMounts(bindMount(source, "/x", options))(base));
  assertEquals(bind("/var/run/docker.sock"), ["high daemon-socket"]);
  assertEquals(bind("/run/containerd", { readonly: true }), ["high daemon-socket"]);
  assertEquals(bind("/"), ["high sensitive-mount"]);
  assertEquals(bind("/etc", { readonly: true }), ["medium sensitive-mount"]);
  assertEquals(bind("/srv/data"), ["low writable-host-mount"]);
  assertEquals(bind("/srv/data", { readonly: true }), []);
  assertEquals(bind("/srv", { readonly: true, propagation: "rshared" }), [
    "medium shared-propagation",
  ]);
  assertEquals(more(withoutNamespace("network")(base)), ["high host-namespace"]);
  assertEquals(more(withMaskedPaths()(base)), ["medium unmasked-paths"]);
  assertEquals(more(withPrivileged()(base)).sort(), [
    "high all-devices",
    "high privileged",
    "medium unmasked-paths",
    "medium unmasked-paths",
  ]);
  assertEquals(more(withOomScoreAdj(-1000)(base)), ["medium oom-killer-disabled"]);
  const disk = { type: "b" as const, path: "/dev/sda", major: 8, minor: 0 };
  const withDisk = { ...base, linux: { ...base.linux, devices: [disk] } };
  assertEquals(more(withDisk), ["high block-device"]);
});

Deno.test("lintSpec() says the worst first, and is still with a spec that is empty", () => {
  const severities = lintSpec(withPrivileged()(base)).map(({ severity }) => severity);
  const rank = { high: 0, medium: 1, low: 2 };
  assertEquals(severities, severities.toSorted((a, b) => rank[a] - rank[b]));
  assertEquals(rules({ ociVersion: "1.2.1" }).includes("high host-namespace"), true);
  const unlimited = withLinuxResources({ memory: { limit: -1 } })(base);
  assertEquals(rules(unlimited).includes("low no-memory-limit"), true);
});

Deno.test("specFields() names members by what tells them apart", () => {
  const twice = {
    ...base,
    mounts: [...base.mounts ?? [], { destination: "/proc", type: "tmpfs" }],
  };
  const fields = specFields(twice);
  assertEquals(fields.get('mounts["/proc"].type'), '"proc"');
  assertEquals(fields.get('mounts["/proc"]#2.type'), '"tmpfs"');
  assertEquals(fields.get("process.capabilities.bounding.CAP_KILL"), "true");
  assertEquals(diffSpecs(base, base), []);
  assertEquals(diffSpecs(base, twice).map(({ path }) => path), [
    'mounts["/proc"]#2.destination',
    'mounts["/proc"]#2.type',
  ]);
});
