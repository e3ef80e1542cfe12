/**
 * The program's arguments.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { parseAddress } from "../daemon/address.ts";
import { checkIdentifier } from "../oci/names.ts";
import { DavitError } from "../errors/errors.ts";

/** What the arguments ask for. */
export interface LaunchArgs {
  /** The namespace to begin in. */
  readonly namespace: string;
  /** The daemon's socket; the first that answers by default. */
  readonly address?: string;
  /** Whether to start a private daemon when there is none. */
  readonly start: boolean;
}

/** The help. */
export const USAGE: string = `A prompt for containers.

Usage: deno run -A jsr:@davit/sdk/repl [OPTIONS]

  -n, --namespace NAME   containerd's namespace; "default" by default
  -a, --address PATH     the daemon's socket; found by itself by default
      --start            start a private daemon when none runs
  -h, --help             this text`;

/**
 * Reads the arguments.
 *
 * @returns What they ask for, or text to print instead, and the exit code then.
 */
export function parseLaunchArgs(
  args: readonly string[],
): LaunchArgs | { readonly text: string; readonly exitCode: number } {
  const unknown: string[] = [];
  const found = parseArgs(args, {
    boolean: ["start", "help"],
    string: ["namespace", "address"],
    alias: { n: "namespace", a: "address", h: "help" },
    unknown: (arg) => void unknown.push(arg),
  });
  if (found.help) return { text: USAGE, exitCode: 0 };
  if (unknown.length > 0) {
    return { text: `Cannot understand ${JSON.stringify(unknown[0])}\n\n${USAGE}`, exitCode: 2 };
  }
  try {
    return {
      namespace: checkIdentifier(found.namespace ?? "default", "namespace"),
      ...(found.address === undefined ? {} : { address: parseAddress(found.address) }),
      start: found.start,
    };
  } catch (error) {
    if (!(error instanceof DavitError)) throw error;
    return { text: error.message, exitCode: 2 };
  }
}
