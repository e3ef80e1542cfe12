/**
 * A table that is drawn again when something happens.
 *
 * @module
 */
import { pause } from "../../core/call/abort.ts";
import { DavitError } from "../../errors/errors.ts";
import type { Namespace } from "../../client/namespace.ts";
import { count, formatDuration } from "../human.ts";
import { drawAs } from "../inspect.ts";
import { Area } from "./area.ts";

/** How long events may gather before it is drawn again, in milliseconds. */
const GATHER_MS = 100;

/** Ages go on without events, in milliseconds. */
const AGE_MS = 5000;

/** What `watch()` and `top()` leave: how long they were looked at. */
export class Watched {
  /** How long, in milliseconds. */
  readonly durationMs: number;
  /** How often it was drawn with something new. */
  readonly changes: number;

  /** For `watch()` and `top()`. @param durationMs How long. @param changes How often. */
  constructor(durationMs: number, changes: number) {
    this.durationMs = durationMs;
    this.changes = changes;
  }

  static {
    drawAs(
      this.prototype,
      ({ durationMs, changes }, { ink }) =>
        ink.dim(`watched for ${formatDuration(durationMs)}, ${count(changes, "update")}`),
    );
  }
}

/** How a value is drawn: as the prompt prints it. */
function drawn(value: unknown): string {
  const colors = !Deno.noColor && Deno.stdout.isTerminal();
  return typeof value === "string" ? value : Deno.inspect(value, { colors });
}

/**
 * Draws what a function returns, and again whenever something happens in a namespace, until
 * `signal` aborts.
 *
 * @throws what the function throws at first; later the error is drawn.
 */
export async function watchValue(
  ns: Namespace,
  look: () => unknown,
  signal: AbortSignal,
): Promise<Watched> {
  const start = performance.now();
  const area = new Area();
  let value = await look();
  let changes = 0;
  const draw = () => area.draw(drawn(value));
  draw();
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  let news = Promise.withResolvers<void>();
  // What happened while the stream was set up is seen by one more look.
  let dirty = true;
  const events = (async () => {
    while (!until.aborted) {
      try {
        await using stream = ns.events({ gaps: true, signal: until });
        for await (const _ of stream) {
          dirty = true;
          news.resolve();
        }
      } catch {
        // The next look tells what is wrong, and whether it still is.
        dirty = true;
        news.resolve();
        await pause(1000, until);
      }
    }
  })();
  const resized = () => draw();
  Deno.addSignalListener("SIGWINCH", resized);
  try {
    while (!signal.aborted) {
      if (dirty) {
        dirty = false;
        news = Promise.withResolvers<void>();
        const before = drawn(value);
        value = await Promise.resolve(look()).catch((error) => {
          if (error instanceof DavitError) return error;
          throw error;
        });
        if (signal.aborted) break;
        if (drawn(value) !== before) changes++;
      }
      draw();
      const waiting = new AbortController();
      void news.promise.then(() => waiting.abort());
      await pause(AGE_MS, AbortSignal.any([waiting.signal, signal]));
      if (dirty) await pause(GATHER_MS, signal);
    }
  } finally {
    Deno.removeSignalListener("SIGWINCH", resized);
    over.abort();
    await events;
  }
  return new Watched(performance.now() - start, changes);
}
