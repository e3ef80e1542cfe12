/**
 * Docker's credential helpers: programs `docker-credential-NAME` that keep secrets.
 *
 * @module
 */

import { FailedPreconditionError, TimeoutError } from "../errors/errors.ts";
import { abortError } from "./abort.ts";

/** How long a helper may take: some ask a person to unlock a key ring. */
const HELPER_TIMEOUT_MS = 60_000;

/** What a helper keeps for one server. */
export interface StoredSecret {
  /** The user; `"<token>"` where the secret is an identity token. */
  username: string;
  /** The secret. */
  secret: string;
}

/** Whether a name can be that of a helper: it becomes a part of a file name. */
export function isHelperName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
}

/**
 * Runs `docker-credential-NAME`. Needs `--allow-run=docker-credential-NAME`.
 *
 * @param name The helper, without the prefix.
 * @param action `get`: what is stored; `store`; `erase`.
 * @param input The server; for `store` the JSON that helpers expect.
 * @returns For `get` the secret, or `undefined` when the helper has none; else `undefined`.
 * @throws {FailedPreconditionError} When it cannot be run, or fails.
 * @throws {TimeoutError} When it takes longer than a minute.
 */
export async function runHelper(
  name: string,
  action: "get" | "store" | "erase",
  input: string,
  signal?: AbortSignal,
): Promise<StoredSecret | undefined> {
  const program = `docker-credential-${name}`;
  const what = `${action} credentials with "${program}"`;
  const child = start(program, action, what);
  // Not only killed but left behind: a child of its own may keep the pipes open.
  const stopped = Promise.withResolvers<never>();
  const stop = (error: Error): void => {
    stopped.reject(error);
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const cancel = (): void => stop(abortError(what, signal));
  const timer = setTimeout(
    () =>
      stop(new TimeoutError(`Cannot ${what}: it took longer than ${HELPER_TIMEOUT_MS / 1000} s`)),
    HELPER_TIMEOUT_MS,
  );
  signal?.addEventListener("abort", cancel);
  if (signal?.aborted) cancel();
  try {
    const work = Promise.all([child.output(), feed(child.stdin, input)]);
    const [output] = await Promise.race([work, stopped.promise]);
    const decoder = new TextDecoder();
    const stdout = decoder.decode(output.stdout);
    if (!output.success) {
      const said = `${stdout}\n${decoder.decode(output.stderr)}`.trim();
      // Helpers have no exit code for this; Docker compares the words as well.
      if (action !== "store" && said.includes("credentials not found")) return undefined;
      throw new FailedPreconditionError(
        `Cannot ${what}: it exited with code ${output.code}: ${said.slice(0, 300) || "no output"}`,
      );
    }
    return action === "get" ? parseSecret(stdout, what) : undefined;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function start(program: string, action: string, what: string): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [action],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new FailedPreconditionError(
        `Cannot ${what}: it is not on PATH; install it, or take it out of Docker's config.json`,
        { cause },
      );
    }
    if (cause instanceof Deno.errors.NotCapable) {
      throw new FailedPreconditionError(
        `Cannot ${what}: the script may not run it; allow it with --allow-run=${program}, or give ` +
          `the credentials as an option`,
        { cause },
      );
    }
    throw cause;
  }
}

async function feed(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  try {
    const writer = stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // It ended without reading: its exit code tells more.
  }
}

function parseSecret(stdout: string, what: string): StoredSecret {
  try {
    const value: unknown = JSON.parse(stdout);
    if (typeof value === "object" && value !== null && "Username" in value && "Secret" in value) {
      const { Username: username, Secret: secret } = value;
      if (typeof username === "string" && typeof secret === "string") return { username, secret };
    }
  } catch {
    // Said below. The output may hold a secret, so it is not shown.
  }
  throw new FailedPreconditionError(
    `Cannot ${what}: its output is not JSON with "Username" and "Secret"`,
  );
}
