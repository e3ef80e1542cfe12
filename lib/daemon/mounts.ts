/**
 * Mounts of this machine below given folders.
 *
 * @module
 */

/**
 * Mount points at or below folders, in the order of mounting.
 *
 * @param mountinfo The text of `/proc/self/mountinfo`; see proc_pid_mountinfo(5).
 * @param folders Absolute paths without symbolic links.
 */
export function mountsUnder(mountinfo: string, folders: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of mountinfo.split("\n")) {
    const escaped = line.split(" ")[4];
    if (escaped === undefined) continue;
    // Space, tab, newline and backslash are written in octal.
    const point = escaped.replace(
      /\\([0-7]{3})/g,
      (_, octal) => String.fromCharCode(parseInt(octal, 8)),
    );
    if (folders.some((folder) => point === folder || point.startsWith(`${folder}/`))) {
      found.push(point);
    }
  }
  return found;
}

/**
 * Unmounts everything at or below folders, the last mount first. What is busy is detached, so that
 * the kernel unmounts it as soon as nothing uses it.
 *
 * @returns Mount points that are still there.
 */
export async function unmountUnder(folders: readonly string[]): Promise<string[]> {
  const current = (): string[] =>
    mountsUnder(Deno.readTextFileSync("/proc/self/mountinfo"), folders).reverse();
  let points = current();
  for (const flags of [[], [], ["-l"], ["-l"]]) {
    for (let i = 0; i < points.length; i += 100) {
      await umount([...flags, ...points.slice(i, i + 100)]);
    }
    if (points.length > 0) points = current();
  }
  return points;
}

/** What fails shows in mountinfo afterwards. */
async function umount(args: string[]): Promise<void> {
  await new Deno.Command("umount", {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(20_000),
  }).output();
}
