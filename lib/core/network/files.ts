/**
 * The files of a container's networks.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { stateFolder } from "../logs/place.ts";
import { STATE_FOLDER_LABEL } from "./labels.ts";
import { hostsFolder, networkPlace } from "./place.ts";

/** Removes the hosts file of a container that is removed. */
export async function removeNetworkFiles(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const { host } = context.session;
  await host.remove(`${hostsFolder(await networkPlace(context), context.namespace)}/${id}`);
  // Where there are no logs either, nobody else removes it.
  const folder = labels[STATE_FOLDER_LABEL];
  if (folder !== undefined && folder === await stateFolder(context, id)) await host.remove(folder);
}
