/**
 * Lines of a stream of bytes.
 *
 * @module
 */

const NEWLINE = 10;
const RETURN = 13;

/**
 * Splits a stream into lines as it arrives.
 *
 * Bytes are joined before they are decoded, so that a character that arrives in two pieces stays
 * whole. A line takes as much memory as it is long; the time is linear in the length of the stream,
 * whatever the length of the lines.
 *
 * @param stream Bytes of UTF-8; what is not becomes U+FFFD.
 * @returns Lines without their ends (`\n` or `\r\n`). What follows the last line end is a line too,
 * unless it is empty.
 *
 * @example
 * ```ts
 * import { connect, readLines } from "@davit/sdk";
 *
 * await using davit = await connect();
 * await using ping = await davit.namespace().run("alpine:3.20").command("ping", "::1").spawn();
 * for await (const line of readLines(ping.stdout)) {
 *   if (line.includes("seq=3")) break;
 * }
 * ```
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let pending: Uint8Array[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      pending.push(chunk.subarray(start, end));
      yield decoder.decode(withoutReturn(join(pending)));
      pending = [];
      start = end + 1;
    }
    // A copy: whoever gave the chunk may use its memory again.
    if (start < chunk.length) pending.push(chunk.slice(start));
  }
  const rest = join(pending);
  if (rest.length > 0) yield decoder.decode(rest);
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

/** Many pieces as one. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
