/** Options of the file systems, seen from inside. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { mountsOf, tempFolder } from "./support.ts";

daemonTest("mount() has bind, recursive read-only, tmpfs and raw mounts", async ({ ns, image }) => {
  await using folder = await tempFolder("mounts");
  await Deno.mkdir(`${folder.path}/sub`);
  await Deno.writeTextFile(`${folder.path}/sub/file`, "there");
  const run = ns.run(await image())
    .mount({ bind: folder.path, to: "/ro", readonly: "recursive" })
    .mount({ bind: folder.path, to: "/slave", propagation: "rslave", options: ["nosuid"] })
    .mount({ bind: `${folder.path}/sub/file`, to: "/one", recursive: false })
    .mount({ tmpfs: "4MiB", to: "/mem", mode: 0o700, exec: true, options: ["uid=7"] })
    .mount({ type: "proc", to: "/proc2" });
  const text = await run.sh`cat /proc/mounts; echo ---; cat /one; cat /proc2/self/comm
    stat -c '%a %u' /mem; touch /ro/sub/x 2>&1; true`.text();
  const [table = "", rest = ""] = text.split("\n---\n");
  const mounts = mountsOf(table);
  assert(mounts.get("/ro")?.options.includes("ro"), table);
  assert(mounts.get("/slave")?.options.includes("nosuid"), table);
  assertEquals(mounts.get("/mem")?.type, "tmpfs");
  assert(!mounts.get("/mem")?.options.includes("noexec"), table);
  assertEquals(mounts.get("/proc2")?.type, "proc");
  assert(rest.startsWith("therecat\n700 7\n") && /Read-only/.test(rest), rest);
});

daemonTest(
  "mount() shows the files of an image, until the container goes",
  async ({ ns, image }) => {
    const busybox = await image();
    const snapshots = async () => (await ns.snapshots.list()).map(({ key }) => key);
    await busybox.unpack();
    const before = await snapshots();
    {
      await using box = await ns.container("with-image").image(busybox).command("sleep", "60")
        .mount({ image: busybox.name, to: "/tools" }).start();
      assertEquals(await box.exec("ls", "/tools/etc").lines(), ["group", "passwd"]);
      await assertRejects(async () => await box.exec("touch", "/tools/x"), ExitError, "Read-only");
      assertEquals((await snapshots()).filter((key) => key.includes("-image-")).length, 1);
    }
    assertEquals((await snapshots()).filter((key) => !before.includes(key)), []);
    const missing = ns.run(busybox).mount({ image: "no.such/image:1", to: "/tools" });
    await assertRejects(
      async () => await missing.command("true"),
      NotFoundError,
      "no.such/image:1",
    );
    // What was made before the failure is gone.
    const twice = ns.run(busybox).mount({ image: busybox, to: "/a" }, {
      image: "no.such:1",
      to: "/b",
    });
    await assertRejects(async () => await twice.command("true"), NotFoundError);
    assertEquals((await snapshots()).filter((key) => !before.includes(key)), []);
  },
);

daemonTest(
  "unmount(), shmSize(), cgroupMount() and readonlyRootfs() change the mounts",
  async (t) => {
    const text = await t.ns.run(await t.image())
      .unmount("/run").shmSize("1MiB").cgroupMount("ro").readonlyRootfs()
      .sh`cat /proc/mounts; touch /x 2>&1; true`.text();
    const mounts = mountsOf(text);
    assertEquals(mounts.has("/run"), false);
    assert(mounts.get("/dev/shm")?.options.includes("size=1024k"), text);
    assert([...mounts.keys()].some((path) => path.startsWith("/sys/fs/cgroup")), text);
    assert(mounts.get("/")?.options.includes("ro") && /x: Read-only/.test(text), text);
  },
);

daemonTest("hostFiles() shows the host's own files", async ({ ns, image }) => {
  const run = ns.run(await image()).hostFiles("hosts");
  assertEquals(
    await run.command("cat", "/etc/hosts").text(),
    (await Deno.readTextFile("/etc/hosts")).trimEnd(),
  );
  const wrong = "shadow" as "hosts";
  assertThrows(() => run.hostFiles(wrong), InvalidArgumentError, "use one of");
});

daemonTest("rootfsPropagation() lets a mount be shared with the host", async ({ ns, image }) => {
  const run = ns.run(await image()).rootfsPropagation("shared");
  assertEquals((await run.spec()).oci.linux?.rootfsPropagation, "shared");
  // runc refuses what it does not know, and makes the root as it is told.
  await run.command("true");
});

daemonTest(
  "rootfs() runs from a folder of the host, with users of its own",
  async ({ ns, image }) => {
    await using folder = await tempFolder("rootfs");
    const busybox = await image();
    for (const path of ["bin", "etc", "proc", "sys", "dev", "tmp"]) {
      await Deno.mkdir(`${folder.path}/${path}`);
    }
    const binary = await ns.run(busybox).command("cat", "/bin/busybox").bytes();
    await Deno.writeFile(`${folder.path}/bin/busybox`, binary, { mode: 0o755 });
    await Deno.writeTextFile(`${folder.path}/etc/passwd`, "someone:x:77:88::/:/bin/sh\n");
    const words = [
      "/bin/busybox",
      "sh",
      "-c",
      "/bin/busybox id -u; /bin/busybox echo hi > /tmp/out",
    ];
    await Deno.chmod(`${folder.path}/tmp`, 0o777);
    await Deno.chmod(folder.path, 0o755);
    assertEquals(
      await ns.container("folder").rootfs(folder.path).user("someone")
        .command(...words).start().then(async (box) => {
          await using _box = box;
          return (await box.wait()).exitCode;
        }),
      0,
    );
    assertEquals(await Deno.readTextFile(`${folder.path}/tmp/out`), "hi\n");
    assertEquals((await Deno.stat(`${folder.path}/tmp/out`)).uid, 77);
    const bad = (path: string) => async () =>
      await ns.container("x").rootfs(path).command("x").create();
    await assertRejects(bad("/"), InvalidArgumentError, "Cannot use / as root");
    await assertRejects(bad(`${folder.path}/none`), InvalidArgumentError, "does not exist");
    await assertRejects(bad(`${folder.path}/etc/passwd`), InvalidArgumentError, "no folder");
  },
);

daemonTest("mounts that cannot be are refused before anything is made", async ({ ns, image }) => {
  const run = ns.run(await image()).command("true");
  const missing = run.mount({ bind: "/no/such/source", to: "/x" });
  await assertRejects(async () => await missing, InvalidArgumentError, "does not exist");
  assertThrows(() => run.mount({ bind: "/tmp", to: "x" }), InvalidArgumentError, "absolute");
  assertThrows(() => run.mount({ tmpfs: "1x", to: "/x" }), InvalidArgumentError, "size");
  assertThrows(() => run.mount({ tmpfs: true, to: "/x", mode: -1 }), InvalidArgumentError, "mode");
  assertThrows(() => run.shmSize(0), InvalidArgumentError, "0 bytes");
  assertThrows(() => run.unmount("run"), InvalidArgumentError, "absolute");
});
