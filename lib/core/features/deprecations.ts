/**
 * What somebody uses of a daemon that a later version will not have.
 *
 * @module
 */
import { unsupported } from "./unsupported.ts";
import type { Session } from "../session/session.ts";
import { toDate } from "../time.ts";

/** A feature that was used and will be removed. */
export interface Deprecation {
  /** Its name, such as `"io.containerd.deprecation/runtime-v1"`. */
  readonly id: string;
  /** What it is, since when, and what to use instead. */
  readonly message: string;
  /** When it was last used. */
  readonly lastSeenAt: Date | undefined;
}

/**
 * Lists the deprecated features that were used since the daemon started, as `ctr deprecations list`
 * does.
 *
 * @throws {UnsupportedError} when the daemon cannot tell: before 1.6.25 and 1.7.9.
 */
export async function listDeprecations(
  session: Session,
  options: { signal?: AbortSignal } = {},
): Promise<Deprecation[]> {
  const { deprecations, pid } = await session.api().introspection.server({}, options);
  // The field came together with the daemon's process id, which is never 0 where it is known.
  if (pid === 0n) {
    const needed = "containerd 1.6.25 or 1.7.9 (deprecation warnings)";
    throw await unsupported(session, needed, "list deprecations");
  }
  return deprecations.map(({ id, message, lastOccurrence }) => ({
    id,
    message,
    lastSeenAt: toDate(lastOccurrence),
  }));
}
