/** Runs one test file in a process of its own. @module */

import { ROOT } from "../setup/paths.ts";

/** What became of a test file. */
export interface FileResult {
  readonly path: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of the tests that were left out, which say why. */
  readonly skippedNames: readonly string[];
  readonly durationMs: number;
  /** All that it wrote; shown when something failed. */
  readonly output: string;
}

/** How to run a test file. */
export interface RunFileOptions {
  /** Run only tests whose name contains this, or matches it as `/regex/`. */
  readonly filter: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** After how long the process is killed. */
  readonly limitMs: number;
  /** Kills the process. */
  readonly signal: AbortSignal;
}

/**
 * Deno's last line. `0 passed` stands there too when there was nothing to run; its absence means
 * that the file could not be loaded, or that the process died.
 */
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;

/** Not indented, as steps are. */
const IGNORED = /^(\S.*) \.\.\. ignored \(/gm;

/** Reads what `deno test` wrote. */
export function readOutput(
  output: string,
  success: boolean,
): { passed: number; failed: number; skipped: number; skippedNames: string[] } {
  const summary = [...output.matchAll(SUMMARY)].at(-1);
  const skippedNames = [...output.matchAll(IGNORED)].map((match) => match[1]!);
  if (!summary) return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  const [passed, failed, skipped] = summary.slice(1).map((text) => Number(text ?? 0));
  return {
    passed: passed!,
    failed: success ? failed! : Math.max(1, failed!),
    skipped: skipped!,
    skippedNames,
  };
}

/** Runs one file. */
export async function runFile(path: string, options: RunFileOptions): Promise<FileResult> {
  const started = performance.now();
  const limit = AbortSignal.timeout(options.limitMs);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--allow-all",
      "--no-check", // `deno task ok` checks
      "--sanitize-ops", // off by default since Deno 2.8
      "--sanitize-resources",
      ...(options.filter === undefined ? [] : ["--filter", options.filter]),
      path,
    ],
    cwd: ROOT,
    env: { ...options.env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stop = () => {
    try {
      child.kill("SIGKILL");
    } catch { /* it ended just now */ }
  };
  const signal = AbortSignal.any([options.signal, limit]);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let output = "";
  const collect = async (name: "stdout" | "stderr") => {
    // What a test started may hold the pipe open for longer than the test lives.
    const ended = child.status.then(() => new Promise((resolve) => setTimeout(resolve, 500)));
    const reader = child[name].getReader();
    void ended.then(() => reader.cancel());
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      output += decoder[name].decode(value, { stream: true });
    }
  };
  const [status] = await Promise.all([child.status, collect("stdout"), collect("stderr")]);
  signal.removeEventListener("abort", stop);
  const durationMs = performance.now() - started;
  if (limit.aborted || options.signal.aborted) {
    const why = options.signal.aborted
      ? String(options.signal.reason)
      : `it did not end within ${options.limitMs / 1000} s`;
    const tail = output.trimEnd().split("\n").slice(-30).join("\n");
    return {
      ...{ path, passed: 0, failed: 1, skipped: 0, skippedNames: [], durationMs },
      output: `${path} was killed: ${why}; the end of its output:\n${tail}\n`,
    };
  }
  return { path, ...readOutput(output, status.success), durationMs, output };
}
