/**
 * What a runtime says when it cannot start a process. containerd passes the text on with the code
 * UNKNOWN; the text is all there is to tell failures apart.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import { StartError, type StartFailure } from "../../errors/process_errors.ts";

/** Texts of runc and crun, in the order in which they are tried. */
const PATTERNS: readonly [pattern: RegExp, reason: StartFailure][] = [
  [
    /chdir to cwd|container init: mkdir |set in config\.json failed|`?cwd`?.*(not a directory|no such file)/i,
    "bad_cwd",
  ],
  [
    /executable file not found|exec: "[^"]*": (stat .*: )?no such file|executable `[^`]*` not found/i,
    "command_not_found",
  ],
  [
    /exec: "[^"]*": (permission denied|is a directory)|exec format error|open executable: permission denied/i,
    "not_executable",
  ],
  [/error mounting|mount .* (to|at) rootfs|failed to mount|mount `/i, "bad_mount"],
  [/unable to find user|no matching entries in passwd|setgroups|setuid|setgid/i, "unknown_user"],
  [/no such file or directory/i, "command_not_found"],
  [/permission denied/i, "not_executable"],
];

const ADVICE: Record<StartFailure, string> = {
  command_not_found: "no such file in the image; check the name, PATH and the interpreter",
  not_executable: "it cannot be executed; check its mode, its format and the mount options",
  bad_cwd: "its working directory does not exist or is no directory",
  unknown_user: "the user is not known in the image; use numbers, or a user of the image",
  bad_mount: "a mount failed; check that its source exists",
  runtime: "the runtime refused",
};

/** Makes a typed error of what came from Tasks.Create or Tasks.Start; others stay as they are. */
export function startError(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof DavitError)) return error;
  const fromRuntime = /runtime create failed|OCI runtime|runc|crun|shim task/i.test(error.message);
  if (error.code !== "unknown" && !(fromRuntime && error.code !== "already_exists")) return error;
  const found = fromRuntime ? PATTERNS.find(([pattern]) => pattern.test(error.message)) : undefined;
  const reason = found?.[1] ?? "runtime";
  // The last part of the chain is what the kernel said.
  const detail = error.message.split(/: (?=[^:]*$)/).at(-1)?.replace(/: unknown$/, "") ?? "";
  const shown = argv.map((arg) => JSON.stringify(arg)).join(" ");
  return new StartError(
    `Cannot start ${shown}: ${ADVICE[reason]}${detail ? ` (${detail})` : ""}`,
    reason,
    { cause: error },
  );
}
