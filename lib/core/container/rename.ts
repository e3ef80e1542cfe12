/**
 * Gives containers other names.
 *
 * @module
 */
import { AlreadyExistsError, InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { dataStore } from "../logs/place.ts";
import type { ContainerRecord } from "./handle.ts";
import { NAME_LABEL } from "./handle.ts";
import { findByName } from "./names.ts";
import { setLabels } from "./restart_policy.ts";

/** What Docker and nerdctl take for a name. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/**
 * Gives a container another name: its label, and nerdctl's file of names where it has one.
 *
 * @throws {AlreadyExistsError} when another container has that name or id.
 */
export async function renameContainer(
  context: Context,
  { id, labels }: ContainerRecord,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!NAME.test(name)) {
    throw new InvalidArgumentError(
      `Cannot rename container "${id}" to ${JSON.stringify(name)}: use letters, digits, "_", "." ` +
        'and "-", 128 at most, and begin with a letter or a digit',
    );
  }
  const other = await byId(context, name, signal) ?? await findByName(context, name, signal);
  if (other !== undefined && other.id !== id) {
    throw new AlreadyExistsError(
      `Cannot rename container "${id}" to "${name}": container "${other.id}" has that name`,
    );
  }
  throwIfAborted(signal, `renaming container "${id}"`);
  await moveName(context, id, { from: labels[NAME_LABEL], to: name });
  await setLabels(context, id, { [NAME_LABEL]: name });
}

async function byId(context: Context, id: string, signal: AbortSignal | undefined) {
  try {
    return (await context.api.containers.get({ id }, { signal })).container;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** nerdctl keeps a file for each name, which holds the id. Only one that is ours is moved. */
async function moveName(
  context: Context,
  id: string,
  { from, to }: { from: string | undefined; to: string },
): Promise<void> {
  if (!from || from === to) return;
  const { host } = context.session;
  const store = await dataStore(context);
  const fileOf = (name: string) => `${store}/names/${context.namespace}/${name}`;
  if (!await host.lstat(fileOf(from))) return;
  const owner = new TextDecoder().decode(await host.readFile(fileOf(from))).trim();
  if (owner !== id) return;
  try {
    await host.createFile(fileOf(to), new TextEncoder().encode(id));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw cause;
    throw new AlreadyExistsError(
      `Cannot rename container "${id}" to "${to}": nerdctl knows another container of that name`,
      { cause },
    );
  }
  await host.remove(fileOf(from));
}
