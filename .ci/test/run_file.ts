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
  /** What failed and the first lines of why, to be shown again when all has ended. */
  readonly failures: readonly string[];
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

/** The heads of what stands below ` ERRORS `: a test's name and where it is. */
const FAILURE = /^\S.* => \S+:\d+:\d+$/gm;
/** Of each failure. */
const SHOWN_LINES = 14;

/** What `deno test` says of each failed test, shortened. */
function failuresOf(output: string): string[] {
  const from = output.search(/^ ERRORS $/m);
  if (from < 0) return [];
  const section = output.slice(from).split(/^ FAILURES $/m)[0]!;
  const heads = [...section.matchAll(FAILURE)].map(({ index }) => index);
  return heads.map((start, i) =>
    section.slice(start, heads[i + 1]).split("\n").filter((line) => line.trim() !== "")
      .slice(0, SHOWN_LINES).join("\n")
  );
}

/** Reads what `deno test` wrote. */
export function readOutput(
  output: string,
  success: boolean,
): Omit<FileResult, "path" | "durationMs" | "output"> {
  const summary = [...output.matchAll(SUMMARY)].at(-1);
  const skippedNames = [...output.matchAll(IGNORED)].map((match) => match[1]!);
  const failures = failuresOf(output);
  if (!success && failures.length === 0) failures.push(tailOf(output, SHOWN_LINES));
  if (!summary) return { passed: 0, failed: 1, skipped: 0, skippedNames: [], failures };
  const [passed, failed, skipped] = summary.slice(1).map((text) => Number(text ?? 0));
  return {
    passed: passed!,
    failed: success ? failed! : Math.max(1, failed!),
    skipped: skipped!,
    skippedNames,
    failures,
  };
}

function tailOf(output: string, lines: number): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}

/** How long the pipes of a process that ended are read on: what it started may hold them open. */
const PIPE_GRACE_MS = 500;

function start(path: string, options: RunFileOptions): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
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
}

/** All that a process writes, on both streams. */
async function collect(child: Deno.ChildProcess): Promise<string> {
  let output = "";
  const readers = [child.stdout.getReader(), child.stderr.getReader()];
  const reads = Promise.all(readers.map(async (reader) => {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      output += decoder.decode(value, { stream: true });
    }
  }));
  await child.status;
  const timer = setTimeout(() => {
    for (const reader of readers) void reader.cancel();
  }, PIPE_GRACE_MS);
  await reads;
  clearTimeout(timer);
  return output;
}

/** Runs one file. */
export async function runFile(path: string, options: RunFileOptions): Promise<FileResult> {
  const started = performance.now();
  const child = start(path, options);
  let killed: string | undefined;
  const kill = (why: string) => {
    killed ??= why;
    try {
      child.kill("SIGKILL");
    } catch { /* it ended just now */ }
  };
  const timer = setTimeout(
    () => kill(`it did not end within ${options.limitMs / 1000} s`),
    options.limitMs,
  );
  const abort = () => kill(String(options.signal.reason));
  options.signal.addEventListener("abort", abort, { once: true });
  if (options.signal.aborted) abort();
  const output = await collect(child);
  const { success } = await child.status;
  clearTimeout(timer);
  options.signal.removeEventListener("abort", abort);
  const durationMs = performance.now() - started;
  if (killed === undefined) return { path, ...readOutput(output, success), durationMs, output };
  const why = `${path} was killed: ${killed}`;
  return {
    ...{ path, passed: 0, failed: 1, skipped: 0, skippedNames: [], durationMs },
    failures: [`${why}\n${tailOf(output, SHOWN_LINES)}`],
    output: `${why}; the end of its output:\n${tailOf(output, 30)}\n`,
  };
}
