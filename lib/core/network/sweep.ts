/**
 * Frees what containers have left of their networks: addresses, rules, ports and names, when neither
 * the runtime nor the daemon could run the hook that does it.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { runHostScript } from "./host_script.ts";
import { attachmentsFolder, networkPlace } from "./place.ts";
import { namesIn } from "./store.ts";

/* Looks again with the lock held: a container may have been started meanwhile. */
const SCRIPT = String.raw`
for A; do
  [ -e "$A/run" ] || continue
  (eval "$(cat "$A/run")"; lock; lives && exit 0; N=; free) && [ ! -e "$A/run" ] && echo "freed $A"
done
exit 0
`;

/**
 * Frees what is left in a namespace.
 *
 * @returns The ids of the containers that had it.
 */
export async function sweepNetworks(context: Context): Promise<string[]> {
  const { host } = context.session;
  const place = await networkPlace(context);
  const folder = attachmentsFolder(place, context.namespace);
  const left: string[] = [];
  try {
    for (const id of await namesIn(host, folder)) {
      if (!await lives(context, `${folder}/${id}`)) left.push(`${folder}/${id}`);
    }
  } catch (error) {
    // Who may not look has made none, and others' are not theirs to free.
    const refused = error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable;
    if (!refused) throw error;
  }
  if (left.length === 0) return [];
  const { stdout } = await runHostScript(context, SCRIPT, {
    args: left,
    path: place.path,
    what: "sweeping networks",
  });
  return stdout.split("\n").filter((line) => line.startsWith("freed "))
    .map((line) => line.slice(line.lastIndexOf("/") + 1));
}

/** Whether the process lives whose network namespace it is. */
async function lives(context: Context, attachment: string): Promise<boolean> {
  const { host } = context.session;
  const read = async (path: string) => {
    try {
      return new TextDecoder().decode(await host.readFile(path));
    } catch {
      return "";
    }
  };
  const [pid, ticks] = (await read(`${attachment}/pid`)).trim().split(" ");
  // It is being made.
  if (!pid || !ticks) return false;
  const stat = await read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] === ticks;
}
