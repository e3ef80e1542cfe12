/**
 * Standard input that stays open while a container lives: a FIFO, which its shim reads and keeps
 * open, and into which whoever attaches writes.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { stateFolder } from "../logs/place.ts";

/** Where the FIFO is. */
export const STDIN_LABEL = "davit/stdin";

/** Not in the folder of the log: that is watched, and watching opens what is there. */
async function fifoPath(context: Context, id: string): Promise<string> {
  const folder = await stateFolder(context, id);
  const root = folder.slice(0, -`/containers/${context.namespace}/${id}`.length);
  return `${root}/stdin/${context.namespace}/${id}`;
}

/** The label of a container whose standard input stays open. */
export async function stdinLabels(context: Context, id: string): Promise<Record<string, string>> {
  return { [STDIN_LABEL]: await fifoPath(context, id) };
}

/** Makes the FIFO anew, if there is to be one. Returns its path, empty for none. */
export async function prepareStdin(
  context: Context,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const path = labels[STDIN_LABEL];
  if (path === undefined) return "";
  const { host } = context.session;
  await host.remove(path);
  await host.makeFifo(path);
  return path;
}

/** Removes the FIFO of a container. Only one that is where it must be counts. */
export async function removeStdin(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const path = labels[STDIN_LABEL];
  if (path !== undefined && path === await fifoPath(context, id)) {
    await context.session.host.remove(path);
  }
}
