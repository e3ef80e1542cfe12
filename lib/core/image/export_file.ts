/**
 * Writes files that are there as a whole or not at all.
 *
 * @module
 */

/** Writes a stream to a file beside the one that is meant, and then puts it in its place. */
export async function writeWhole(
  path: string | URL,
  stream: ReadableStream<Uint8Array>,
): Promise<void> {
  const target = path instanceof URL ? decodeURIComponent(path.pathname) : path;
  const beside = `${target}.${crypto.randomUUID()}.part`;
  try {
    const file = await Deno.open(beside, { write: true, createNew: true });
    await stream.pipeTo(file.writable);
    await Deno.rename(beside, target);
  } catch (error) {
    await stream.cancel(error).catch(() => {/* it has ended */});
    await Deno.remove(beside).catch(() => {/* it was never there */});
    throw error;
  }
}
