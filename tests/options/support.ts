/** What the tests of options share. @module */
import type { RunBuilder } from "../../lib/core/run/run.ts";

/** Values of `/proc/PID/status`, by name. */
export function statusOf(text: string): (name: string) => string | undefined {
  return (name) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, "m").exec(text)?.[1];
}

/** The status of a run's own process. */
export async function status(run: RunBuilder): Promise<(name: string) => string | undefined> {
  return statusOf(await run.command("cat", "/proc/self/status").text());
}

/** Mounts of `/proc/mounts`, by where they are: type and options. */
export function mountsOf(text: string): Map<string, { type: string; options: string[] }> {
  return new Map(
    text.trim().split("\n").map((line) => {
      const [, at = "", type = "", options = ""] = line.split(" ");
      return [at, { type, options: options.split(",") }] as const;
    }),
  );
}

/** A folder of the machine, removed at the end. */
export async function tempFolder(prefix: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: `davit-${prefix}-` });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
