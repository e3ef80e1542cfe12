/**
 * FIFOs of the other machine.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import { shellQuote } from "../../oci/quote.ts";
import type { HostFifo } from "../host.ts";
import type { Connections } from "./connections.ts";
import { READY } from "./master.ts";
import { readReady } from "./pipes.ts";

/** How long the copier has for what was written last, in milliseconds: somebody must read it. */
const COPY_REST_MS = 1000;

/** Makes a FIFO that only this user can use, with the folders that it is in. */
export async function makeSshFifo(connections: Connections, path: string): Promise<void> {
  const { shell } = await connections.primary();
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const { code, text } = await shell.run(
    'umask 077; mkdir -p -- "$1" && mkfifo -m 600 -- "$2"',
    folder,
    path,
  );
  if (code !== 0) throw new DavitError(`Cannot make "${path}" on "${connections.name}": ${text}`);
}

/** Opens a FIFO for writing, by a process there that copies. Close the stream before disposing. */
export async function openSshFifo(connections: Connections, path: string): Promise<HostFifo> {
  // Only `tee` may wait for a reader.
  const script = `: >"$2/$$"; echo "${READY} $$"; exec tee -- "$1" >/dev/null 2>&1`;
  const { process, master, first } = await connections.start(
    ({ groups }) => `exec /bin/sh -c '${script}' davit ${shellQuote(path)} ${groups}`,
    { stdin: true },
    readReady,
  );
  first.reader.cancel();
  const { stdin } = process;
  let disposed: Promise<void> | undefined;
  const dispose = async () => {
    if (!stdin.locked) await stdin.close().catch(() => {/* it has ended */});
    const timer = setTimeout(() => {
      master.shell.run('kill -9 "-$1"', first.said).catch(() => process.kill());
    }, COPY_REST_MS);
    await process.ended;
    clearTimeout(timer);
    await master.shell.run('rm -f "$1"', `${master.groups}/${first.said}`).catch(() => {});
  };
  return { writable: stdin, [Symbol.asyncDispose]: () => disposed ??= dispose() };
}
