/**
 * The processes of a container, as the daemon's host sees them.
 *
 * @module
 */
import type { Context } from "../context.ts";
import { Tasks } from "../task/tasks.ts";

/** A process of a container. */
export interface TopProcess {
  /** Its id on the daemon's host. */
  readonly pid: number;
  /** That of its parent. */
  readonly parentPid: number;
  /** Its user's id on the daemon's host. */
  readonly uid: number;
  /** One letter, as in proc(5): `R` runs, `S` sleeps, `Z` has ended, and so on. */
  readonly state: string;
  /** Memory that it has in use, in bytes; pages that it shares count too. */
  readonly memoryBytes: number;
  /** Its arguments; of one that has ended, or of the kernel, its name. */
  readonly argv: readonly string[];
}

/** Reads what the kernel says of each process of a container. One that ends meanwhile is left out. */
export async function topProcesses(
  context: Context,
  id: string,
  options: { signal?: AbortSignal } = {},
): Promise<TopProcess[]> {
  const { host } = context.session;
  const read = async (path: string) => new TextDecoder().decode(await host.readFile(path));
  const found: TopProcess[] = [];
  for (const { pid } of await new Tasks(context).pids(id, options)) {
    try {
      const status = await read(`/proc/${pid}/status`);
      found.push(parseProcess(pid, status, await read(`/proc/${pid}/cmdline`)));
    } catch (error) {
      // Its folder is gone, or its files tell that there is no such process.
      const gone = error instanceof Deno.errors.NotFound || /ESRCH|os error 3\)/.test(`${error}`);
      if (!gone) throw error;
    }
  }
  return found;
}

/** Reads the texts of `/proc/PID/status` and `/proc/PID/cmdline`. */
export function parseProcess(pid: number, status: string, cmdline: string): TopProcess {
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "";
  return {
    pid,
    parentPid: Number(field("PPid")),
    uid: Number(field("Uid")),
    state: field("State"),
    memoryBytes: Number(field("VmRSS")) * 1024,
    argv: cmdline ? cmdline.replace(/\0$/, "").split("\0") : [field("Name")],
  };
}
