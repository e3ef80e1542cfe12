/**
 * Options of who runs a container, and how.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { checkIdentifier } from "../../../oci/names.ts";
import { parsePlatform, type Platform } from "../../../oci/platform.ts";
import type { Hook, Hooks } from "../../../oci/runtime_spec.ts";
import { withAnnotations } from "../../../oci/spec_linux.ts";
import type { SpecOption } from "../../../oci/spec_option.ts";
import type { PullOptions } from "../../pull/pull.ts";
import type { PullPolicy } from "../plan.ts";
import { DEFAULT_RUNTIME } from "../../defaults.ts";
import type { RuntimeSettings } from "../runtime_settings.ts";
import { DeviceOptions } from "./devices.ts";

/** The methods that say who runs a container, and how. */
export abstract class RuntimeOptions<Self> extends DeviceOptions<Self> {
  /** The snapshotter; the namespace's by default, else `overlayfs`. */
  snapshotter(name: string): Self {
    return this.clone({ ...this.plan, snapshotter: name });
  }

  /**
   * The runtime; the namespace's by default, else `io.containerd.runc.v2`.
   *
   * @param name A shim, such as `"io.containerd.runsc.v1"`; or a binary with runc's commands, such as
   * `"crun"`, for runc's shim.
   * @param settings What the shim is told, such as `{ systemdCgroup: true }`.
   * @throws {InvalidArgumentError} when the name is none, or the options do not go with it.
   */
  runtime(name: string, settings?: RuntimeSettings): Self {
    const runtime = runtimeNamed(name, settings);
    return this.clone({ ...this.plan, runtime: runtime.name, runtimeOptions: runtime.settings });
  }

  /** The platform of the image, such as `"linux/arm64"`; the daemon's own by default. */
  platform(platform: string | Platform): Self {
    const parsed = typeof platform === "string" ? parsePlatform(platform) : platform;
    return this.clone({ ...this.plan, platform: parsed });
  }

  /**
   * When an image that is given by name is pulled: when it is not there (`"missing"`), whatever is
   * there (`"always"`), or not at all (`"never"`, the default).
   */
  pull(policy: PullPolicy, options: PullOptions = {}): Self {
    if (!["always", "missing", "never"].includes(policy)) {
      throw new InvalidArgumentError(
        `Cannot pull ${JSON.stringify(policy)}: use "always", "missing" or "never"`,
      );
    }
    return this.clone({ ...this.plan, pull: { policy, options } });
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
    const edit = withAnnotations({ "io.containerd.runc.v2.group": group });
    return this.step({ by: "group", key: "group", shows: group, edit });
  }

  /**
   * Runs the command under a small init, which passes signals on and reaps what is left of processes
   * that have ended: tini of the daemon's host, best one that is linked statically.
   *
   * Later: a `NotFoundError` when the host has none.
   *
   * @param binary Its path on the daemon's host; by default where packages put tini.
   */
  init(binary?: string): Self {
    return this.step({
      by: "init",
      key: "init",
      stage: "derived",
      shows: binary ?? "tini",
      find: async (place) => (await import("../init.ts")).findInit(place, binary),
    });
  }

  /**
   * Prepares it for systemd as its first process: writable cgroups, folders in memory where systemd
   * wants them, `SIGRTMIN+3` to stop.
   *
   * @param mode `true` when the command is an init (`/sbin/init`, `/usr/sbin/init`,
   * `/usr/local/sbin/init`, `/lib/systemd/systemd`), `"always"`, or `false`.
   */
  systemd(mode: boolean | "always" = true): Self {
    return this.step({
      by: "systemd",
      key: "systemd",
      shows: `${mode}`,
      find: async () => (await import("../init.ts")).withSystemd(mode),
      labels: async (spec) => (await import("../init.ts")).systemdLabels(mode, spec),
    });
  }

  /** Annotations of the spec, for the runtime; labels are for containerd's users. */
  annotations(annotations: Readonly<Record<string, string>>): Self {
    const edit = withAnnotations(annotations);
    const shows = Object.entries(annotations).map(([name, value]) => `${name}=${value}`).join(" ");
    return this.step({ by: "annotations", shows, edit });
  }

  /**
   * Has the runtime run a program at a point of the container's life, in order of the calls. What a
   * restart policy starts runs it too.
   *
   * @param point Such as `"createRuntime"` or `"poststop"`; see the OCI runtime spec.
   * @param hook The program: an absolute path on the daemon's host (inside, for `startContainer`).
   */
  hook(point: keyof Hooks, hook: Hook): Self {
    if (!hook.path.startsWith("/")) {
      throw new InvalidArgumentError(
        `Cannot use ${JSON.stringify(hook.path)} as hook: use an absolute path`,
      );
    }
    return this.step({
      by: "hook",
      shows: `${point} ${hook.path}`,
      edit: (spec) => ({
        ...spec,
        hooks: { ...spec.hooks, [point]: [...spec.hooks?.[point] ?? [], { ...hook }] },
      }),
    });
  }

  /** Data of others, kept with the container's record by a name: a protobuf message, or JSON. */
  extension(name: string, data: { typeUrl: string; value: Uint8Array }): Self {
    if (name === "" || data.typeUrl === "") {
      throw new InvalidArgumentError("Cannot add an extension: it needs a name and a type");
    }
    const extensions = { ...this.plan.extensions, [name]: data };
    return this.clone({ ...this.plan, extensions });
  }

  /** Where CDI files are on the daemon's host; `/etc/cdi` and `/var/run/cdi` by default. */
  cdiFolders(...paths: string[]): Self {
    return this.clone({ ...this.plan, cdiFolders: paths });
  }

  /**
   * Edits the finished OCI spec: for what has no method. The options of `@davit/sdk/oci` fit here,
   * and any function that returns a changed copy.
   */
  edit(edit: SpecOption): Self {
    return this.step({ by: "edit", stage: "edit", shows: "by a function", edit });
  }
}

/** Which shim is meant by a name, and what it is told: `crun` is a binary for runc's shim. */
function runtimeNamed(
  name: string,
  settings?: RuntimeSettings,
): { name: string; settings: RuntimeSettings | undefined } {
  if (name === "" || /[\0\s]/.test(name)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(name)} as runtime: give a shim's name such as ` +
        '"io.containerd.runc.v2", or a binary such as "crun"',
    );
  }
  const isShim = /^[\w-]+(?:\.[\w-]+)+$/.test(name) || /containerd-shim/.test(name);
  if (isShim) return { name, settings };
  if (settings && ("configPath" in settings || "typeUrl" in settings || settings.binary)) {
    throw new InvalidArgumentError(
      `Cannot use "${name}" with these options: it is a binary for runc's shim; give them to a shim`,
    );
  }
  return { name: DEFAULT_RUNTIME, settings: { ...settings, binary: name } };
}
