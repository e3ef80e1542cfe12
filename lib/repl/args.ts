/**
 * The program's arguments.
 *
 * @module
 */
import { parseArgs } from "node:util";
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
  let found: { namespace?: string; address?: string; start?: boolean; help?: boolean };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        namespace: { type: "string", short: "n" },
        address: { type: "string", short: "a" },
        start: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    found = { ...values, address: values.address ?? positionals[0] };
    if (positionals.length > (values.address === undefined ? 1 : 0)) {
      throw new TypeError(`Cannot use "${positionals.at(-1)}": there is one address already`);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text: `${error.message}\n\n${USAGE}`, exitCode: 2 };
  }
  if (found.help) return { text: USAGE, exitCode: 0 };
  try {
    return {
      namespace: checkIdentifier(found.namespace ?? "default", "namespace"),
      ...(found.address === undefined ? {} : { address: parseAddress(found.address) }),
      start: found.start ?? false,
    };
  } catch (error) {
    if (!(error instanceof DavitError)) throw error;
    return { text: error.message, exitCode: 2 };
  }
}
