/**
 * Why a container could not be connected to its networks: the hook has written it down.
 *
 * @module
 */
import {
  DavitError,
  NetworkError,
  type NetworkFailure,
  UnsupportedError,
} from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import { stateFolder } from "../logs/place.ts";
import { CREATE_LOG, FAILURE_MARK } from "./hook.ts";

/** The typed error of a start that failed in a hook; the same error when it was not one of ours. */
export async function networkStartError(
  context: Context,
  id: string,
  error: unknown,
): Promise<unknown> {
  const file = `${await stateFolder(context, id)}/${CREATE_LOG}`;
  let log: string;
  try {
    log = new TextDecoder().decode(await context.session.host.readFile(file));
  } catch {
    return error;
  }
  return hookFailure(log, `start container "${id}"`, error) ?? error;
}

/**
 * Reads what a script of hooks has written.
 *
 * @param log What it wrote on standard error.
 * @param verb What was tried: `start container "web"`.
 */
export function hookFailure(
  log: string,
  verb: string,
  cause?: unknown,
): DavitError | undefined {
  const at = log.indexOf(`${FAILURE_MARK} `);
  if (at < 0) return undefined;
  const rest = log.slice(at + FAILURE_MARK.length + 1);
  const [kind = "", network = "", plugin = "", ...more] = rest.split(`\n${FAILURE_MARK} `)[0]!
    .split("\t");
  const text = more.join("\t").trim();
  const fail = (why: string, reason: NetworkFailure) =>
    new NetworkError(
      `Cannot ${verb}: ${why}`,
      reason,
      { network: network || undefined, plugin: plugin || undefined },
      { cause },
    );
  if (kind === "port") return portFailure(text, fail);
  if (kind === "missing") {
    return fail(
      `CNI plugin "${plugin}" of network "${network}" is not in ${text.replaceAll(":", ", ")}; ` +
        "install it, or set $CNI_PATH when the container is made",
      "plugin_missing",
    );
  }
  const message = pluginMessage(text);
  const said = message ? `: ${message.replace(/\.$/, "")}` : "";
  if (
    /iptables.*(not found|no such file)|locate iptables|executable file not found/i.test(message)
  ) {
    return new UnsupportedError(
      `Cannot ${verb}: CNI plugin "${plugin}" of network "${network}" needs iptables, which the ` +
        `daemon's host lacks${said}; install it`,
      { needed: "iptables" },
      { cause },
    );
  }
  const where = `network "${network}" (plugin "${plugin}")`;
  if (kind === "check") return fail(`${where} is not as it was made${said}`, "plugin_failed");
  if (
    /requested ip|is already allocated|has been allocated|failed to allocate all requested/i.test(
      message,
    )
  ) {
    return fail(
      `its address on network "${network}" is taken or not in its range${said}`,
      "address_taken",
    );
  }
  if (/no (ip )?addresses available/i.test(message)) {
    return fail(`network "${network}" has no free address${said}`, "no_free_address");
  }
  if (/parse|unmarshal|invalid (config|cidr)|incompatible CNI version/i.test(message)) {
    return fail(`the configuration of ${where} is wrong${said}`, "bad_configuration");
  }
  return fail(`${where} failed${said || ` without a word`}`, "plugin_failed");
}

/** The error of a script of hooks that has failed, when it was run by itself. */
export function scriptFailure(
  { exitCode, stderr }: { readonly exitCode: number; readonly stderr: string },
  verb: string,
): DavitError {
  return hookFailure(stderr, verb) ??
    new DavitError(`Cannot ${verb}: ${stderr.trim() || `exit code ${exitCode}`}`, "internal");
}

/** What a plugin says is JSON; and what it writes besides comes before. */
function pluginMessage(text: string): string {
  try {
    const { msg, details } = JSON.parse(text.slice(Math.max(0, text.indexOf("{"))));
    return [msg, details].filter((part) => typeof part === "string" && part !== "").join(": ");
  } catch {
    return text;
  }
}

function portFailure(
  text: string,
  fail: (why: string, reason: NetworkFailure) => NetworkError,
): NetworkError {
  const [, protocol, address, port, who = ""] = /^taken (\S+) (\S+) (\S+) ?(.*)/s.exec(text) ?? [];
  if (protocol === undefined) return fail(`its ports cannot be taken: ${text}`, "port_taken");
  const shown = `${address?.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;
  if (who.startsWith("-")) {
    return fail(`port ${shown} cannot be taken: ${who.slice(1)}`, "port_taken");
  }
  const [kind, ...rest] = who.split(" ");
  const holder = kind === "container" ? `container "${rest.join(" ")}"` : who;
  return fail(`port ${shown} of the host is taken by ${holder}; choose another`, "port_taken");
}
