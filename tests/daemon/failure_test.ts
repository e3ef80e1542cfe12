import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CanceledError,
  FailedPreconditionError,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
} from "../../lib/errors/errors.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { makePlace, settledTraces, testEach, traces } from "./support.ts";

testEach(
  "startDaemon() shows the end of the log when containerd refuses to start",
  async (place) => {
    const config = { debug: { level: "nonsense" } };
    const error = await assertRejects(
      () => startDaemon({ ...place.options, config }),
      FailedPreconditionError,
    );
    assertStringIncludes(error.message, "exit code 1");
    assertStringIncludes(error.message, "nonsense");
    assertStringIncludes(error.message, `${place.dir}/containerd.log`);
  },
);

Deno.test("startDaemon() says what to install when there is no containerd", async () => {
  const error = await assertRejects(
    () => startDaemon({ containerd: "containerd-that-is-not-there" }),
    NotFoundError,
  );
  assertStringIncludes(error.message, "install containerd and runc");
});

Deno.test("startDaemon() refuses a folder whose socket's path is too long", async () => {
  await using place = await makePlace("2.1");
  const dir = `${place.dir}/${"x".repeat(90)}`;
  const error = await assertRejects(
    () => startDaemon({ ...place.options, dir }),
    InvalidArgumentError,
  );
  assertStringIncludes(error.message, "107");
  assertEquals([...Deno.readDirSync(place.dir)], []);
});

Deno.test("startDaemon() refuses a program that is not containerd", async () => {
  await using place = await makePlace("2.1");
  const error = await assertRejects(
    () => startDaemon({ ...place.options, containerd: "/bin/true" }),
    Error,
  );
  assertStringIncludes(error.message, "does not answer as containerd does");
});

/** A containerd that starts and never serves. */
async function deafDaemon(dir: string): Promise<string> {
  const path = `${dir}/deaf`;
  const script = `#!/bin/sh
[ "$1" = --version ] && { echo containerd example 2.0.0; exit; }
echo I hear nothing
touch '${dir}/started'
exec tail -f "$2"
`;
  await Deno.writeTextFile(path, script, { mode: 0o755 });
  return path;
}

async function waitForFile(path: string): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!await Deno.stat(path).then(() => true, () => false)) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("startDaemon() ends a daemon that does not serve in time", async () => {
  await using place = await makePlace("2.1");
  const containerd = await deafDaemon(place.dir);
  const error = await assertRejects(
    () => startDaemon({ ...place.options, containerd, startTimeoutMs: 500 }),
    TimeoutError,
  );
  assertStringIncludes(error.message, "500 ms");
  assertEquals(await settledTraces(place.dir), []);
});

Deno.test("startDaemon() ends the daemon when its signal is aborted", async () => {
  await using place = await makePlace("2.1");
  const containerd = await deafDaemon(place.dir);
  const controller = new AbortController();
  const starting = startDaemon({ ...place.options, containerd, signal: controller.signal });
  starting.catch(() => {});
  await waitForFile(`${place.dir}/started`);
  assertEquals(traces(place.dir).length, 1);
  controller.abort(new Error("enough"));
  const error = await assertRejects(() => starting, CanceledError);
  assertEquals((error.cause as Error).message, "enough");
  assertEquals(await settledTraces(place.dir), []);
});

Deno.test("startDaemon() does nothing once its signal is aborted", async () => {
  await using place = await makePlace("2.1");
  const signal = AbortSignal.abort();
  await assertRejects(() => startDaemon({ ...place.options, signal }), CanceledError);
  assertEquals(await settledTraces(place.dir), []);
});
