/**
 * What went through a container's network. Control groups do not count it; the kernel's files of
 * the container's network namespace do.
 *
 * @module
 */
import type { Host } from "../../host/host.ts";

/** What went through one network interface, or all of them. */
export interface NetworkCounters {
  /** Bytes received. */
  readonly rxBytes: number;
  /** Packets received. */
  readonly rxPackets: number;
  /** Packets that were to be received and were not. */
  readonly rxErrors: number;
  /** Bytes sent. */
  readonly txBytes: number;
  /** Packets sent. */
  readonly txPackets: number;
  /** Packets that were to be sent and were not. */
  readonly txErrors: number;
}

/** What went through a container's network. */
export interface NetworkMetrics extends NetworkCounters {
  /** The same for each interface, by its name inside. */
  readonly interfaces: Readonly<Record<string, NetworkCounters>>;
}

/** Reads the counters of the network that a process is in; `undefined` for that of its host. */
export async function readNetwork(host: Host, pid: number): Promise<NetworkMetrics | undefined> {
  try {
    const [inside, outside, text] = await Promise.all([
      host.readLink(`/proc/${pid}/ns/net`),
      host.readLink("/proc/1/ns/net").catch(() => host.readLink("/proc/self/ns/net")),
      host.readFile(`/proc/${pid}/net/dev`),
    ]);
    return inside === outside ? undefined : parseNetwork(new TextDecoder().decode(text));
  } catch {
    // The process has ended, or may not be looked at.
    return undefined;
  }
}

const NONE: NetworkCounters = {
  rxBytes: 0,
  rxPackets: 0,
  rxErrors: 0,
  txBytes: 0,
  txPackets: 0,
  txErrors: 0,
};

/** Reads the text of `/proc/PID/net/dev` (see proc_pid_net(5)). */
export function parseNetwork(text: string): NetworkMetrics {
  const interfaces: Record<string, NetworkCounters> = {};
  let all = NONE;
  for (const [, name, rest] of text.matchAll(/^\s*([^\s:]+):\s*(.+)$/gm)) {
    if (name === undefined || name === "lo") continue;
    const [
      rxBytes = 0,
      rxPackets = 0,
      rxErrors = 0,
      ,
      ,
      ,
      ,
      ,
      txBytes = 0,
      txPackets = 0,
      txErrors = 0,
    ] = rest!.trim().split(/\s+/).map(Number);
    const counters = { rxBytes, rxPackets, rxErrors, txBytes, txPackets, txErrors };
    interfaces[name] = counters;
    all = {
      rxBytes: all.rxBytes + rxBytes,
      rxPackets: all.rxPackets + rxPackets,
      rxErrors: all.rxErrors + rxErrors,
      txBytes: all.txBytes + txBytes,
      txPackets: all.txPackets + txPackets,
      txErrors: all.txErrors + txErrors,
    };
  }
  return { ...all, interfaces };
}
