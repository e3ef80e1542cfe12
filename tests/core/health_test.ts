import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { HealthStatus } from "../../lib/core/health/health.ts";
import { TimeoutError } from "../../lib/errors/errors.ts";
import { ExitError } from "../../lib/errors/process_errors.ts";
import { daemonTest, type DaemonTestEnv } from "../harness/daemons.ts";

async function idle({ ns, image }: DaemonTestEnv, script = "sleep 600") {
  return ns.container().image(await image()).command("sh", "-c", script);
}

async function next(health: AsyncGenerator<HealthStatus>): Promise<HealthStatus> {
  const { value, done } = await health.next();
  if (done) throw new Error("the health ended");
  return value;
}

daemonTest("health() tells every change, by a command", async (t) => {
  const builder = await idle(t);
  await using box = await builder.healthcheck({
    exec: "test -e /well || { echo not well; exit 5; }",
    interval: "50ms",
    retries: 2,
  }).start();
  const health = box.health();
  assertEquals((await next(health)).status, "starting");
  const unhealthy = await next(health);
  assertEquals([unhealthy.status, unhealthy.failingStreak], ["unhealthy", 2]);
  assertEquals(unhealthy.probe, { exitCode: 5, output: "not well\n" });
  const { container } = await t.ns.api.containers.get({ id: box.id });
  const stored = JSON.parse(container!.labels["nerdctl/healthstate"]!);
  assertEquals([stored.Status, stored.FailingStreak >= 2], ["unhealthy", true]);
  assertEquals(JSON.parse(container!.labels["nerdctl/healthcheck"]!).Retries, 2);
  await box.exec("touch", "/well");
  assertEquals((await next(health)).status, "healthy");
  // A second reader begins with what is so now.
  const other = box.health();
  assertEquals((await next(other)).status, "healthy");
  await other.return();
  await box.exec("rm", "/well");
  assertEquals((await next(health)).status, "unhealthy");
  await box.kill("SIGKILL");
  assertEquals((await health.next()).done, true);
});

daemonTest("health() lets failures of the start period pass", async (t) => {
  const builder = await idle(t);
  await using box = await builder.healthcheck({
    exec: ["test", "-e", "/well"],
    interval: "1h",
    startPeriod: "1h",
    startInterval: "50ms",
    retries: 1,
  }).start();
  const ready = box.until("healthy");
  await box.exec().sh`sleep 0.3; touch /well`;
  await ready;
});

daemonTest("health() asks by HTTP and TCP in the container's network", async (t) => {
  const script = "ip link set lo up; mkdir /www; echo hi > /www/ok; exec httpd -f -p 8080 -h /www";
  const builder = (await idle(t, script)).edit((spec) => {
    const capabilities = spec.process?.capabilities ?? {};
    const add = (list: string[] = []) => [...list, "CAP_NET_ADMIN"];
    return {
      ...spec,
      process: {
        ...spec.process!,
        capabilities: {
          bounding: add(capabilities.bounding),
          effective: add(capabilities.effective),
          permitted: add(capabilities.permitted),
        },
      },
    };
  });
  await using web = await builder.healthcheck({ http: { port: 8080, path: "/ok" } }).start();
  await web.until({ port: 8080 });
  await web.until("healthy");
  await using missing = await builder
    .healthcheck({ http: { port: 8080, path: "/no" }, interval: "50ms", retries: 1 }).start();
  await missing.until({ port: 8080 });
  const health = missing.health();
  await next(health);
  const { status, probe } = await next(health);
  assertEquals([status, probe?.exitCode], ["unhealthy", 1]);
  assertStringIncludes(probe!.output, "answered 404");
  await health.return();
  await using port = await builder.healthcheck({ tcp: 8080, interval: "50ms", retries: 50 })
    .start();
  await port.until("healthy");
  await using none = await builder.healthcheck({ tcp: 9, interval: "20ms", retries: 1 }).start();
  const sick = none.health();
  await next(sick);
  assertEquals((await next(sick)).probe?.output, "nothing listens on port 9");
  await sick.return();
});

daemonTest("health() takes a probe that hangs or cannot start for a failure", async (t) => {
  const builder = await idle(t);
  for (const [exec, code] of [[["sleep", "60"], -1], [["nosuch"], 127]] as const) {
    await using box = await builder
      .healthcheck({ exec, timeout: "200ms", interval: "20ms", retries: 1 }).start();
    const health = box.health();
    await next(health);
    const { status, probe } = await next(health);
    assertEquals([status, probe?.exitCode], ["unhealthy", code]);
    await assertRejects(() => box.until("healthy", { timeout: "300ms" }), TimeoutError);
    await health.return();
  }
});

daemonTest("until('healthy') tells that the container ended", async (t) => {
  const builder = await idle(t, "echo bye; sleep 0.3; exit 4");
  await using box = await builder.healthcheck({ exec: "false", interval: "50ms" }).start();
  const error = await assertRejects(() => box.until("healthy"), ExitError, "bye");
  assertEquals(error.exitCode, 4);
});
