/**
 * Who made a thing: this process, named so that another process can tell whether it still lives.
 *
 * @module
 */

/** The label on everything that belongs to a running script. */
export const OWNER_LABEL = "davit/owner";

/** Machines that cannot be told apart. */
const UNKNOWN_MACHINE = "unknown";

/** A process on a machine. */
export interface Owner {
  /** `/etc/machine-id`, or the host name where there is none. */
  readonly machine: string;
  /** The kernel's boot id: after a reboot, all earlier processes are gone. */
  readonly boot: string;
  /** Inode of the PID namespace in which `pid` counts. */
  readonly pidNamespace: string;
  /** The process id. */
  readonly pid: number;
  /** When the process started, in clock ticks since boot: ids are used again. */
  readonly startTicks: string;
}

let current: Owner | undefined;

/** This process. */
export function thisOwner(): Owner {
  return current ??= {
    machine: readLine("/etc/machine-id") || hostname(),
    boot: readLine("/proc/sys/kernel/random/boot_id"),
    pidNamespace: pidNamespace(),
    pid: Deno.pid,
    startTicks: startTicks(Deno.pid) ?? "",
  };
}

/** An owner as a label's value. */
export function formatOwner(owner: Owner): string {
  return [owner.machine, owner.boot, owner.pidNamespace, owner.pid, owner.startTicks].join(":");
}

/** Reads a label's value; `undefined` when it is not one of ours. */
export function parseOwner(text: string): Owner | undefined {
  const [machine, boot, pidNamespace, pid, startTicks, ...rest] = text.split(":");
  if (!machine || boot === undefined || pidNamespace === undefined || startTicks === undefined) {
    return undefined;
  }
  if (rest.length > 0 || !/^\d+$/.test(pid ?? "")) return undefined;
  return { machine, boot, pidNamespace, pid: Number(pid), startTicks };
}

/**
 * Whether an owner is certainly gone. In doubt (another machine, another PID namespace) it is not.
 *
 * @param owner Whom to look for.
 * @param self The process that asks.
 * @param startOf When a process started; `undefined` when there is none of that id.
 */
export function isGone(
  owner: Owner,
  self: Owner = thisOwner(),
  startOf: (pid: number) => string | undefined = startTicks,
): boolean {
  // A process that cannot read /proc, for want of permission, must not take others for dead.
  if (!self.boot || !self.startTicks || !owner.boot || !owner.startTicks) return false;
  if (owner.machine !== self.machine || owner.machine === UNKNOWN_MACHINE) return false;
  if (owner.boot !== self.boot) return true;
  if (owner.pidNamespace !== self.pidNamespace) return false;
  return startOf(owner.pid) !== owner.startTicks;
}

const INGEST = /^davit-ingest ([^ ]+) /;

/** A name for an unfinished write that goes with its owner: ingests have no labels. */
export function ownedIngest(owner: string): string {
  return `davit-ingest ${owner} ${crypto.randomUUID()}`;
}

/** The owner in the name of an unfinished write; `undefined` where there is none. */
export function ownerOfIngest(ref: string): Owner | undefined {
  const match = INGEST.exec(ref);
  return match ? parseOwner(match[1]!) : undefined;
}

/** How names of this process's temporary folders start. */
export function folderPrefix(owner: Owner = thisOwner()): string {
  return `davit-${owner.pidNamespace}-${owner.pid}-${owner.startTicks}-`;
}

/** The owner in a temporary folder's name, as far as it is there. */
export function ownerOfFolder(name: string, self: Owner = thisOwner()): Owner | undefined {
  const match = /^davit-(\d*)-(\d+)-(\d+)-/.exec(name);
  if (!match) return undefined;
  return { ...self, pidNamespace: match[1]!, pid: Number(match[2]), startTicks: match[3]! };
}

const REMOTE = "davit-ssh-";

/**
 * How names of this process's temporary folders on another machine start: there, the machine and its
 * boot are part of it.
 */
export function remoteFolderPrefix(owner: Owner = thisOwner()): string {
  const { machine, boot, pidNamespace, pid, startTicks } = owner;
  const plain = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 32);
  return `${REMOTE}${plain(machine)}-${plain(boot)}-${pidNamespace}-${pid}-${startTicks}-`;
}

/** Whether such a folder's owner is certainly gone. */
export function isGoneRemote(name: string, self: Owner = thisOwner()): boolean {
  const [machine, boot, pidNamespace, pid, startTicks, rest] = name.startsWith(REMOTE)
    ? name.slice(REMOTE.length).split("-")
    : [];
  if (rest === undefined || !/^\d+$/.test(pid ?? "")) return false;
  const [ownMachine, ownBoot] = remoteFolderPrefix(self).slice(REMOTE.length).split("-");
  if (machine !== ownMachine) return false;
  return isGone({
    ...self,
    boot: boot === ownBoot ? self.boot : boot!,
    pidNamespace: pidNamespace!,
    pid: Number(pid),
    startTicks: startTicks!,
  }, self);
}

function readLine(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return "";
  }
}

/** Needs `--allow-sys=hostname`; without it the owner is of an unknown machine. */
function hostname(): string {
  try {
    return Deno.hostname();
  } catch {
    return UNKNOWN_MACHINE;
  }
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(Deno.readLinkSync("/proc/self/ns/pid"))?.[0] ?? "";
  } catch {
    return "";
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. */
function startTicks(pid: number): string | undefined {
  const stat = readLine(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
