/**
 * Where containerd's sockets are, by who sets them up.
 *
 * @module
 */
import { DEFAULT_ADDRESS } from "./layout.ts";

/** Who runs a daemon: the system, a user, a distribution of Kubernetes, another tool. */
export type DaemonKind =
  | "env"
  | "rootful"
  | "rootless"
  | "davit"
  | "k3s"
  | "microk8s"
  | "k0s"
  | "lima"
  | "colima"
  | "docker";

/** A place where a daemon may listen. */
export interface KnownSocket {
  /** The socket's path. */
  readonly address: string;
  /** Who puts a socket there. `"k3s"` is RKE2 as well: both use one path. */
  readonly kind: DaemonKind;
}

const VARIABLES = [
  "COLIMA_HOME",
  "CONTAINERD_ADDRESS",
  "HOME",
  "LIMA_HOME",
  "XDG_RUNTIME_DIR",
] as const;

type Variable = typeof VARIABLES[number];

/** What {@linkcode knownSockets} looks at; the tests give their own. */
export interface Surroundings {
  /** The variables named in {@linkcode VARIABLES}, as far as they are set and may be read. */
  readonly env: Readonly<Partial<Record<Variable, string>>>;
  /** The user's id; `null` when it may not be asked for. */
  readonly uid: number | null;
  /** Text of a file, `undefined` when it cannot be read. */
  readTextFile(path: string): string | undefined;
  /** Names in a folder; none when it cannot be read. */
  readDir(path: string): string[];
}

/** This process's own surroundings. What it has no permission to read counts as not set. */
export function ownSurroundings(): Surroundings {
  const env: Partial<Record<Variable, string>> = {};
  for (const name of VARIABLES) {
    const value = allowed(() => Deno.env.get(name));
    // An empty variable is as good as none: `CONTAINERD_ADDRESS= script.ts`.
    if (value) env[name] = value;
  }
  return {
    env,
    uid: allowed(() => Deno.uid()) ?? null,
    readTextFile: (path) => {
      try {
        return Deno.readTextFileSync(path);
      } catch {
        return undefined;
      }
    },
    readDir: (path) => {
      try {
        return [...Deno.readDirSync(path)].map((entry) => entry.name).sort();
      } catch {
        return [];
      }
    },
  };
}

function allowed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/**
 * All places where a daemon may listen, the likeliest first; `$CONTAINERD_ADDRESS` is not among
 * them. Nothing is checked.
 *
 * Sources: the defaults of containerd, its `containerd-rootless.sh`, K3s and RKE2, MicroK8s, k0s,
 * Moby, and Colima; for Lima the convention of its templates, `{{.Dir}}/sock/`.
 */
export function knownSockets({ env, uid, readTextFile, readDir }: Surroundings): KnownSocket[] {
  const found: KnownSocket[] = [];
  const add = (kind: DaemonKind, address: string): void => {
    if (!found.some((known) => known.address === address)) found.push({ kind, address });
  };
  add("rootful", "/run/containerd/containerd.sock");

  const runtimeDir = env.XDG_RUNTIME_DIR ?? (uid === null ? undefined : `/run/user/${uid}`);
  if (runtimeDir) {
    add("rootless", `${runtimeDir}/containerd/containerd.sock`);
    // The same socket as RootlessKit's child sees it: there even without the bind mount above.
    const child = readTextFile(`${runtimeDir}/containerd-rootless/child_pid`)?.trim();
    if (child && /^\d+$/.test(child)) {
      add("rootless", `/proc/${child}/root/run/containerd/containerd.sock`);
    }
  }
  add("davit", DEFAULT_ADDRESS);
  add("k3s", "/run/k3s/containerd/containerd.sock");
  add("microk8s", "/var/snap/microk8s/common/run/containerd.sock");
  add("k0s", "/run/k0s/containerd.sock");

  const home = env.HOME;
  if (home) {
    const limaHomes = [
      env.LIMA_HOME ?? `${home}/.lima`,
      `${home}/.local/share/rancher-desktop/lima`,
      `${home}/Library/Application Support/rancher-desktop/lima`,
    ];
    for (const lima of limaHomes) {
      for (const instance of readDir(lima)) {
        if (/^[._]/.test(instance)) continue;
        add("lima", `${lima}/${instance}/sock/containerd.sock`);
      }
    }
    const colima = env.COLIMA_HOME ?? `${home}/.colima`;
    for (const profile of readDir(colima)) {
      if (!/^[._]/.test(profile)) add("colima", `${colima}/${profile}/containerd.sock`);
    }
  }
  // Last, and never chosen by itself: Docker counts on being its only client.
  add("docker", "/run/docker/containerd/containerd.sock");
  if (runtimeDir) add("docker", `${runtimeDir}/docker/containerd/containerd.sock`);
  return found;
}
