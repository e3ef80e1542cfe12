/**
 * What a health check is, and how it is written on a container: as nerdctl and Docker have it.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { type Duration, parseDuration } from "../../oci/durations.ts";
import { shellQuote } from "../../oci/quote.ts";

/** The label with a container's health check, as JSON; nerdctl's. */
export const HEALTHCHECK_LABEL = "nerdctl/healthcheck";
/** The label with the last state, as JSON; nerdctl's. */
export const HEALTHSTATE_LABEL = "nerdctl/healthstate";

/** How to ask a container whether it is well. */
export type HealthProbe =
  | {
    /** A command, or a script for `/bin/sh`, to run inside: exit code 0 means well. */
    readonly exec: string | readonly string[];
  }
  | {
    /** Asks by HTTP on the container's loopback: a status from 200 to 399 means well. */
    readonly http: {
      /** The port. */
      readonly port: number;
      /** The path, `/` by default. */
      readonly path?: string;
    };
  }
  | {
    /** A port: something must listen there, in the container's network. */
    readonly tcp: number;
  };

/** When to ask. */
export interface HealthTiming {
  /** The time between two probes, `"30s"` by default. */
  readonly interval?: Duration;
  /** How long a probe may take, `"30s"` by default. */
  readonly timeout?: Duration;
  /** How long after the start failures do not count, none by default. */
  readonly startPeriod?: Duration;
  /** The time between two probes in the start period, until one succeeds; `"5s"` by default. */
  readonly startInterval?: Duration;
  /** How many failures in a row mean unhealthy, 3 by default. */
  readonly retries?: number;
}

/** A health check: a probe, and when to make it. */
export type HealthCheck = HealthProbe & HealthTiming;

/** A check with its defaults filled in; times in milliseconds. */
export interface HealthPlan {
  /** How to ask. */
  readonly probe: HealthProbe;
  /** Between two probes. */
  readonly intervalMs: number;
  /** For one probe. */
  readonly timeoutMs: number;
  /** After the start. */
  readonly startPeriodMs: number;
  /** Between two probes in the start period. */
  readonly startIntervalMs: number;
  /** Failures in a row. */
  readonly retries: number;
}

/** Docker's form: `HealthConfig` of its API, times in nanoseconds. */
interface DockerHealthConfig {
  Test?: readonly string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
  /** Ours: what `Test` only approximates. Docker and nerdctl do not look at it. */
  Davit?: HealthProbe;
}

const NS_PER_MS = 1e6;

/**
 * Reads what a caller gave.
 *
 * @throws {InvalidArgumentError} when a port, a time or a count is out of range.
 */
export function healthPlan(check: HealthCheck): HealthPlan {
  const ms = (value: Duration | undefined, fallback: number, what: string, least: number) => {
    const found = value === undefined ? fallback : parseDuration(value, what);
    if (found >= least) return found;
    throw new InvalidArgumentError(`Cannot use ${found} ms as ${what}: the least is ${least} ms`);
  };
  const { retries = 3 } = check;
  if (!Number.isSafeInteger(retries) || retries < 1) {
    throw new InvalidArgumentError(`Cannot retry ${retries} times: use a whole number from 1`);
  }
  return {
    probe: probeOf(check),
    intervalMs: ms(check.interval, 30_000, "interval", 1),
    timeoutMs: ms(check.timeout, 30_000, "timeout", 1),
    startPeriodMs: ms(check.startPeriod, 0, "start period", 0),
    startIntervalMs: ms(check.startInterval, 5_000, "start interval", 1),
    retries,
  };
}

function probeOf(check: HealthProbe): HealthProbe {
  const port = (value: number) => {
    if (Number.isInteger(value) && value >= 1 && value <= 65535) return value;
    throw new InvalidArgumentError(`Cannot probe port ${value}: use a number from 1 to 65535`);
  };
  if ("tcp" in check) return { tcp: port(check.tcp) };
  if ("http" in check) {
    const path = check.http.path ?? "/";
    if (path.startsWith("/")) return { http: { port: port(check.http.port), path } };
    throw new InvalidArgumentError(`Cannot probe path ${JSON.stringify(path)}: begin it with "/"`);
  }
  if ("exec" in check && check.exec.length > 0) return { exec: check.exec };
  throw new InvalidArgumentError(
    "Cannot use this as health check: give exec, http or tcp, and something in it",
  );
}

/** A plan as the value of {@linkcode HEALTHCHECK_LABEL}. */
export function formatHealthPlan(plan: HealthPlan): string {
  const config: DockerHealthConfig = {
    Test: dockerTest(plan.probe),
    Interval: plan.intervalMs * NS_PER_MS,
    Timeout: plan.timeoutMs * NS_PER_MS,
    StartPeriod: plan.startPeriodMs * NS_PER_MS,
    StartInterval: plan.startIntervalMs * NS_PER_MS,
    Retries: plan.retries,
    ...("exec" in plan.probe ? {} : { Davit: plan.probe }),
  };
  return JSON.stringify(config);
}

function dockerTest(probe: HealthProbe): string[] {
  if ("exec" in probe) {
    return typeof probe.exec === "string" ? ["CMD-SHELL", probe.exec] : ["CMD", ...probe.exec];
  }
  const script = "tcp" in probe
    ? `nc -z 127.0.0.1 ${probe.tcp}`
    : `wget -q -O /dev/null ${shellQuote(`http://127.0.0.1:${probe.http.port}${probe.http.path}`)}`;
  return ["CMD-SHELL", script];
}

/** Reads a label's value, or an image's health check; `undefined` when it says that there is none. */
export function parseHealthConfig(value: unknown): HealthPlan | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const config = value as DockerHealthConfig;
  const [kind, ...words] = Array.isArray(config.Test) ? config.Test.map(String) : [];
  const exec = kind === "CMD" ? words : kind === "CMD-SHELL" ? words.join(" ") : "";
  const probe = config.Davit ?? (exec.length > 0 ? { exec } : undefined);
  if (!probe) return undefined;
  // Docker takes 0 for "not set".
  const duration = (ns: unknown) => typeof ns === "number" && ns > 0 ? ns / NS_PER_MS : undefined;
  return healthPlan({
    ...probe,
    interval: duration(config.Interval),
    timeout: duration(config.Timeout),
    startPeriod: duration(config.StartPeriod),
    startInterval: duration(config.StartInterval),
    retries: config.Retries || undefined,
  });
}
