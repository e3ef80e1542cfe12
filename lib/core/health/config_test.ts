import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { formatHealthPlan, type HealthCheck, healthPlan, parseHealthConfig } from "./config.ts";

Deno.test("healthPlan() fills in Docker's defaults", () => {
  assertEquals(healthPlan({ exec: "true" }), {
    probe: { exec: "true" },
    intervalMs: 30_000,
    timeoutMs: 30_000,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
    retries: 3,
  });
});

Deno.test("healthPlan() refuses what cannot be", () => {
  const wrong: HealthCheck[] = [
    { tcp: 0 },
    { tcp: 70000 },
    { http: { port: 80, path: "x" } },
    { exec: [] },
    { exec: "true", interval: 0 },
    { exec: "true", retries: 0 },
    { exec: "true", timeout: "soon" },
  ];
  for (const check of wrong) assertThrows(() => healthPlan(check), InvalidArgumentError);
});

Deno.test("formatHealthPlan() writes what Docker reads, and parseHealthConfig() reads it", () => {
  const plan = healthPlan({ exec: ["a", "b"], interval: "2s", retries: 5 });
  const json = JSON.parse(formatHealthPlan(plan));
  assertEquals([json.Test, json.Interval, json.Retries], [["CMD", "a", "b"], 2e9, 5]);
  assertEquals(parseHealthConfig(json), plan);
  for (const check of [{ tcp: 5432 }, { http: { port: 80, path: "/it's" } }, { exec: "a | b" }]) {
    const other = healthPlan({ ...check, startPeriod: "1m" });
    assertEquals(parseHealthConfig(JSON.parse(formatHealthPlan(other))), other);
  }
  const http = JSON.parse(formatHealthPlan(healthPlan({ http: { port: 80, path: "/it's" } })));
  assertEquals(http.Test[1], `wget -q -O /dev/null 'http://127.0.0.1:80/it'\\''s'`);
});

Deno.test("parseHealthConfig() takes an image's word that there is none", () => {
  assertEquals(parseHealthConfig({ Test: ["NONE"] }), undefined);
  assertEquals(parseHealthConfig({ Test: [] }), undefined);
  assertEquals(parseHealthConfig(undefined), undefined);
  assertEquals(parseHealthConfig({ Test: ["CMD-SHELL", "x"], Interval: 0 })?.intervalMs, 30_000);
});
