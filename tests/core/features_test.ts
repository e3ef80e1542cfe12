import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { NotFoundError, UnsupportedError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("features() tells what this daemon can do", async ({ client, version }) => {
  const features = await client.features();
  assertStringIncludes(features.version, version);
  const { transfer, streaming, sandboxes, mounts, diff, runtimeInfo } = features;
  assertEquals(
    { transfer, streaming, sandboxes, mounts, diff, runtimeInfo },
    {
      transfer: version === "2.1",
      streaming: version !== "1.6",
      sandboxes: version !== "1.6",
      mounts: false,
      diff: true,
      runtimeInfo: version === "2.1",
    },
  );
  assert(features.snapshotters.some(({ name }) => name === "overlayfs"));
  const policies = ["no", "always", "on-failure", "unless-stopped"];
  assertEquals(features.restartPolicies, version === "1.6" ? [] : policies);
  const runtimes = version === "2.1" ? ["io.containerd.runc.v2"] : undefined;
  assertEquals(features.runtimes, runtimes);
  // Asked once: the very same answer comes again.
  assertEquals(await client.features() === features, true);
});

daemonTest("plugins() lists and filters", async ({ client }) => {
  const all = await client.plugins();
  const overlay = all.find(({ type, id }) =>
    type === "io.containerd.snapshotter.v1" && id === "overlayfs"
  );
  assert(overlay);
  assertEquals(overlay.error, undefined);
  assertStringIncludes(overlay.exports["root"] ?? "", "overlayfs");
  assert(overlay.platforms.every((platform) => platform.startsWith("linux/")));
  const some = await client.plugins({ filters: ["type==io.containerd.snapshotter.v1"] });
  assert(some.length > 0 && some.length < all.length);
  assert(some.every(({ type }) => type === "io.containerd.snapshotter.v1"));
});

daemonTest("deprecations() lists what was used, or says what is needed", async (t) => {
  if (t.version === "1.6") {
    const error = await assertRejects(() => t.client.deprecations(), UnsupportedError, "1.6.25");
    assertStringIncludes(error.found ?? "", "containerd 1.6");
  } else {
    assertEquals(Array.isArray(await t.client.deprecations()), true);
  }
});

daemonTest("runtime() tells what runc can do, or says what is needed", async (t) => {
  if (t.version !== "2.1") {
    const error = await assertRejects(() => t.client.runtime(), UnsupportedError);
    assertStringIncludes(error.needed, "containerd 2.0");
    assertStringIncludes(error.found ?? "", `containerd ${t.version}`);
    return;
  }
  const runc = await t.client.runtime();
  assertEquals(runc.name, "io.containerd.runc.v2");
  const options = runc.features?.["mountOptions"];
  assert(Array.isArray(options) && options.includes("rro"));
  await assertRejects(
    () => t.client.runtime("io.containerd.nothere.v2"),
    NotFoundError,
    "io.containerd.nothere.v2",
  );
});

daemonTest("health() says that the daemon serves", async ({ client }) => {
  assertEquals(await client.health(), "serving");
});
