import { assertEquals, assertRejects } from "@std/assert";
import {
  AlreadyExistsError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { ctr } from "../harness/ctr.ts";
import { clientOf, daemonTest } from "../harness/daemons.ts";

daemonTest("adopt() takes over what ctr made: by name, and with the script if asked", async (t) => {
  const { ns, address } = t;
  const { name } = await t.image();
  for (const id of ["one", "two"]) await ctr(t, "run", "-d", name, id, "sleep", "600");
  const one = await ns.containers.adopt("one", { name: "first" });
  assertEquals([one.id, one.state], ["one", "running"]);
  assertEquals((await ns.containers.info("first")).id, "one");
  const { labels, annotations } = await one.inspect().then(({ labels, spec }) => ({
    labels,
    annotations: spec?.annotations ?? {},
  }));
  assertEquals([labels["nerdctl/name"], labels["nerdctl/namespace"]], ["first", ns.name]);
  assertEquals([labels["nerdctl/networks"], annotations["nerdctl/networks"]], [
    '["none"]',
    '["none"]',
  ]);
  {
    await using other = clientOf(address);
    await other.namespace(ns.name).containers.adopt("two", { own: true });
  }
  assertEquals((await ns.containers.list()).map(({ id }) => id), ["one"]);
  await one.remove();
});

daemonTest("adopt() refuses what is not there, taken, or somebody's", async (t) => {
  const { ns } = t;
  const image = await t.image();
  await assertRejects(() => ns.containers.adopt("none"), NotFoundError, '"none"');
  await using _ = await ns.container("taken").image(image).command("true").create();
  await ctr(t, "containers", "create", image.name, "plain", "true");
  const plain = await ns.containers.get("plain");
  try {
    await assertRejects(
      () => ns.containers.adopt("plain", { name: "taken" }),
      AlreadyExistsError,
      "has that name",
    );
    await assertRejects(
      () => ns.containers.adopt("plain", { name: "a/b" }),
      InvalidArgumentError,
    );
    assertEquals((await ns.containers.info("plain")).name, "plain");
  } finally {
    await plain.remove();
  }
  // Process 1 runs, and is another script than this one.
  const stat = Deno.readTextFileSync("/proc/1/stat");
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!;
  const { labels } = await ns.containers.info("taken");
  const [machine, boot, pids] = labels["davit/owner"]!.split(":");
  const theirs = await ns.container("theirs").image(image).keep()
    .labels({ "davit/owner": [machine, boot, pids, 1, start].join(":") }).create();
  try {
    await assertRejects(
      () => ns.containers.adopt("theirs"),
      FailedPreconditionError,
      "process 1",
    );
  } finally {
    await theirs.remove();
  }
});
