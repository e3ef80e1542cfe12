/**
 * The containerd program on this machine.
 *
 * @module
 */
import { DavitError, NotFoundError, PermissionError } from "../errors/errors.ts";

/** A containerd program. */
export interface Binary {
  /** Its path. */
  readonly path: string;
  /** Major version: 1 or 2. */
  readonly major: number;
}

/** What {@linkcode findBinary} looks at. */
export interface BinaryOptions {
  /** A path, or a name to look for. */
  readonly containerd?: string | undefined;
  /** Folders, separated by colons. */
  readonly path: string;
  /** The value of `$DAVIT_CONTAINERD`. */
  readonly fromEnv?: string | undefined;
}

/**
 * Finds containerd: the option, `$DAVIT_CONTAINERD`, or the first one on PATH.
 *
 * @returns An absolute path.
 * @throws {NotFoundError} There is none; the message says what to install.
 * @throws {PermissionError} The file that was named cannot be executed.
 */
export function findBinary(options: BinaryOptions): string {
  const [name, source] = options.containerd !== undefined
    ? [options.containerd, 'the option "containerd"']
    : options.fromEnv
    ? [options.fromEnv, "$DAVIT_CONTAINERD"]
    : ["containerd", undefined];
  if (name.includes("/")) {
    const path = name.startsWith("/") ? name : `${Deno.cwd()}/${name}`;
    const kind = executable(path);
    if (kind === "yes") return path;
    const why = `Cannot start a private containerd: "${name}", named by ${source},`;
    if (kind === "missing") throw new NotFoundError(`${why} does not exist`);
    throw new PermissionError(`${why} is not an executable file`);
  }
  for (const dir of options.path.split(":")) {
    if (dir.startsWith("/") && executable(`${dir}/${name}`) === "yes") return `${dir}/${name}`;
  }
  throw new NotFoundError(
    `Cannot start a private containerd: there is no "${name}" on PATH; install containerd and ` +
      "runc (Debian and Ubuntu: apt-get install containerd runc), or name the program by the " +
      'option "containerd" or by $DAVIT_CONTAINERD',
  );
}

function executable(path: string): "yes" | "no" | "missing" {
  try {
    const info = Deno.statSync(path);
    return info.isFile && ((info.mode ?? 0) & 0o111) !== 0 ? "yes" : "no";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return "missing";
    }
    throw error;
  }
}

/** Asks a containerd program for its version. */
export async function inspectBinary(path: string, signal: AbortSignal): Promise<Binary> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(path, { args: ["--version"], stdin: "null", signal }).output();
  } catch (error) {
    signal.throwIfAborted();
    throw new PermissionError(`Cannot start a private containerd: "${path}" does not run`, {
      cause: error,
    });
  }
  signal.throwIfAborted();
  const major = parseMajor(new TextDecoder().decode(output.stdout));
  if (major !== undefined) return { path, major };
  throw new DavitError(
    `Cannot start a private containerd: "${path} --version" does not answer as containerd does`,
    "failed_precondition",
  );
}

/**
 * Reads `containerd --version`, which prints its name, Go package, version and revision:
 * `containerd github.com/containerd/containerd/v2 2.1.9 abc`. Some builds write `v2.1.9`.
 */
export function parseMajor(text: string): number | undefined {
  const match = /^containerd \S+ v?(\d+)\.\d+\./m.exec(text);
  return match ? Number(match[1]) : undefined;
}
