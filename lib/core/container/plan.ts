/**
 * What a container is to be, as plain data that builders extend.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { checkIdentifier } from "../../oci/names.ts";
import { parseSize, type Size } from "../../oci/sizes.ts";
import { withAnnotations } from "../../oci/spec_linux.ts";
import type { SpecOption } from "../../oci/spec_option.ts";
import type { Image } from "../image/image.ts";
import type { LogFileOptions } from "../logs/writer.ts";

/** A folder or file of the daemon's host, seen inside. */
export interface BindMount {
  /** What is mounted: an absolute path on the daemon's host. */
  readonly bind: string;
  /** Where: an absolute path inside. */
  readonly to: string;
  /** Whether it cannot be written to inside; `false` by default. */
  readonly readonly?: boolean;
}

/** An empty folder in memory. */
export interface TmpfsMount {
  /** Its size limit, such as `"64MiB"`; `true` for the kernel's default, half of the memory. */
  readonly tmpfs: Size | true;
  /** Where: an absolute path inside. */
  readonly to: string;
}

/** Something mounted into a container. */
export type MountOptions = BindMount | TmpfsMount;

/** What a container is to be. */
export interface ContainerPlan {
  /** An image, or the name of one that is there. */
  readonly image?: Image | string;
  /** The container's id; random without one. */
  readonly id?: string;
  /** Arguments that replace the image's `CMD`. */
  readonly args?: readonly string[];
  /** What replaces the image's `ENTRYPOINT`; the image's `CMD` is dropped then. */
  readonly entrypoint?: readonly string[];
  /** Environment variables, over those of the image. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user?: string;
  /** Host name inside. */
  readonly hostname?: string;
  /** Mounts, in order. */
  readonly mounts: readonly MountOptions[];
  /** Memory limit in bytes. */
  readonly memoryBytes?: number;
  /** CPUs, such as 1.5. */
  readonly cpus?: number;
  /** How many processes there may be. */
  readonly pids?: number;
  /** Whether the process gets a terminal. */
  readonly terminal?: boolean;
  /** Whether the root file system cannot be written to. */
  readonly readonlyRootfs?: boolean;
  /** Labels of the container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The snapshotter; the namespace's by default. */
  readonly snapshotter?: string;
  /** The runtime; the namespace's by default. */
  readonly runtime?: string;
  /** The sandbox that it is in. */
  readonly sandbox?: string;
  /** Whether it outlives the script that makes it. */
  readonly kept?: boolean;
  /** Whether its standard input stays open, for whoever attaches. */
  readonly openStdin?: boolean;
  /** How its output is kept while it lives; `false` for not at all. */
  readonly logs?: LogFileOptions | false;
  /** Changes to the finished spec, in order. */
  readonly edits: readonly SpecOption[];
}

/** A plan with nothing in it. */
export const EMPTY_PLAN: ContainerPlan = { env: {}, mounts: [], labels: {}, edits: [] };

/** The limits below which runc cannot start a process. */
const MIN_MEMORY = 6 * 1024 * 1024;

/**
 * The part of a builder that describes a container. Every method returns a new builder.
 *
 * @typeParam Self The builder itself, so that chains keep their type.
 */
export abstract class PlanBuilder<Self> {
  /** The plan so far. */
  protected abstract readonly plan: ContainerPlan;
  /** A copy with another plan. */
  protected abstract clone(plan: ContainerPlan): Self;

  /** Arguments that replace the image's `CMD`; its `ENTRYPOINT`, if it has one, stays. */
  command(...args: string[]): Self {
    if (args.length === 0) throw new InvalidArgumentError("Cannot use a command without words");
    return this.clone({ ...this.plan, args: words("command", args) });
  }

  /** What replaces the image's `ENTRYPOINT`, with its `CMD` dropped. None: the command alone. */
  entrypoint(...args: string[]): Self {
    return this.clone({ ...this.plan, entrypoint: words("entrypoint", args) });
  }

  /** Environment variables, over those of the image and earlier ones. */
  env(variables: Record<string, string>): Self {
    for (const [name, value] of Object.entries(variables)) {
      if (!name || /[=\0]/.test(name) || value.includes("\0")) {
        throw new InvalidArgumentError(
          `Cannot set environment variable ${JSON.stringify(name)}: a name has no "=" and no NUL`,
        );
      }
    }
    return this.clone({ ...this.plan, env: { ...this.plan.env, ...variables } });
  }

  /** The working directory, an absolute path inside; the image's by default, else `/`. */
  cwd(path: string): Self {
    return this.clone({ ...this.plan, cwd: inside("working directory", path) });
  }

