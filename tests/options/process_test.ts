/** Options of the process, seen from inside. @module */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InvalidArgumentError, NotFoundError } from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";
import { statusOf, tempFolder } from "./support.ts";

daemonTest("user(), groups() and umask() go by the image's own files", async ({ ns, image }) => {
  // In the image, app is 1000:1000 and listed in audio, 29.
  const base = ns.run(await image()).user("app").groups("daemon", 4242).umask(0o027);
  const text = await base.sh`cat /proc/self/status; touch /tmp/f; stat -c mode=%a /tmp/f`.text();
  const value = statusOf(text);
  assertEquals(value("Uid"), "1000\t1000\t1000\t1000");
  assertEquals(value("Groups")?.split(" ").map(Number).sort((a, b) => a - b), [1, 29, 1000, 4242]);
  assertEquals(value("Umask"), "0027");
  assert(text.endsWith("mode=640"), text);
  // The same by numbers, and with another group.
  const numbers = statusOf(
    await ns.run(await image()).user("1000:29").command("cat", "/proc/self/status").text(),
  );
  assertEquals([numbers("Gid"), numbers("Groups")], ["29\t29\t29\t29", "29"]);
});

daemonTest("users and groups that the image does not know are named", async ({ ns, image }) => {
  const base = ns.run(await image()).command("true");
  await assertRejects(async () => await base.user("nobody-here"), NotFoundError, "no such user");
  await assertRejects(async () => await base.user("app:nogroup"), NotFoundError, "no such group");
  await assertRejects(async () => await base.groups("nogroup"), NotFoundError, "no such group");
  await assertRejects(async () => await base.user("4294967295"), InvalidArgumentError, "user id");
  assertThrows(() => base.groups("a,b"), InvalidArgumentError, "as group");
  assertThrows(() => base.umask(0o1000), InvalidArgumentError, "as umask");
});

daemonTest("env() and envFile() set and take away variables", async ({ ns, image }) => {
  await using folder = await tempFolder("env");
  const file = `${folder.path}/vars.env`;
  await Deno.writeTextFile(file, "# comment\nFROM_FILE=a b\nBOTH=file\n");
  const base = ns.run(await image()).envFile(file).env({ BOTH: "call", GONE: "x" });
  const lines = await base.env({ GONE: undefined }).command("env").lines();
  assert(lines.includes("FROM_FILE=a b") && lines.includes("BOTH=call"), `${lines}`);
  assert(lines.includes("PATH=/bin") && !lines.some((line) => line.startsWith("GONE")), `${lines}`);
  assertThrows(() => base.envFile(`${folder.path}/none`), InvalidArgumentError, "does not exist");
  await Deno.writeTextFile(file, "OK=1\nBAD NAME=2\n");
  assertThrows(() => base.envFile(file), InvalidArgumentError, "line 2");
});

daemonTest(
  "hostname(), domainname(), cwd(), ulimit() and oomScoreAdj() are seen inside",
  async (t) => {
    const text = await t.ns.run(await t.image())
      .hostname("box").domainname("example.test").cwd("/var")
      .ulimit("nofile", { soft: 100, hard: 200 }).ulimit("core", 0).oomScoreAdj(500)
      .sh`pwd; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname /proc/self/oom_score_adj
        cat /proc/self/limits`.text();
    assertEquals(text.split("\n").slice(0, 4), ["/var", "box", "example.test", "500"]);
    assert(/Max open files +100 +200/.test(text), text);
    assert(/Max core file size +0 +0/.test(text), text);
    const base = t.ns.run("x");
    assertThrows(() => base.ulimit("nofiles", 1), InvalidArgumentError, "none of that name");
    assertThrows(() => base.ulimit("nofile", { soft: 2, hard: 1 }), InvalidArgumentError, "above");
    assertThrows(() => base.oomScoreAdj(1001), InvalidArgumentError, "-1000 to 1000");
    assertThrows(() => base.domainname("a b"), InvalidArgumentError, "domain name");
  },
);

daemonTest("tty() gives a terminal of a size", async ({ ns, image }) => {
  const base = ns.run(await image());
  assertEquals(await base.tty({ columns: 99, rows: 33 }).command("stty", "size").text(), "33 99");
  assertThrows(() => base.tty({ columns: 0, rows: 1 }), InvalidArgumentError, "terminal");
});
