/**
 * A container as `docker inspect` prints it.
 *
 * @module
 */
import type { Mount, Spec } from "../../oci/runtime_spec.ts";
import { STDIN_LABEL } from "../attach/stdin.ts";
import type { Context } from "../context.ts";
import { HEALTHCHECK_LABEL, HEALTHSTATE_LABEL } from "../health/config.ts";
import { LOG_URI_LABEL } from "../logs/setup.ts";
import { logFile, stateFolder } from "../logs/place.ts";
import { STOP_SIGNAL_LABEL, STOP_TIMEOUT_LABEL } from "./labels.ts";
import type { ContainerInspection } from "./inspect.ts";

/** The names of Docker's API are kept as they are, so that what reads Docker's JSON reads this. */
export interface DockerContainer {
  /** Its id. */
  readonly Id: string;
  /** When it was made, as RFC 3339 text. */
  readonly Created: string;
  /** Its program. */
  readonly Path: string;
  /** The program's arguments. */
  readonly Args: readonly string[];
  /** What its process does. */
  readonly State: DockerState;
  /** The name of its image. */
  readonly Image: string;
  /** Where its log is on the daemon's host; empty for none. */
  readonly LogPath: string;
  /** Its name, after a slash. */
  readonly Name: string;
  /** How often the daemon started it again. */
  readonly RestartCount: number;
  /** Its snapshotter. */
  readonly Driver: string;
  /** Always `"linux"`. */
  readonly Platform: string;
  /** Its AppArmor profile; empty for none. */
  readonly AppArmorProfile: string;
  /** What is mounted into it. */
  readonly Mounts: readonly DockerMount[];
  /** What it was made from. */
  readonly Config: DockerConfig;
  /** How the host runs it. */
  readonly HostConfig: DockerHostConfig;
  /** Its network. */
  readonly NetworkSettings: {
    /** For each port inside, such as `"80/tcp"`, where it is reachable. */
    readonly Ports: Readonly<Record<string, readonly DockerPort[]>>;
  };
}

/** What a container's process does. */
export interface DockerState {
  /** Such as `"running"` or `"exited"`. */
  readonly Status: "created" | "running" | "paused" | "exited";
  /** Whether it has a process, paused or not. */
  readonly Running: boolean;
  /** Whether it is paused. */
  readonly Paused: boolean;
  /** Whether the kernel killed it because it was out of memory. */
  readonly OOMKilled: boolean;
  /** Its process id; 0 for none. */
  readonly Pid: number;
  /** Its exit code; 0 before it has ended. */
  readonly ExitCode: number;
  /** When it ended, as RFC 3339 text; the year 1 before. */
  readonly FinishedAt: string;
  /** Its health, where it has a health check. */
  readonly Health?: {
    /** Such as `"healthy"`. */
    readonly Status: string;
    /** How many probes failed in a row. */
    readonly FailingStreak: number;
  };
}

/** Something that is mounted. */
export interface DockerMount {
  /** `"bind"`, `"tmpfs"`. */
  readonly Type: string;
  /** What is mounted. */
  readonly Source: string;
  /** Where. */
  readonly Destination: string;
  /** Its options. */
  readonly Mode: string;
  /** Whether it can be written to. */
  readonly RW: boolean;
  /** Such as `"rprivate"`. */
  readonly Propagation: string;
}

/** What a container was made from. */
export interface DockerConfig {
  /** Its host name. */
  readonly Hostname: string;
  /** `uid:gid` of its process. */
  readonly User: string;
  /** Whether it has a terminal. */
  readonly Tty: boolean;
  /** Whether its standard input stays open. */
  readonly OpenStdin: boolean;
  /** Its environment, `NAME=VALUE`. */
  readonly Env: readonly string[];
  /** Program and arguments. */
  readonly Cmd: readonly string[];
  /** The name of its image. */
  readonly Image: string;
  /** Its working directory. */
  readonly WorkingDir: string;
  /** Its labels. */
  readonly Labels: Readonly<Record<string, string>>;
  /** The signal that asks it to stop. */
  readonly StopSignal?: string;
  /** How many seconds it has to. */
  readonly StopTimeout?: number;
  /** Its health check, as Docker keeps it. */
  readonly Healthcheck?: unknown;
}

/** How the host runs a container. */
export interface DockerHostConfig {
  /** Its memory limit in bytes; 0 for none. */
  readonly Memory: number;
  /** The limit of memory and swap in bytes; 0 for none. */
  readonly MemorySwap: number;
  /** Its CPU weight; 0 for the default. */
  readonly CpuShares: number;
  /** The period of its CPU quota in microseconds; 0 for the default. */
  readonly CpuPeriod: number;
  /** Its CPU time in a period, in microseconds; 0 for no limit. */
  readonly CpuQuota: number;
  /** Which CPUs it may use; empty for all. */
  readonly CpusetCpus: string;
  /** How many processes it may have; 0 for any number. */
  readonly PidsLimit: number;
  /** Whether its root file system cannot be written to. */
  readonly ReadonlyRootfs: boolean;
  /** The annotations of its spec. */
  readonly Annotations: Readonly<Record<string, string>>;
  /** Its runtime. */
  readonly Runtime: string;
  /** Its parent control group. */
  readonly CgroupParent: string;
  /** When the daemon starts it again. */
  readonly RestartPolicy: {
    /** Such as `"always"` or `"no"`. */
    readonly Name: string;
    /** For `"on-failure"`: how often at most; 0 for always. */
    readonly MaximumRetryCount: number;
  };
  /** Its published ports. */
  readonly PortBindings: Readonly<Record<string, readonly DockerPort[]>>;
}

