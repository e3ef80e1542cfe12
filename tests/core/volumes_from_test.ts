/** What a container mounts of another one. @module */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
} from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";

daemonTest("volumesFrom() mounts the volumes and folders of another container", async (t) => {
  const { ns } = t;
  const image = await ns.build(await t.image()).volume("/own").tag("v:1").build();
  const folder = await Deno.makeTempDir({ prefix: "davit-from-" });
  try {
    await Deno.writeTextFile(`${folder}/host`, "of the host");
    await using db = await ns.container("db").image(image).network("none")
      .mount(
        { volume: "data", to: "/data" },
        { volume: "fixed", to: "/fixed", readonly: true },
        { bind: folder, to: "/site" },
        { tmpfs: "1MiB", to: "/memory" },
      )
      .command("sleep", "600").start();
    await db.exec("sh", "-c", "echo db >/data/a; echo own >/own/b; echo m >/memory/c");
    const run = ns.run(image).volumesFrom("db");
    assertEquals(
      await run.sh`cat /data/a /own/b /site/host; ls -d /memory || hostname >/data/host`.text(),
      "db\nown\nof the host",
    );
    await run.sh`echo x 2>/dev/null >/fixed/a && exit 1 || exit 0`;
    await ns.run(image).volumesFrom(db, "ro")
      .sh`for i in data own site fixed; do ! echo x 2>/dev/null >/$i/x || exit 1; done`;

    // What is named by itself goes before, wherever it is named; and the last of several.
    await using other = await ns.container("other").image(image)
      .mount({ volume: "more", to: "/data" }).command("true").create();
    const own = ns.run(image).mount({ tmpfs: true, to: "/data/" }).volumesFrom("db");
    assertEquals(await own.sh`ls /data; cat /own/b`.text(), "own");
    assertEquals(await ns.run(image).volumesFrom("db").volumesFrom(other).sh`ls /data`.text(), "");
    assertEquals(
      await ns.run(image).volumesFrom(other).volumesFrom("db").sh`ls /data`.text(),
      "a\nhost",
    );

    // It uses them, and takes none of them along.
    const data = await ns.volumes.get("data");
    const second = await ns.container("second").image(image).volumesFrom("db").command("true")
      .create();
    assertEquals((await data.usedBy()).sort(), ["db", "second"]);
    const anonymous = (await ns.volumes.list()).filter((volume) => volume.anonymous);
    const shared = await Promise.all(anonymous.map((volume) => volume.usedBy()));
    assertEquals(shared.map((users) => users.sort().join()).sort(), ["db,second", "other"]);
    const spec = await ns.container().image(image).volumesFrom("second").spec();
    assertEquals(spec.by('mounts["/data"].source'), "volumesFrom");
    assertEquals(spec.oci.mounts?.some(({ destination }) => destination === "/etc/hosts"), false);
    await second.remove();
    await assertRejects(() => data.remove(), FailedPreconditionError);
    assertEquals(await data.usedBy(), ["db"]);

    await assertRejects(async () => void await ns.run(image).volumesFrom("nobody"), NotFoundError);
    // @ts-expect-error There are two modes.
    assertThrows(() => run.volumesFrom("db", "z"), InvalidArgumentError, 'use "ro" or "rw"');
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  for (const volume of await ns.volumes.list()) await volume.remove();
});
