/**
 * Linux capabilities (capabilities(7)): names, and adding and dropping them.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";

/** Every capability of Linux up to 6.x, in the order of their numbers. */
export const ALL_CAPABILITIES: readonly Capability[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_IPC_OWNER",
  "CAP_SYS_MODULE",
  "CAP_SYS_RAWIO",
  "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_BOOT",
  "CAP_SYS_NICE",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TIME",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_LEASE",
  "CAP_AUDIT_WRITE",
  "CAP_AUDIT_CONTROL",
  "CAP_SETFCAP",
  "CAP_MAC_OVERRIDE",
  "CAP_MAC_ADMIN",
  "CAP_SYSLOG",
  "CAP_WAKE_ALARM",
  "CAP_BLOCK_SUSPEND",
  "CAP_AUDIT_READ",
  "CAP_PERFMON",
  "CAP_BPF",
  "CAP_CHECKPOINT_RESTORE",
];

/** The name of a capability, as the kernel's headers spell it. */
export type Capability = `CAP_${CapabilityShortName}`;

/** The name of a capability without `CAP_`. */
export type CapabilityShortName =
  | "AUDIT_CONTROL"
  | "AUDIT_READ"
  | "AUDIT_WRITE"
  | "BLOCK_SUSPEND"
  | "BPF"
  | "CHECKPOINT_RESTORE"
  | "CHOWN"
  | "DAC_OVERRIDE"
  | "DAC_READ_SEARCH"
  | "FOWNER"
  | "FSETID"
  | "IPC_LOCK"
  | "IPC_OWNER"
  | "KILL"
  | "LEASE"
  | "LINUX_IMMUTABLE"
  | "MAC_ADMIN"
  | "MAC_OVERRIDE"
  | "MKNOD"
  | "NET_ADMIN"
  | "NET_BIND_SERVICE"
  | "NET_BROADCAST"
  | "NET_RAW"
  | "PERFMON"
  | "SETFCAP"
  | "SETGID"
  | "SETPCAP"
  | "SETUID"
  | "SYSLOG"
  | "SYS_ADMIN"
  | "SYS_BOOT"
  | "SYS_CHROOT"
  | "SYS_MODULE"
  | "SYS_NICE"
  | "SYS_PACCT"
  | "SYS_PTRACE"
  | "SYS_RAWIO"
  | "SYS_RESOURCE"
  | "SYS_TIME"
  | "SYS_TTY_CONFIG"
  | "WAKE_ALARM";

/** The capabilities that containerd and Docker leave to a container. */
export const DEFAULT_CAPABILITIES: readonly Capability[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FSETID",
  "CAP_FOWNER",
  "CAP_MKNOD",
  "CAP_NET_RAW",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETFCAP",
  "CAP_SETPCAP",
  "CAP_NET_BIND_SERVICE",
  "CAP_SYS_CHROOT",
  "CAP_KILL",
  "CAP_AUDIT_WRITE",
];

/** What users may write for one capability, or for all. */
export type CapabilityName = Capability | CapabilityShortName | "ALL";

const known: ReadonlySet<string> = new Set(ALL_CAPABILITIES);

function isCapability(name: string): name is Capability {
  return known.has(name);
}

/**
 * Reads the names of capabilities: any case, with or without `CAP_`; `ALL` stands for every one.
 *
 * @returns Full names, each once, in the order given.
 * @throws {InvalidArgumentError} When a name is unknown.
 *
 * @example
 * ```ts
 * import { parseCapabilities } from "@davit/sdk/oci";
 *
 * parseCapabilities(["net_admin", "CAP_SYS_TIME"]); // ["CAP_NET_ADMIN", "CAP_SYS_TIME"]
 * ```
 */
export function parseCapabilities(names: readonly string[]): Capability[] {
  const result = new Set<Capability>();
  for (const name of names) {
    const upper = name.toUpperCase();
    if (upper === "ALL") {
      for (const capability of ALL_CAPABILITIES) result.add(capability);
      continue;
    }
    const full = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
    if (!isCapability(full)) {
      throw new InvalidArgumentError(
        `Cannot use capability ${JSON.stringify(name)}: Linux has none of that name; ` +
          'see capabilities(7), or use "ALL"',
      );
    }
    result.add(full);
  }
  return [...result];
}

/** What to add and what to drop; names as {@linkcode parseCapabilities} reads them. */
export interface CapabilityChange {
  /** To add; `ALL` adds every one. */
  add?: readonly string[] | undefined;
  /** To drop; `ALL` drops every one, so that `add` alone remains. */
  drop?: readonly string[] | undefined;
}

/**
 * Adds and drops capabilities as Docker and nerdctl do: `drop: ["ALL"]` clears the list first, and
 * `add: ["ALL"]` fills it; then single names are added, and those dropped are removed.
 *
 * @param base The list to start from, such as {@linkcode DEFAULT_CAPABILITIES}.
 * @throws {InvalidArgumentError} When a name is unknown.
 */
export function changeCapabilities(
  base: readonly string[],
  change: CapabilityChange,
): string[] {
  const { add = [], drop = [] } = change;
  const isAll = (name: string) => name.toUpperCase() === "ALL";
  const result = new Set<string>(drop.some(isAll) ? [] : base);
  for (const capability of parseCapabilities(add)) result.add(capability);
  for (const capability of parseCapabilities(drop.filter((name) => !isAll(name)))) {
    result.delete(capability);
  }
  return [...result];
}
