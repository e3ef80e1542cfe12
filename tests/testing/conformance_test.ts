import { assertEquals } from "@std/assert";
import { CONTAINERD_VERSIONS } from "../../.ci/setup/paths.ts";
import { fakeContainerd } from "../../lib/testing/mod.ts";
import { daemonTest } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";
import { CONFORMANCE } from "./conformance.ts";
import { busybox } from "./fake_busybox.ts";

for (const { name, versions = CONTAINERD_VERSIONS, run } of CONFORMANCE) {
  for (const version of versions) {
    Deno.test(`[fake ${version}] ${name}`, async () => {
      await using fake = fakeContainerd({ version: `${version}.9` }).onRun(busybox);
      const client = fake.connect();
      const ns = client.namespace("conformance");
      try {
        let image: ReturnType<typeof loadBusybox> | undefined;
        await run({ version, client, ns, image: () => image ??= loadBusybox(ns) });
      } finally {
        await client.close();
      }
      assertEquals(fake.left(), []);
    });
  }
  daemonTest(name, (env) => run(env), { versions });
}
