/**
 * Watches the health of containers from this process: no daemon, no timers of systemd, no root.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { pause } from "../call/abort.ts";
import type { Context } from "../context.ts";
import type { ExecContainer } from "../exec/target.ts";
import {
  HEALTHCHECK_LABEL,
  type HealthPlan,
  HEALTHSTATE_LABEL,
  parseHealthConfig,
} from "./config.ts";
import { type ProbeResult, runProbe } from "./probe.ts";
import { waitTask } from "../task/task.ts";

/** How a container is. */
export interface HealthStatus {
  /** `starting` until the first success, or until failures count. */
  readonly status: "starting" | "healthy" | "unhealthy";
  /** How many probes failed in a row. */
  readonly failingStreak: number;
  /** When it became so. */
  readonly time: Date;
  /** The probe that told; none at the beginning. */
  readonly probe: ProbeResult | undefined;
}

/** The state that follows a probe. */
export function nextHealth(
  before: HealthStatus,
  plan: HealthPlan,
  result: { readonly probe: ProbeResult; readonly time: Date; readonly inStartPeriod: boolean },
): HealthStatus {
  const { probe, time, inStartPeriod } = result;
  if (probe.exitCode === 0) return { status: "healthy", failingStreak: 0, time, probe };
  // Once it was well, failures count, whatever the start period says.
  const counts = !(inStartPeriod && before.status === "starting");
  const failingStreak = counts ? before.failingStreak + 1 : before.failingStreak;
  const status = failingStreak >= plan.retries ? "unhealthy" : before.status;
  return { status, failingStreak, time, probe };
}

/** A watch of one container, shared by all who want to know. */
class Monitor {
  readonly #context: Context;
  readonly #container: ExecContainer;
  readonly #plan: HealthPlan;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #failure: { error: unknown } | undefined;
  #over = false;
  /** All transitions so far. */
  readonly seen: HealthStatus[] = [
    { status: "starting", failingStreak: 0, time: new Date(), probe: undefined },
  ];

  constructor(context: Context, container: ExecContainer, plan: HealthPlan) {
    this.#context = context;
    this.#container = container;
    this.#plan = plan;
  }

  /** Adds someone who is told; the first one starts the watch. */
  join(listener: () => void): void {
    if (this.#listeners.size === 0) this.#start();
    this.#listeners.add(listener);
  }

  /** Takes one away. `true`: it was the last, and the watch has ended. */
  leave(listener: () => void): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#stop.abort();
    return true;
  }

  /** Whether there will be no more; throws what the watch failed with. */
  get over(): boolean {
    if (this.#failure) throw this.#failure.error;
    return this.#over;
  }

  #start(): void {
    const { session } = this.#context;
    const signal = AbortSignal.any([this.#stop.signal, session.closing]);
    const ended = waitTask(this.#context, this.#container.id, { signal }).catch(() => {})
      .then(() => this.#stop.abort());
    const work = this.#run(signal).catch((error) => {
      // The container's end ends a probe too.
      if (!signal.aborted) this.#failure = { error };
    }).finally(async () => {
      this.#over = true;
      this.#stop.abort();
      await ended;
      for (const wake of [...this.#listeners]) wake();
    });
    session.background(work);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const plan = this.#plan;
    const started = performance.now();
    for (let state = this.seen[0]!; !signal.aborted;) {
      let probe: ProbeResult;
      try {
        const { timeoutMs } = plan;
        probe = await runProbe(this.#context, this.#container, plan.probe, { timeoutMs, signal });
      } catch (error) {
        // The end of the container is about to be told.
        if (error instanceof FailedPreconditionError) {
          probe = { exitCode: -1, output: error.message };
        } else throw error;
      }
      if (signal.aborted) return;
      const inStartPeriod = performance.now() - started < plan.startPeriodMs;
      const next = nextHealth(state, plan, { probe, time: new Date(), inStartPeriod });
      if (next.status !== state.status || next.failingStreak !== state.failingStreak) {
        await this.#store(next);
      }
      if (next.status !== state.status) {
        this.seen.push(next);
        for (const wake of [...this.#listeners]) wake();
      }
      state = next;
      const early = inStartPeriod && state.status === "starting";
      await pause(early ? plan.startIntervalMs : plan.intervalMs, signal);
    }
  }

  async #store({ status, failingStreak }: HealthStatus): Promise<void> {
    const state = JSON.stringify({ Status: status, FailingStreak: failingStreak });
    try {
      await this.#context.api.containers.update({
        container: { id: this.#container.id, labels: { [HEALTHSTATE_LABEL]: state } },
        updateMask: { paths: [`labels.${HEALTHSTATE_LABEL}`] },
      });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}

const monitors = new WeakMap<object, Map<string, Monitor>>();

/**
 * The health of a running container: how it is now, then every change, until it ends. While someone
 * asks, this process probes it, for all who ask together.
 *
 * @throws {FailedPreconditionError} when it has no health check.
 */
export async function* followHealth(
  context: Context,
  container: ExecContainer,
  options: { signal?: AbortSignal } = {},
): AsyncGenerator<HealthStatus, void, undefined> {
  const monitor = await monitorOf(context, container);
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  options.signal?.addEventListener("abort", wake);
  monitor.join(wake);
  try {
    for (let next = monitor.seen.length - 1;;) {
      changed = Promise.withResolvers<void>();
      const over = monitor.over;
      while (next < monitor.seen.length) yield monitor.seen[next++]!;
      if (over || options.signal?.aborted) return;
      await changed.promise;
    }
  } finally {
    options.signal?.removeEventListener("abort", wake);
    if (monitor.leave(wake)) monitors.get(context.session)?.delete(keyOf(context, container));
  }
}

function keyOf(context: Context, { id, pid }: ExecContainer): string {
  return context.key("health", `${id}\0${pid}`);
}

async function monitorOf(context: Context, container: ExecContainer): Promise<Monitor> {
  const key = keyOf(context, container);
  let all = monitors.get(context.session);
  if (!all) monitors.set(context.session, all = new Map());
  const { container: record } = await context.api.containers.get({ id: container.id });
  const known = all.get(key);
  if (known) return known;
  const label = record?.labels[HEALTHCHECK_LABEL];
  const plan = label === undefined ? undefined : parseLabel(label);
  if (!plan) {
    throw new FailedPreconditionError(
      `Cannot tell the health of container "${container.id}": it has no health check; make it with ` +
        "healthcheck()",
    );
  }
  const monitor = new Monitor(context, container, plan);
  all.set(key, monitor);
  return monitor;
}

function parseLabel(text: string): HealthPlan | undefined {
  try {
    return parseHealthConfig(JSON.parse(text));
  } catch {
    return undefined;
  }
}
