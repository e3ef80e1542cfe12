/**
 * How errors are printed.
 *
 * @module
 */
import { type DavitError, UnsupportedError } from "../../errors/errors.ts";
import { PullError } from "../../errors/image_errors.ts";
import { ExitError } from "../../errors/process_errors.ts";
import { type Fact, renderCard } from "../card.ts";
import type { Drawing } from "../inspect.ts";
import { wrap } from "../width.ts";

/** An error: what is wrong and what to do, then what else is known. */
export function drawError(error: DavitError, on: Drawing): string {
  const { ink, width } = on;
  const [name, ...rest] = `${error.name}: ${error.message}`.split(": ");
  const text = wrap(rest.join(": ").replaceAll("\n", " "), Math.max(20, width - 2));
  if (on.nested) return `${name}: ${error.message}`;
  const facts = renderCard({ kind: "", title: "", facts: factsOf(error) }, on).split("\n").slice(1);
  return [
    ink.red(`${name}`),
    ...text.map((line) => `  ${line}`),
    ...facts,
    ink.dim("  its stack: last.stack"),
  ].join("\n");
}

function factsOf(error: DavitError): Fact[] {
  const { cause } = error;
  const facts: Fact[] = [["code", error.code]];
  if (error instanceof ExitError) {
    facts.push(
      ["command", error.argv.join(" ")],
      ["ended", error.signal ?? `exit ${error.exitCode}`],
      ["stderr", error.stderrTail.trimEnd().split("\n").slice(-5)],
    );
  }
  if (error instanceof UnsupportedError) {
    facts.push(["needs", error.needed], ["found", error.found]);
  }
  if (error instanceof PullError) {
    facts.push(["tried", error.attempts.map(({ request, error }) => `${request}: ${error}`)]);
  }
  // What the transport says is in the message already, with more of what it means.
  if (
    cause instanceof Error && cause.name !== "ConnectError" &&
    !error.message.includes(cause.message)
  ) {
    facts.push(["cause", `${cause.name}: ${cause.message}`]);
  }
  return facts;
}
