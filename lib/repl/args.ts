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
  /** The daemon's address; the first that answers by default. */
  readonly address?: string;
  /** Whether to start a private daemon when there is none. */
  readonly start: boolean;
}

/** The help. */
export const USAGE: string = `A prompt for containers.

Usage: deno run -A jsr:@davit/sdk/repl [OPTIONS] [ADDRESS]

  -n, --namespace NAME   containerd's namespace; "default" by default
  -a, --address ADDRESS  the daemon's socket, or ssh://[user@]host[:port][/path] for one of another
                         machine; found by itself by default
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
  const wrong: string[] = [];
  const found = parseArgs(args, {
    string: ["namespace", "address", "_"],
    boolean: ["start", "help"],
    alias: { namespace: "n", address: "a", help: "h" },
    unknown: (arg, key) => {
      if (key !== undefined) wrong.push(`Unknown option '${arg}'`);
      return key === undefined;
    },
  });
  for (const name of ["namespace", "address"] as const) {
    if (found[name] === "") wrong.push(`Option '--${name}' needs a value`);
  }
  const [address, ...more] = [found.address ?? [], found._.map(String)].flat();
  if (more.length > 0) wrong.push(`Cannot use "${more.at(-1)}": there is one address already`);
  if (wrong.length > 0) return { text: `${wrong[0]}\n\n${USAGE}`, exitCode: 2 };
  if (found.help) return { text: USAGE, exitCode: 0 };
  try {
    return {
      namespace: checkIdentifier(found.namespace ?? "default", "namespace"),
      ...(address === undefined ? {} : { address: parseAddress(address) }),
      start: found.start,
    };
  } catch (error) {
    if (!(error instanceof DavitError)) throw error;
    return { text: error.message, exitCode: 2 };
  }
}
