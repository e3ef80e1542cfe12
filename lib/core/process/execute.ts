/**
 * Runs a process to its end: what `await` on a run or an exec does.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import { ExitError } from "../../errors/process_errors.ts";
import type { OutputStream } from "../../io/capture.ts";
import type { Context } from "../context.ts";
import type { ExitStatus } from "./exit_status.ts";
import { type Feeding, feedStdin } from "./feed.ts";
import { ManagedProcess } from "./managed.ts";
import { type ProcessOptions, type ResolvedDestination, resolveDestination } from "./options.ts";
import type { Stdio, StdioModes } from "./stdio.ts";
import { orAbort, Stop, StoppedError } from "./stop.ts";
import { type ProcessMaker, quoteWords } from "./target.ts";
import { RunResult } from "../run/result.ts";

/** How much of each stream an error shows, in bytes. */
const TAIL_BYTES = 4096;
/** How much of a stream a result holds by default, in bytes: what fits into one text. */
const MAX_OUTPUT_BYTES = 500 * 1024 * 1024;

/**
 * Runs a process.
 *
 * @param output Gets the live standard output, instead of it being kept. When its reader leaves, the
 * process is killed, as a pipe's writer is, and that is no error.
 * @throws {ExitError} when the process ends with another code than 0 and `options.check` is set.
 * @throws {StartError} when it cannot be started.
 * @throws {TimeoutError} when it was killed because it took too long.
 * @throws {CanceledError} when it was killed because the caller's signal aborted.
 */
export function execute(
  context: Context,
  maker: ProcessMaker,
  options: ProcessOptions,
  output?: (stream: ReadableStream<Uint8Array>) => void,
): Promise<RunResult> {
  return context.session.underway(toItsEnd(context, maker, options, output));
}

async function toItsEnd(
  context: Context,
  maker: ProcessMaker,
  options: ProcessOptions,
  output?: (stream: ReadableStream<Uint8Array>) => void,
): Promise<RunResult> {
  const started = performance.now();
  using stop = new Stop(maker.what, options, context.session.closing);
  try {
    stop.check();
    const { stdout, stderr } = await prepareOutputs(context, options);
    const { maxOutputBytes: max = MAX_OUTPUT_BYTES } = options;
    const process = await ManagedProcess.open(context, maker, stop, {
      // What goes elsewhere may be any number of bytes.
      limits: { ...(!stdout && { stdout: max }), ...(!stderr && { stderr: max }) },
      onLimit: () => stop.fail(outputError(maker.what, max)),
      stdin: options.stdin && ("bytes" in options.stdin ? options.stdin.bytes : "pipe"),
      stdout: output ? "pipe" : modeOf(stdout),
      stderr: modeOf(stderr),
      terminal: maker.terminal,
    });
    const { stdio, target } = process;
    let feeding: Feeding | undefined;
    try {
      await process.start();
      let readerLeft = false;
      const piped = stdio.outputs.stdout;
      if (output && piped) {
        piped.canceled.then(() => {
          readerLeft = true;
          return process.kill(9);
        }).catch(() => {/* it has ended */});
        output(piped.readable);
      }
      feeding = feedStdin(process, options.stdin, stop);
      const copying = Promise.allSettled([
        copy(stdio, "stdout", stdout, stop),
        copy(stdio, "stderr", stderr, stop),
      ]);
      let status: ExitStatus;
      try {
        status = await process.untilExit();
      } catch (error) {
        if (!(error instanceof StoppedError)) throw error;
        throw new StoppedError(await outputSoFar(stdio));
      }
      const durationMs = performance.now() - started;
      await feeding.end();
      for (const result of await copying) {
        if (result.status === "rejected") throw result.reason;
      }
      if (options.check && status.exitCode !== 0 && !readerLeft) {
        throw await exitError(stdio, target.argv, status);
      }
      for (const [stream, to] of [["stdout", stdout], ["stderr", stderr]] as const) {
        if (!to && await stdio.size(stream) > max) throw outputError(maker.what, max);
      }
      const [out, err] = await Promise.all([
        stdout || output ? new Uint8Array() : stdio.bytes("stdout"),
        stderr ? new Uint8Array() : stdio.bytes("stderr"),
      ]);
      return new RunResult(target.argv, status, { stdout: out, stderr: err, durationMs });
    } finally {
      feeding?.end().catch(() => {/* another error counts, or it was thrown above */});
      const cleaning = process.cleanUp();
      context.session.cleaning(target.key, cleaning);
      // Only after a run that went to its end is there a result that need not wait. A failure of
      // the clean-up is reported when the client closes.
      if (!process.ended) await cleaning.catch(() => {});
    }
  } catch (error) {
    throw stop.explain(error);
  }
}

