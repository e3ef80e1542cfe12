/**
 * Sweeps on its own account.
 *
 * @module
 */
import type { Context } from "../context.ts";

/**
 * Sweeps a namespace in the background, the first time that a client makes something in it. That
 * this fails must not fail the caller's work: what it left is there for the next one.
 */
export function sweepOnce(context: Context): void {
  const { session } = context;
  const key = context.key("sweep", "");
  const sweeping = async () => {
    const { sweep } = await import("./sweep.ts");
    await sweep(context);
  };
  void session.memo(key, () => {
    session.background(sweeping().catch(() => {}));
    return Promise.resolve();
  });
}
