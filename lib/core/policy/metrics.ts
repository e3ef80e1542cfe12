/**
 * Counts calls, how they end and how long they take.
 *
 * @module
 */
import type { ErrorCode } from "../../errors/errors.ts";
import type { Interceptor } from "./policy.ts";

/** What was counted of one RPC. */
export interface CallStats {
  /** The RPC's name, such as `"containerd.services.images.v1.Images/Get"`. */
  readonly rpc: string;
  /** How many calls have ended. */
  readonly ended: number;
  /** How many are under way. */
  readonly active: number;
  /** How many failed, by code. */
  readonly failures: Readonly<Partial<Record<ErrorCode, number>>>;
  /** How long the ended ones took together, in milliseconds. */
  readonly totalMs: number;
  /** How long the longest took, in milliseconds. */
  readonly maxMs: number;
}

type Counting = { -readonly [K in keyof CallStats]: CallStats[K] };

/**
 * Counts calls.
 *
 * @example
 * ```ts
 * import { CallMetrics, connect } from "@davit/sdk";
 *
 * await using davit = await connect();
 * const metrics = new CallMetrics();
 * await davit.use(metrics.interceptor).namespace("ci").images.list();
 * console.table(metrics.stats());
 * ```
 */
export class CallMetrics {
  readonly #stats = new Map<string, Counting>();

  /** For `client.use()`; of several clients, if you like. */
  readonly interceptor: Interceptor = ({ service, method }) => {
    const stats = this.#of(`${service}/${method}`);
    const started = performance.now();
    stats.active++;
    return {
      end: (error) => {
        const ms = performance.now() - started;
        stats.active--;
        stats.ended++;
        stats.totalMs += ms;
        stats.maxMs = Math.max(stats.maxMs, ms);
        if (error) {
          stats.failures = {
            ...stats.failures,
            [error.code]: (stats.failures[error.code] ?? 0) + 1,
          };
        }
      },
    };
  };

  /** What was counted so far, by name. */
  stats(): CallStats[] {
    return [...this.#stats.values()].map((stats) => ({ ...stats })).sort((a, b) =>
      a.rpc < b.rpc ? -1 : 1
    );
  }

  #of(rpc: string): Counting {
    let stats = this.#stats.get(rpc);
    if (!stats) {
      stats = { rpc, ended: 0, active: 0, failures: {}, totalMs: 0, maxMs: 0 };
      this.#stats.set(rpc, stats);
    }
    return stats;
  }
}
