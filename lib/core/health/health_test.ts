import { assertEquals } from "@std/assert";
import { type HealthStatus, nextHealth } from "./health.ts";
import { healthPlan } from "./config.ts";
import { listeningPorts } from "./probe.ts";

const plan = healthPlan({ exec: "true", retries: 2 });
const time = new Date(0);

/** The states that probes lead to: `.` well, `x` not, `s` not, in the start period. */
function states(probes: string): string[] {
  let state: HealthStatus = { status: "starting", failingStreak: 0, time, probe: undefined };
  return [...probes].map((kind) => {
    const probe = { exitCode: kind === "." ? 0 : 1, output: "" };
    state = nextHealth(state, plan, { probe, time, inStartPeriod: kind === "s" });
    return `${state.status} ${state.failingStreak}`;
  });
}

Deno.test("nextHealth() needs some failures in a row, and one success", () => {
  assertEquals(states("x.xx."), [
    "starting 1",
    "healthy 0",
    "healthy 1",
    "unhealthy 2",
    "healthy 0",
  ]);
});

Deno.test("nextHealth() lets failures pass in the start period, until it was well", () => {
  assertEquals(states("sss"), ["starting 0", "starting 0", "starting 0"]);
  assertEquals(states("s.ss"), ["starting 0", "healthy 0", "healthy 1", "unhealthy 2"]);
});

Deno.test("listeningPorts() reads /proc/net/tcp and tcp6", () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100007F:0050 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 1 1
   2: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:0
`;
  assertEquals([...listeningPorts(text)], [8080, 22]);
  assertEquals(listeningPorts(""), new Set());
});