/** Where a port is reachable. */
export interface DockerPort {
  /** The address on the host. */
  readonly HostIp: string;
  /** The port on the host, as text. */
  readonly HostPort: string;
}

/** What Docker writes for a moment that never was. */
const NEVER = "0001-01-01T00:00:00Z";

/** What Docker mounts too, and does not list. */
const OWN_MOUNTS = /^\/(proc|sys|dev|run)(\/|$)/;

/** A container in Docker's form, as far as containerd knows what Docker prints. */
export async function dockerContainer(
  context: Context,
  container: ContainerInspection,
): Promise<DockerContainer> {
  const { id, name, image, labels, spec, snapshotter, ports } = container;
  const process = spec?.process;
  const [path = "", ...args] = process?.args ?? [];
  const bindings = Object.fromEntries(
    Object.entries(
      Object.groupBy(ports, ({ containerPort, protocol }) => `${containerPort}/${protocol}`),
    ).map(([port, list = []]) => [
      port,
      list.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: `${hostPort}` })),
    ]),
  );
  return {
    Id: id,
    Created: container.createdAt?.toISOString() ?? NEVER,
    Path: path,
    Args: args,
    State: dockerState(container),
    Image: image,
    LogPath: labels[LOG_URI_LABEL] ? logFile(await stateFolder(context, id), id) : "",
    Name: `/${name}`,
    RestartCount: Number(labels["containerd.io/restart.count"] ?? 0) || 0,
    Driver: snapshotter,
    Platform: "linux",
    AppArmorProfile: process?.apparmorProfile ?? "",
    Mounts: (spec?.mounts ?? []).flatMap(dockerMount),
    Config: dockerConfig(container),
    HostConfig: dockerHostConfig(container, spec, bindings),
    NetworkSettings: { Ports: bindings },
  };
}

function dockerState({ task, exit, labels }: ContainerInspection): DockerState {
  const { state } = task ?? {};
  const active = state === "running" || state === "paused" || state === "pausing";
  const health = json(labels[HEALTHSTATE_LABEL]);
  return {
    Status: active ? state === "running" ? "running" : "paused" : exit ? "exited" : "created",
    Running: active,
    Paused: active && state !== "running",
    OOMKilled: exit?.oomKilled ?? false,
    Pid: active ? task?.pid ?? 0 : 0,
    ExitCode: exit?.exitCode ?? 0,
    FinishedAt: exit?.exitedAt?.toISOString() ?? NEVER,
    ...(typeof health?.Status === "string" && {
      Health: { Status: health.Status, FailingStreak: Number(health.FailingStreak ?? 0) },
    }),
  };
}

function dockerConfig({ id, image, labels, spec }: ContainerInspection): DockerConfig {
  const { user, terminal, args, env, cwd } = spec?.process ?? {};
  const healthcheck = json(labels[HEALTHCHECK_LABEL]);
  const stopSignal = labels[STOP_SIGNAL_LABEL];
  const stopTimeout = labels[STOP_TIMEOUT_LABEL];
  return {
    Hostname: spec?.hostname ?? id.slice(0, 12),
    User: user ? `${user.uid}:${user.gid}` : "",
    Tty: terminal ?? false,
    OpenStdin: STDIN_LABEL in labels,
    Env: env ?? [],
    Cmd: args ?? [],
    Image: image,
    WorkingDir: cwd ?? "/",
    Labels: labels,
    ...(stopSignal && { StopSignal: stopSignal }),
    ...(stopTimeout && { StopTimeout: Number(stopTimeout) }),
    ...(healthcheck && { Healthcheck: healthcheck }),
  };
}

function dockerHostConfig(
  { labels, runtime }: ContainerInspection,
  spec: Spec | undefined,
  bindings: DockerHostConfig["PortBindings"],
): DockerHostConfig {
  const { memory, cpu, pids } = spec?.linux?.resources ?? {};
  const [policy = "no", count] = (labels["containerd.io/restart.policy"] || "no").split(":");
  const cgroup = spec?.linux?.cgroupsPath ?? "";
  return {
    Memory: Number(memory?.limit ?? 0),
    MemorySwap: Number(memory?.swap ?? 0),
    CpuShares: Number(cpu?.shares ?? 0),
    CpuPeriod: Number(cpu?.period ?? 0),
    CpuQuota: Number(cpu?.quota ?? 0),
    CpusetCpus: cpu?.cpus ?? "",
    PidsLimit: Number(pids?.limit ?? 0),
    ReadonlyRootfs: spec?.root?.readonly ?? false,
    Annotations: spec?.annotations ?? {},
    Runtime: runtime,
    CgroupParent: cgroup.slice(0, Math.max(0, cgroup.lastIndexOf("/"))),
    RestartPolicy: { Name: policy, MaximumRetryCount: Number(count ?? 0) || 0 },
    PortBindings: bindings,
  };
}

function dockerMount({ type, source = "", destination, options = [] }: Mount): DockerMount[] {
  const bind = type === "bind" || options.includes("bind") || options.includes("rbind");
  if (!bind && (type !== "tmpfs" || OWN_MOUNTS.test(destination))) return [];
  return [{
    Type: bind ? "bind" : "tmpfs",
    Source: bind ? source : "",
    Destination: destination,
    Mode: options.join(","),
    RW: !options.some((option) => option === "ro" || option === "rro"),
    Propagation: options.find((option) => /^r?(private|shared|slave)$/.test(option)) ?? "",
  }];
}

function json(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}
