/**
 * What runs and what is set up on this machine, so that two moments can be compared.
 *
 * @module
 */

/** A process. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  /** In clock ticks since boot: pids are used again. */
  readonly start: string;
  readonly argv: readonly string[];
}

/** A line of mountinfo; see proc_pid_mountinfo(5). */
export interface Mount {
  readonly id: string;
  readonly point: string;
  /** The whole line, for what its options say. */
  readonly line: string;
}

/** All processes but zombies and the kernel's own. */
export function listProcesses(): Process[] {
  const found: Process[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readIfThere(`/proc/${name}/stat`);
    const [state, ppid, ...more] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const argv = readIfThere(`/proc/${name}/cmdline`).split("\0").filter((word) => word !== "");
    if (!state || state === "Z" || state === "X" || argv.length === 0) continue;
    found.push({ pid: Number(name), ppid: Number(ppid), start: more[17] ?? "", argv });
  }
  return found;
}

/** The mounts of a process's mount namespace. */
export function listMounts(pid: number | "self" = "self"): Mount[] {
  return readIfThere(`/proc/${pid}/mountinfo`).split("\n").filter((line) => line !== "").map(
    (line) => {
      const fields = line.split(" ");
      return { id: fields[0]!, point: unescapeOctal(fields[4]!), line };
    },
  );
}

/** Space, tab, newline and backslash are written in octal. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
}

/** Network interfaces by index and name: an index is not used again before the next boot. */
export function listInterfaces(): string[] {
  return namesIn("/sys/class/net").flatMap((name) => {
    const index = readIfThere(`/sys/class/net/${name}/ifindex`).trim();
    return index === "" ? [] : [`${name} (${index})`];
  });
}

/** Network namespaces with a name, as `ip netns add` and CNI make them. */
export function listNamedNetworks(): string[] {
  return ["/run/netns", "/run/docker/netns"].flatMap((dir) =>
    namesIn(dir).map((name) => `${dir}/${name}`)
  );
}

/** The network namespaces that processes are in, each with the first process in it. */
export function listNetworks(processes: readonly Process[]): Map<string, Process> {
  const found = new Map<string, Process>();
  for (const process of processes) {
    try {
      const network = Deno.readLinkSync(`/proc/${process.pid}/ns/net`);
      if (!found.has(network)) found.set(network, process);
    } catch { /* it ended just now */ }
  }
  return found;
}

/** Names in a folder; none where there is no such folder. */
export function namesIn(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)].map((entry) => entry.name).sort();
  } catch {
    return [];
  }
}

/** A file's text; empty where it is not there, or is gone by now. */
export function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
