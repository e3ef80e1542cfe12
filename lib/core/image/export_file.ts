/**
 * Writes files that are there as a whole or not at all.
 *
 * @module
 */

/** From so much memory on it is worth being given back. */
const MUCH_BYTES = 65_536;

/**
 * Writes a stream to a file beside the one that is meant, and then puts it in its place.
 *
 * @param stream Its pieces are empty once they are written: the garbage collector sees late how much
 * hangs on them.
 */
export async function writeWhole(
  path: string | URL,
  stream: ReadableStream<Uint8Array>,
): Promise<void> {
  const target = path instanceof URL ? decodeURIComponent(path.pathname) : path;
  const beside = `${target}.${crypto.randomUUID()}.part`;
  try {
    const file = await Deno.open(beside, { write: true, createNew: true });
    const writer = file.writable.getWriter();
    await stream.pipeTo(
      new WritableStream<Uint8Array>({
        write: async (piece) => {
          await writer.write(piece);
          giveBack(piece);
        },
        close: () => writer.close(),
        abort: (reason) => writer.abort(reason),
      }),
    );
    await Deno.rename(beside, target);
  } catch (error) {
    await stream.cancel(error).catch(() => {/* it has ended */});
    await Deno.remove(beside).catch(() => {/* it was never there */});
    throw error;
  }
}

/** Pieces come in the order of their buffer: behind its last one nothing of it is needed. */
function giveBack({ buffer, byteOffset, length }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < MUCH_BYTES) return;
  if (byteOffset + length === buffer.byteLength) buffer.transfer(0);
}
