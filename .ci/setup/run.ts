/** How the set-up says what it does, and runs other programs. @module */

/** One line on standard error, so that standard output stays the task's own. */
export function say(line: string): void {
  console.error(`set-up: ${line}`);
}

/** A step failed, and this is what a person can do about it. */
export class SetupError extends Error {}

/** How {@linkcode run} starts a program. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Default: ten minutes. */
  timeoutMs?: number;
}

/** Runs a program and returns what it wrote; throws with the end of its output when it fails. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = "", ...args] = argv;
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, {
      args,
      cwd: options.cwd,
      env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive", ...options.env },
      stdin: "null",
      signal: AbortSignal.timeout(options.timeoutMs ?? 600_000),
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SetupError(`Cannot run "${program}": there is no such command on PATH`);
  }
  const text = new TextDecoder().decode(output.stdout);
  if (output.success) return text;
  const tail = (new TextDecoder().decode(output.stderr) + text).trim().split("\n").slice(-12);
  throw new SetupError(
    `"${argv.join(" ")}" ended with ${output.signal ?? output.code}:\n  ${tail.join("\n  ")}`,
  );
}

/** Whether a file, folder or symbolic link with a living target is there. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The first executable file of that name on PATH. */
export function onPath(
  name: string,
  path: string = Deno.env.get("PATH") ?? "",
): string | undefined {
  for (const dir of path.split(":")) {
    if (!dir.startsWith("/")) continue;
    try {
      const info = Deno.statSync(`${dir}/${name}`);
      if (info.isFile && (info.mode ?? 0) & 0o111) return `${dir}/${name}`;
    } catch { /* not here */ }
  }
}
