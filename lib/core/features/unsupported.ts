/**
 * The error for what a daemon lacks: it names what is needed and what is there.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { Session } from "../session/session.ts";

/**
 * The error for a daemon that lacks something.
 *
 * @param needed Such as `"containerd 2.0 (Transfer)"`.
 * @param what What was to be done, to follow "Cannot".
 */
export async function unsupported(
  session: Session,
  needed: string,
  what: string,
  options?: ErrorOptions,
): Promise<UnsupportedError> {
  const found = await foundVersion(session);
  return new UnsupportedError(
    `Cannot ${what}: it needs ${needed}; at "${session.address}" is ${found}`,
    { needed, found },
    options,
  );
}

/** Such as `"containerd 2.1.9"`, for messages. */
export function foundVersion(session: Session): Promise<string> {
  return session.memo("version", async () => {
    const { version } = await session.api().version.version({});
    return `containerd ${version.replace(/^v/, "")}`;
  });
}
