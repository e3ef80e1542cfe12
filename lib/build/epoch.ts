/**
 * When what is built counts as made.
 *
 * @module
 */
import { InvalidArgumentError } from "../errors/errors.ts";

const VARIABLE = "SOURCE_DATE_EPOCH";
/** The last second that a tar's header has room for. */
const MAX_SECONDS = 0o77777777777;

/**
 * The time of `SOURCE_DATE_EPOCH` (reproducible-builds.org: seconds since 1970), or else 1970. Where
 * the environment may not be read, it counts as not set.
 *
 * @throws {InvalidArgumentError} When the variable is no number of seconds.
 */
export function sourceDate(): Date {
  let text: string | undefined;
  try {
    text = Deno.env.get(VARIABLE);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
  if (!text) return new Date(0);
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds <= MAX_SECONDS) return new Date(seconds * 1000);
  throw new InvalidArgumentError(
    `Cannot build with ${VARIABLE}=${
      JSON.stringify(text)
    }: it must be a number of seconds since 1970`,
  );
}
