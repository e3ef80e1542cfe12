/**
 * Whether the kernel killed a process because its container was out of memory.
 *
 * @module
 */
import type { Context } from "../context.ts";
import type { ExitStatus } from "./exit_status.ts";
import type { Session } from "../session/session.ts";
import { Tasks } from "../task/tasks.ts";

/** How many kills of each container were told of already. */
const told = new WeakMap<Session, Map<string, number>>();

/**
 * Completes the status of a process that has ended, while its task is still there: one ended by
 * `SIGKILL` when the cgroup counts a kill for want of memory that no other process was told of.
 * Where the counter cannot be read, `oomKilled` stays unset.
 *
 * @param id The container.
 */
export async function withOomKilled(
  context: Context,
  id: string,
  status: ExitStatus,
): Promise<ExitStatus> {
  if (status.signal !== "SIGKILL") return status;
  let kills: number | undefined;
  try {
    kills = (await new Tasks(context).metrics(id)).memory?.oomKills;
  } catch {
    return status;
  }
  if (kills === undefined) return status;
  let counts = told.get(context.session);
  if (!counts) told.set(context.session, counts = new Map());
  const key = context.key("oom", id);
  const before = counts.get(key) ?? 0;
  counts.set(key, kills);
  return { ...status, oomKilled: kills > before };
}
