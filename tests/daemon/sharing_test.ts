import { assertEquals, assertRejects } from "@std/assert";
import { FailedPreconditionError } from "../../lib/errors/errors.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import {
  makePlace,
  runningTasks,
  settledTraces,
  startScript,
  testEach,
  traces,
} from "./support.ts";

testEach("startDaemon() gives one daemon to all who start at once", async (place) => {
  const [one, two, script] = await Promise.all([
    startDaemon(place.options),
    startDaemon(place.options),
    startScript(place),
  ]);
  assertEquals(two.pid, one.pid);
  assertEquals(script.daemon.pid, one.pid);
  // The last to leave turns off the light, whoever it is.
  await one.stop();
  assertEquals(await runningTasks(place, two), []);
  await two.stop();
  assertEquals(traces(place.dir).some((trace) => trace.startsWith("process")), true);
  await script.stop();
  assertEquals(await settledTraces(place.dir), []);
});

Deno.test("startDaemon() survives others that stop at the same time", async () => {
  await using place = await makePlace("2.1");
  const rounds = Array.from({ length: 6 }, async () => {
    for (let round = 0; round < 4; round++) {
      await using daemon = await startDaemon({ ...place.options, ephemeral: true });
      assertEquals(await runningTasks(place, daemon), []);
    }
  });
  await Promise.all(rounds);
  assertEquals(await settledTraces(place.dir), []);
});

Deno.test("startDaemon() refuses another configuration while somebody uses the daemon", async () => {
  await using place = await makePlace("2.1");
  const other = { ...place.options, config: { oom_score: -1 } };
  const first = await startDaemon(place.options);
  const error = await assertRejects(() => startDaemon(other), FailedPreconditionError);
  assertEquals(error.message.includes("another program or configuration"), true, error.message);
  await first.stop();
  await (await startDaemon(other)).stop();
});

Deno.test("startDaemon() exchanges a daemon of another configuration that nobody uses", async () => {
  await using place = await makePlace("2.1");
  const script = await startScript(place);
  await script.kill();
  const daemon = await startDaemon({ ...place.options, config: { oom_score: -1 } });
  assertEquals(daemon.pid !== script.daemon.pid, true);
  await daemon.stop();
});
