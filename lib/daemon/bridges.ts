/**
 * The bridges of a private daemon's networks: they are the host's, and stay when the last container
 * has gone.
 *
 * @module
 */

/**
 * Removes the bridges that the networks of a daemon have made. It and its containers must be gone.
 * The networks themselves stay: the next container makes the bridge again.
 *
 * @param folder The daemon's folder of networks' configurations.
 * @param path PATH for `ip`.
 */
export async function removeBridges(folder: string, path: string): Promise<void> {
  for (const bridge of bridgesIn(folder)) {
    await new Deno.Command("/bin/sh", {
      // Where there is no such program there is no way, and where there is no such bridge no need.
      args: ["-c", 'ip link del "$1"', "davit", bridge],
      env: { PATH: `${path}:/usr/sbin:/usr/bin:/sbin:/bin` },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  }
}

/** Names of the bridges in the configurations of a folder and of those right below. */
function bridgesIn(folder: string): string[] {
  const found: string[] = [];
  for (const { name, isDirectory, isFile } of entries(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...bridgesIn(path));
    // Only names that are made up from a daemon's address can be no one else's.
    const named = /"bridge": *"(br-[0-9a-f]{12})"/.exec(isFile ? read(path) : "")?.[1];
    if (named && name.endsWith(".conflist")) found.push(named);
  }
  return found;
}

function entries(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
