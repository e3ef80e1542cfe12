/**
 * Which scripts use a private daemon: an empty file for each, beside its socket.
 *
 * @module
 */
import { isRunning, processRef } from "./processes.ts";
import type { Layout } from "./layout.ts";

/** Notes that this script uses the daemon, and returns the note's name. */
export function addUser(layout: Layout): string {
  const name = `${Deno.pid}.${processRef(Deno.pid)?.key}.${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(layout.users, { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(`${layout.users}/${name}`, "");
  return name;
}

/** Takes a note away; it may be gone already. */
export function removeUser(layout: Layout, name: string): void {
  try {
    Deno.removeSync(`${layout.users}/${name}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether a script that still lives uses the daemon. Notes of dead scripts are taken away. */
export function hasLiveUsers(layout: Layout): boolean {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(layout.users)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  let live = false;
  for (const { name } of entries) {
    const [pid, key = ""] = name.split(".");
    if (isRunning({ pid: Number(pid), key })) live = true;
    else removeUser(layout, name);
  }
  return live;
}
