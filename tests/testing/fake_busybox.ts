/**
 * As much of busybox as the conformance suite needs.
 *
 * @module
 */
import type { RunOutcome, RunRequest } from "../../lib/testing/mod.ts";

/** What processes of the busybox image do. */
export function busybox(process: RunRequest): RunOutcome | undefined {
  const [command, ...args] = process.args;
  switch (command) {
    case "true":
      return {};
    case "false":
      return { exitCode: 1 };
    case "echo":
      return { stdout: `${args.join(" ")}\n` };
    case "cat":
      return { stdout: process.stdin };
    case "sleep":
      // Nothing handles signals, and the kernel spares the init of a PID namespace.
      return { untilSignal: true, ...(process.execId ? {} : { onSignal: () => undefined }) };
    case "sh":
      return shell(args[1] ?? "", process.env);
    case "/tmp":
      return { startError: 'exec: "/tmp": is a directory: permission denied' };
  }
  return undefined;
}

/** `echo TEXT`, `echo TEXT >&2` and `exit N`, one after the other. */
function shell(script: string, env: RunRequest["env"]): RunOutcome {
  const out = { stdout: "", stderr: "", exitCode: 0 };
  for (const line of script.split(";")) {
    const [, text, toStderr] = /^\s*echo (.*?)(\s*>&2)?$/.exec(line) ?? [];
    const [, code] = /^\s*exit (\d+)$/.exec(line) ?? [];
    if (code !== undefined) out.exitCode = Number(code);
    if (text === undefined) continue;
    const value = text.replace(/^"(.*)"$/, "$1").replaceAll(
      /\$(\w+)/g,
      (_, name) => env[name] ?? "",
    );
    out[toStderr ? "stderr" : "stdout"] += `${value}\n`;
  }
  return out;
}
