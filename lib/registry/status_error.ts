/**
 * What an answer other than success means.
 *
 * @module
 */

import {
  DavitError,
  InvalidArgumentError,
  NotFoundError,
  PermissionError,
  ProtocolError,
  UnavailableError,
  UnsupportedError,
} from "../errors/errors.ts";
import type { Answer } from "./answer.ts";
import { retryAfterMs } from "./http.ts";

const MAX_ERROR_BYTES = 64 * 1024;

/**
 * The error for an answer. Reads its body, where registries put codes and words (OCI distribution
 * spec, "Error Codes").
 *
 * @param what What was tried: `delete "x"`.
 * @param hint What to do about it, where the caller knows.
 */
export async function statusError(
  answer: Answer,
  what: string,
  hint: string = "",
): Promise<DavitError> {
  const { status } = answer;
  const said = await readErrors(answer);
  const text = `Cannot ${what}: "${answer.url.host}" answered ${status}${
    said === "" ? "" : ` (${said})`
  }`;
  const message = hint === "" ? text : `${text}; ${hint}`;
  if (status === 401) return new DavitError(message, "unauthenticated");
  if (status === 403) return new PermissionError(message);
  if (status === 404) return new NotFoundError(message);
  if (status === 405 || status === 501) {
    return new UnsupportedError(message, {
      needed: "a registry that allows it",
      found: `status ${status}`,
    });
  }
  if (status === 429) {
    const waitMs = retryAfterMs(answer.headers);
    const when = waitMs === undefined
      ? "try again later"
      : `try again in ${Math.ceil(waitMs / 1000)} s, as it asks`;
    return new DavitError(`${text}: too many requests; ${when}`, "resource_exhausted");
  }
  if (status === 408 || status >= 500) return new UnavailableError(message);
  if (status >= 400) return new InvalidArgumentError(message);
  return new ProtocolError(`${message}, which is not what was expected`);
}

async function readErrors(answer: Answer): Promise<string> {
  let text: string;
  try {
    const bytes = await answer.bytes(MAX_ERROR_BYTES);
    text = bytes ? new TextDecoder().decode(bytes) : "";
  } catch {
    await answer.cancel();
    return "";
  }
  try {
    const value: unknown = JSON.parse(text);
    const { errors, error_description: described, details } = value as Record<string, unknown>;
    if (Array.isArray(errors)) return clean(errors.map(describeError).join("; "));
    for (const plain of [described, details]) if (typeof plain === "string") return clean(plain);
  } catch {
    // Proxies answer in HTML or plain words.
  }
  return /^\s*</.test(text) ? "" : clean(text);
}

function describeError(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { code, message } = value as Record<string, unknown>;
  return [code, message].filter((part) => typeof part === "string" && part !== "").join(": ");
}

/** Strangers' words: on one line, without control characters, and not too many of them. */
function clean(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what must go
  const line = text.replace(/[\x00-\x1f\x7f-\x9f\s]+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
