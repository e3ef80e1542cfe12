/**
 * Ports of containers that are reachable on the daemon's host, as nerdctl notes them.
 *
 * @module
 */
import type { Host } from "../../host/host.ts";

/** A port of a container that is reachable on the daemon's host. */
export interface PublishedPort {
  /** The address on the host; `"0.0.0.0"` for all of IPv4. */
  readonly hostIp: string;
  /** The port on the host. */
  readonly hostPort: number;
  /** The port in the container. */
  readonly containerPort: number;
  /** Such as `"tcp"`. */
  readonly protocol: string;
}

/** A port in few words, as docker writes it: `8080->80`, with what is not usual. */
export function formatPort({ hostIp, hostPort, containerPort, protocol }: PublishedPort): string {
  const ip = hostIp === "0.0.0.0" || hostIp === "" ? "" : `${hostIp}:`;
  return `${ip}${hostPort}->${containerPort}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

const PORTS_LABEL = "nerdctl/ports";
const STATE_FOLDER_LABEL = "nerdctl/state-dir";
const NETWORKS_LABEL = "nerdctl/networks";
const NO_NETWORKS = '["none"]';

/** The published ports of a container: those of its labels, else those of its file. */
export async function publishedPorts(
  host: Host,
  labels: Readonly<Record<string, string>>,
): Promise<PublishedPort[]> {
  const label = labels[PORTS_LABEL];
  if (label) return parsePorts(label);
  const folder = labels[STATE_FOLDER_LABEL];
  // Where there is no network there is no file to look for.
  if (!folder || labels[NETWORKS_LABEL] === NO_NETWORKS) return [];
  try {
    return parsePorts(
      new TextDecoder().decode(await host.readFile(`${folder}/network-config.json`)),
    );
  } catch {
    // It has none, or may not be read: then nobody can tell.
    return [];
  }
}

/** Reads a list of mappings, or an object with such a list. What is none is left out. */
export function parsePorts(text: string): PublishedPort[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const list = Array.isArray(value) ? value : field(value, "portMappings");
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const hostPort = field(entry, "HostPort");
    const containerPort = field(entry, "ContainerPort");
    const hostIp = field(entry, "HostIP");
    const protocol = field(entry, "Protocol");
    if (typeof hostPort !== "number" || typeof containerPort !== "number") return [];
    return [{
      hostIp: typeof hostIp === "string" && hostIp ? hostIp : "0.0.0.0",
      hostPort,
      containerPort,
      protocol: typeof protocol === "string" && protocol ? protocol : "tcp",
    }];
  });
}

/** A field of an object, in whatever case its name is written. */
function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const key = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : Reflect.get(value, key);
}