  /** Who runs it: `user`, `uid`, `user:group` or `uid:gid`; the image's by default, else root. */
  user(user: string | number): Self {
    return this.clone({ ...this.plan, user: `${user}` });
  }

  /** The host name inside; the runtime's by default. */
  hostname(name: string): Self {
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name)) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(name)} as host name: use up to 64 letters, digits, "-", "."`,
      );
    }
    return this.clone({ ...this.plan, hostname: name });
  }

  /**
   * Mounts a folder or file of the daemon's host, or an empty folder in memory. A relative `bind`
   * counts from the current folder.
   */
  mount(...mounts: MountOptions[]): Self {
    const added = mounts.map((mount) => {
      inside("mount", mount.to);
      return "bind" in mount ? { ...mount, bind: resolve(mount.bind) } : mount;
    });
    return this.clone({ ...this.plan, mounts: [...this.plan.mounts, ...added] });
  }

  /** A memory limit, such as `"256MiB"` or a number of bytes; 6 MiB at least. */
  memory(limit: Size): Self {
    const memoryBytes = parseSize(limit);
    if (memoryBytes < MIN_MEMORY) {
      throw new InvalidArgumentError(
        `Cannot limit memory to ${memoryBytes} bytes: the minimum is 6 MiB`,
      );
    }
    return this.clone({ ...this.plan, memoryBytes });
  }

  /** A limit on CPU time, in CPUs: 1.5 is one and a half. */
  cpus(count: number): Self {
    if (!(count >= 0.01 && count <= 4096)) {
      throw new InvalidArgumentError(`Cannot limit CPUs to ${count}: use a number from 0.01`);
    }
    return this.clone({ ...this.plan, cpus: count });
  }

  /** A limit on the number of processes and threads. */
  pids(limit: number): Self {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new InvalidArgumentError(`Cannot limit processes to ${limit}: use a number from 1`);
    }
    return this.clone({ ...this.plan, pids: limit });
  }

  /** Gives the process a terminal: one output stream, with `\r\n` line ends. */
  tty(on: boolean = true): Self {
    return this.clone({ ...this.plan, terminal: on });
  }

  /** Makes the root file system read-only. Mounts stay as they are. */
  readonlyRootfs(on: boolean = true): Self {
    return this.clone({ ...this.plan, readonlyRootfs: on });
  }

  /** Labels of the container. */
  labels(labels: Record<string, string>): Self {
    return this.clone({ ...this.plan, labels: { ...this.plan.labels, ...labels } });
  }

  /** The snapshotter; the namespace's by default, else `overlayfs`. */
  snapshotter(name: string): Self {
    return this.clone({ ...this.plan, snapshotter: name });
  }

  /** The runtime; the namespace's by default, else `io.containerd.runc.v2`. */
  runtime(name: string): Self {
    return this.clone({ ...this.plan, runtime: name });
  }

  /**
   * Puts it into a sandbox, by id; see `Namespace.sandboxes` (1.7 and newer). It must have the
   * sandbox's runtime.
   */
  sandbox(id: string): Self {
    return this.clone({ ...this.plan, sandbox: checkIdentifier(id, "sandbox id") });
  }

  /**
   * Lets containers of the same group, in one namespace, share a shim: many short runs beside a
   * container that lives start sooner and need less memory. For runc.
   *
   * @param name Any identifier; the shim takes it from the annotation `io.containerd.runc.v2.group`.
   */
  group(name: string): Self {
    const group = checkIdentifier(name, "shim group");
    return this.edit(withAnnotations({ "io.containerd.runc.v2.group": group }));
  }

  /**
   * Edits the finished OCI spec: for what has no method. The options of `@davit/sdk/oci` fit here,
   * and any function that returns a changed copy.
   */
  edit(edit: SpecOption): Self {
    return this.clone({ ...this.plan, edits: [...this.plan.edits, edit] });
  }

  /** Applies a function to this builder: how users extend a chain. */
  with<R>(extend: (builder: this) => R): R {
    return extend(this);
  }
}

function words(what: string, args: readonly string[]): readonly string[] {
  for (const arg of args) {
    if (arg.includes("\0")) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(arg)} in a ${what}: it has a NUL`,
      );
    }
  }
  return [...args];
}

/** An absolute path on this machine. */
function resolve(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

/** Checks an absolute path inside a container. */
function inside(what: string, path: string): string {
  if (!path.startsWith("/") || path.includes("\0")) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(path)} as ${what}: use an absolute path inside the container`,
    );
  }
  return path;
}
