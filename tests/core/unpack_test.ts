import { assertEquals } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("images that share layers each keep them from the collector", async ({ ns, image }) => {
  const base = await image();
  const files = { "hello.txt": "hello" };
  const first = await ns.build(base).copy(files, "/").env({ A: "1" }).tag("first:1").build();
  const second = await ns.build(base).copy(files, "/").env({ A: "2" }).tag("second:1").build();
  const [one, two] = [await first.resolve(), await second.resolve()];
  assertEquals(one.chainId, two.chainId, "the layers are the same");
  // The first brought the snapshots; the second must not lose them with it.
  await ns.images.remove(first, { sync: true });
  const key = two.chainId!;
  const { info } = await ns.api.snapshots.stat({ snapshotter: "overlayfs", key });
  assertEquals(info?.name, key);
});
