import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CanceledError, FailedPreconditionError, TimeoutError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

async function start({ ns, image }: DaemonTestEnv, script: string) {
  return await ns.container().image(await image()).command("sh", "-c", script).start();
}

daemonTest("until() waits for a line, written before or after", async (t) => {
  await using box = await start(t, "echo early 1; sleep 0.3; echo ready now; sleep 60");
  await box.until(/^ready \w+$/);
  await box.until(/early \d/g);
  await box.until(/early \d/g);
});

daemonTest("until() waits for a port in the container's own network", async (t) => {
  await using box = await start(
    t,
    "ip link set lo up 2>/dev/null; while [ ! -e /go ]; do sleep 0.05; done; exec httpd -f -p 8080 -h /",
  );
  const ready = box.until({ port: 8080 });
  const first = await Promise.race([ready.then(() => "ready"), box.exec("true").then(() => "not")]);
  assertEquals(first, "not");
  await box.exec("touch", "/go");
  await ready;
});

daemonTest("until() calls a function until it holds", async (t) => {
  await using box = await start(t, "sleep 60");
  let calls = 0;
  await box.until(async (container) => {
    assertEquals(container.id, box.id);
    return ++calls === 3 && await container.exec("true").exitCode() === 0;
  });
  assertEquals(calls, 3);
  await assertRejects(
    () => box.until(() => Promise.reject(new RangeError("broken"))),
    RangeError,
    "broken",
  );
});

daemonTest("until() tells that the container ended before", async (t) => {
  await using box = await start(t, "echo cannot find config >&2; sleep 0.2; exit 3");
  for (const condition of [/never/, { port: 1 }, () => false]) {
    const error = await assertRejects(() => box.until(condition), ExitError, "cannot find config");
    assertEquals(error.exitCode, 3);
  }
});

daemonTest("until() ends at its time limit and on a signal", async (t) => {
  await using box = await start(t, "echo working; sleep 60");
  await box.until(/working/);
  const error = await assertRejects(
    () => box.until(/never/, { timeout: "300ms" }),
    TimeoutError,
    "300 ms",
  );
  assertStringIncludes(error.message, "working");
  await assertRejects(() => box.until({ port: 9 }, { timeout: "200ms" }), TimeoutError, "port 9");
  await assertRejects(
    () => box.until(() => false, { signal: AbortSignal.abort() }),
    CanceledError,
  );
  await assertRejects(() => box.until("healthy"), FailedPreconditionError, "no health check");
  assert((await t.ns.containers.list()).length === 1);
});
