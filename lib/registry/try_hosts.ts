/**
 * Asks one host after the other, and remembers how each failed.
 *
 * @module
 */

import {
  CanceledError,
  DavitError,
  DigestError,
  type ErrorCode,
  TimeoutError,
} from "../errors/errors.ts";
import { type PullAttempt, PullError } from "../errors/image_errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { HostClient, RegistryRequest } from "./host_client.ts";

/** What is wanted, for errors. */
export interface Wanted {
  /** What is done: `pull "x"`. */
  readonly what: string;
  /** The image. */
  readonly reference: string;
  /** The content, where its digest is known. */
  readonly digest?: Digest | undefined;
}

/** A host that waits for another one to take over is not asked as often as the last one. */
const MIRROR_ATTEMPTS = 2;

/** The try with one host. */
export class HostTry {
  /** The host. */
  readonly client: HostClient;
  /** Set when asking another host makes no sense. */
  final = false;
  readonly #attempts: number | undefined;
  #request = "";
  #status: number | undefined;

  /** A try with a host. @param client The host. @param last Whether no other follows. */
  constructor(client: HostClient, last: boolean) {
    this.client = client;
    this.#attempts = last ? undefined : MIRROR_ATTEMPTS;
  }

  /** What a request to this host needs to be remembered, and to be sent no more than wanted. */
  get options(): Pick<RegistryRequest, "attempts" | "observe"> {
    return {
      attempts: this.#attempts,
      observe: (request, status) => {
        this.#request = request;
        this.#status = status;
      },
    };
  }

  /** What to tell about a failure. */
  describe(error: Error, what: string): PullAttempt {
    const { host } = this.client.host;
    const prefix = `Cannot ${what}: `;
    const text = error.message.startsWith(prefix)
      ? error.message.slice(prefix.length)
      : error.message;
    return {
      host,
      request: this.#request,
      status: this.#status,
      error: text.startsWith(`"${host}"`) ? text : `"${host}": ${text}`,
    };
  }
}

/**
 * Asks hosts in order until one gives what is wanted.
 *
 * @param attempts Failures are added here; those of earlier hosts stay when a later one succeeds.
 * @param ask Throws a {@linkcode DavitError} when the host does not have it.
 * @throws {PullError} When no host does.
 * @throws {DigestError} When no host does, and one had something else under that digest.
 * @throws {CanceledError} When the caller ends it.
 */
export async function tryHosts<T>(
  clients: readonly HostClient[],
  wanted: Wanted,
  attempts: PullAttempt[],
  ask: (attempt: HostTry) => Promise<T>,
): Promise<T> {
  const errors: DavitError[] = [];
  for (const [i, client] of clients.entries()) {
    const attempt = new HostTry(client, i === clients.length - 1);
    try {
      return await ask(attempt);
    } catch (error) {
      if (!(error instanceof DavitError) || attempt.final) throw error;
      if (error instanceof CanceledError || error instanceof TimeoutError) throw error;
      attempts.push(attempt.describe(error, wanted.what));
      errors.push(error);
    }
  }
  throw failure(clients, wanted, attempts, errors);
}

/** The kinds of failure, those that tell most first. */
const TELLING: readonly ErrorCode[] = [
  "unauthenticated",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "invalid_argument",
  "unavailable",
];

function failure(
  clients: readonly HostClient[],
  wanted: Wanted,
  attempts: readonly PullAttempt[],
  errors: readonly DavitError[],
): DavitError {
  const wrong = errors.find((error) => error instanceof DigestError);
  if (wrong) return wrong;
  const cause = TELLING.map((code) => errors.find((error) => error.code === code))
    .find((error) => error !== undefined) ?? errors.at(-1);
  const host = clients.at(-1)?.host.host ?? "";
  return new PullError(
    `Cannot ${wanted.what}: ${attempts.map((attempt) => attempt.error).join("; ")}`,
    cause?.code ?? "unknown",
    { reference: wanted.reference, host, digest: wanted.digest, attempts: [...attempts] },
    { cause },
  );
}