function modeOf(destination: ResolvedDestination | undefined): StdioModes["stdout"] {
  return destination?.kind === "file" ? { file: destination.path } : "capture";
}

/** Where the outputs go that a caller sends elsewhere; the files are there then. */
export async function prepareOutputs(
  context: Context,
  options: Pick<ProcessOptions, "stdout" | "stderr">,
): Promise<Partial<Record<OutputStream, ResolvedDestination>>> {
  const { remote } = context.session.host;
  const stdout = options.stdout && resolveDestination(options.stdout, "stdout", remote);
  const stderr = options.stderr && resolveDestination(options.stderr, "stderr", remote);
  await Promise.all([prepareFile(context, stdout), prepareFile(context, stderr)]);
  return { ...(stdout && { stdout }), ...(stderr && { stderr }) };
}

/** The runtime appends to files that are there. */
async function prepareFile(
  { session: { host } }: Context,
  destination: ResolvedDestination | undefined,
): Promise<void> {
  if (destination?.kind !== "file") return;
  const { path, append } = destination;
  if (append && await host.lstat(path)) return;
  await host.writeFile(path, new Uint8Array());
}

/** Sends a stream on as it is written. The process does not wait for a slow destination. */
async function copy(
  stdio: Stdio,
  stream: OutputStream,
  destination: ResolvedDestination | undefined,
  stop: Stop,
): Promise<void> {
  if (destination?.kind !== "stream") return;
  const writer = destination.stream.getWriter();
  try {
    for await (const chunk of stdio.follow(stream)) {
      const written = (async () => {
        await writer.ready;
        await writer.write(chunk);
        return true;
      })();
      if (!await orAbort(written, stop.signal)) {
        written.catch(() => {});
        throw new StoppedError("");
      }
    }
    if (destination.close) await writer.close();
  } finally {
    writer.releaseLock();
  }
}

function outputError(what: string, bytes: number): DavitError {
  return new DavitError(
    `Cannot keep the output of ${what}: a stream has more than ${bytes} bytes; send it to a stream ` +
      "or a file by stdout() or stderr(), or raise maxOutput()",
    "resource_exhausted",
  );
}

async function exitError(
  stdio: Stdio,
  argv: readonly string[],
  status: ExitStatus,
): Promise<ExitError> {
  const [stdoutTail, stderrTail] = await tails(stdio);
  const how = status.oomKilled
    ? "was killed by the kernel: its container was out of memory"
    : status.signal
    ? `was ended by ${status.signal} (exit code ${status.exitCode})`
    : `ended with exit code ${status.exitCode}`;
  const shown = (stderrTail || stdoutTail).trimEnd();
  return new ExitError(`${quoteWords(argv)} ${how}${shown ? `:\n${shown}` : ""}`, {
    argv,
    exitCode: status.exitCode,
    signal: status.signal,
    oomKilled: status.oomKilled,
    stdoutTail,
    stderrTail,
  });
}

async function outputSoFar(stdio: Stdio): Promise<string> {
  const [stdoutTail, stderrTail] = await tails(stdio);
  const shown = (stderrTail || stdoutTail).trimEnd();
  return shown ? `; its last output:\n${shown}` : "";
}

async function tails(stdio: Stdio): Promise<[stdout: string, stderr: string]> {
  return [await stdio.tail("stdout", TAIL_BYTES), await stdio.tail("stderr", TAIL_BYTES)];
}
