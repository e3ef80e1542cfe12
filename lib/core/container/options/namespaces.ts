/**
 * Options of what a container shares with others.
 *
 * @module
 */
import { InvalidArgumentError } from "../../../errors/errors.ts";
import { checkIdentifier } from "../../../oci/names.ts";
import type {
  Linux,
  LinuxIDMapping,
  LinuxNamespaceType,
  LinuxTimeOffset,
} from "../../../oci/runtime_spec.ts";
import { withNamespace, withoutNamespace, withSysctl } from "../../../oci/spec_linux.ts";
import { bindMount, withMounts } from "../../../oci/spec_mounts.ts";
import { composeSpecOptions, editLinux } from "../../../oci/spec_option.ts";
import type { PlanStep } from "../step.ts";
import { SecurityOptions } from "./security.ts";

/** Kinds of namespaces that can be chosen. */
export type NamespaceName = LinuxNamespaceType;

/** Where a namespace comes from. */
export type NamespaceSource =
  | "private"
  | "host"
  | { readonly container: string }
  | { readonly path: string };

/** Which ids of the host a container's users and groups are. */
export interface UserNamespaceOptions {
  /** Ranges of user ids, such as `[{ containerID: 0, hostID: 100000, size: 65536 }]`. */
  readonly uids: readonly LinuxIDMapping[];
  /** Ranges of group ids; the same as those of users by default. */
  readonly gids?: readonly LinuxIDMapping[];
  /**
   * How the image's files come to belong to them: by the kernel as they are mounted (`"idmapped"`,
   * where the snapshotter has the capability `remap-ids`), or by a copy with other owners, which is
   * made once for each image and mapping (`"copy"`); by default the first where it works.
   */
  readonly files?: "idmapped" | "copy";
}

/** The methods that say what a container shares with others. */
export abstract class NamespaceOptions<Self> extends SecurityOptions<Self> {
  /**
   * Gives it a namespace of its own (`"private"`, what it has by default of pid, ipc, uts, mount and
   * network), the host's (`"host"`), that of a container which runs (`{ container: "web" }`), or one
   * by its path on the daemon's host (`{ path: "/run/netns/blue" }`).
   *
   * With the host's IPC namespace comes the host's `/dev/shm`.
   *
   * @throws {InvalidArgumentError} when the kind has no such form. Later: `NotFoundError` when there is
   * no such container or path, `FailedPreconditionError` when the container does not run.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * await ns.run("alpine:3.20").namespace("pid", { container: "web" }).command("ps");
   * ```
   */
  namespace(type: NamespaceName, from: NamespaceSource): Self {
    checkNamespace(type, from);
    return this.step(namespaceStep(type, from));
  }

  /**
   * Gives it clocks of its own, moved by these times, in a time namespace. runc has them from 1.2,
   * crun from 1.8.
   *
   * Later: an `UnsupportedError` when the runtime has none, where the daemon can tell (2.0).
   */
  timeOffsets(
    offsets: { readonly monotonic?: LinuxTimeOffset; readonly boottime?: LinuxTimeOffset },
  ): Self {
    return this.step(namespaceStep("time", "private", { by: "timeOffsets", offsets }));
  }

  /**
   * Gives it a user namespace, in which its users are others on the host: its root is nobody there.
   *
   * Later: an `InvalidArgumentError` when ranges overlap or do not map root, an `UnsupportedError` when
   * `files: "idmapped"` is asked for and the snapshotter cannot.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace("ci").run("alpine:3.20")
   *   .userNamespace({ uids: [{ containerID: 0, hostID: 100_000, size: 65_536 }] })
   *   .command("cat", "/proc/self/uid_map");
   * ```
   */
  userNamespace(options: UserNamespaceOptions): Self {
    const { uids, gids = uids, files } = options;
    const step: PlanStep = {
      by: "userNamespace",
      key: "namespace user",
      shows: uids.map((range) => `${range.containerID}:${range.hostID}:${range.size}`).join(" "),
      find: async () => (await import("../id_maps.ts")).withIdMaps(uids, gids),
    };
    const steps = [...this.plan.steps.filter(({ key }) => key !== step.key), step];
    return this.clone({ ...this.plan, steps, idMaps: { uids, gids, files } });
  }

  /**
   * Kernel parameters of its namespaces, such as `{ "net.ipv4.ip_forward": "1" }`.
   *
   * @throws {InvalidArgumentError} when one is the host's own; later, when it belongs to a namespace
   * that is shared with the host.
   */
  sysctl(parameters: Readonly<Record<string, string | number>>): Self {
    const entries = Object.entries(parameters).map(([name, value]) => [name, `${value}`] as const);
    if (entries.length === 0) throw new InvalidArgumentError("Cannot set no sysctl; name one");
    const edit = withSysctl(Object.fromEntries(entries));
    const shows = entries.map(([name, value]) => `${name}=${value}`).join(" ");
    return this.step({ by: "sysctl", stage: "derived", shows, edit });
  }
}

const KINDS: readonly NamespaceName[] = [
  "pid",
  "network",
  "mount",
  "ipc",
  "uts",
  "user",
  "cgroup",
  "time",
];

/** Checks what can be told before anything is looked up. */
function checkNamespace(type: NamespaceName, from: NamespaceSource): void {
  if (!KINDS.includes(type)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(type)} as namespace: Linux has ${KINDS.join(", ")}`,
    );
  }
  if (from === "private" && type === "user") {
    throw new InvalidArgumentError(
      "Cannot make a user namespace without a mapping of ids; use userNamespace()",
    );
  }
  if (from === "host" && type === "mount") {
    throw new InvalidArgumentError(
      "Cannot share the host's mount namespace: a container has its own root; mount what it needs",
    );
  }
  if (typeof from === "string") {
    if (from === "private" || from === "host") return;
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(from)} as namespace: ` +
        'give "private", "host", { container } or { path }',
    );
  }
  if ("container" in from) checkIdentifier(from.container, "container id");
  else withNamespace(type, from.path);
}

/** The step that gives a container a namespace. */
function namespaceStep(
  type: NamespaceName,
  from: NamespaceSource,
  more: { readonly by: string; readonly offsets?: Linux["timeOffsets"] } = { by: "namespace" },
): PlanStep {
  const step = { by: more.by, key: `namespace ${type}`, shows: `${type} ${wordsOf(from)}` };
  if (from === "private") {
    const offsets = more.offsets;
    const own = withNamespace(type);
    const edit = offsets
      ? composeSpecOptions(own, (spec) => editLinux(spec, () => ({ timeOffsets: offsets })))
      : own;
    if (type !== "time") return { ...step, edit };
    return {
      ...step,
      find: async (place) => {
        const { checkTimeNamespace } = await import("../namespaces.ts");
        await checkTimeNamespace(place);
        return edit;
      },
    };
  }
  if (from === "host") {
    const shared = bindMount("/dev/shm", "/dev/shm", { options: ["nosuid", "noexec", "nodev"] });
    const edit = withoutNamespace(type);
    return {
      ...step,
      edit: type === "ipc" ? composeSpecOptions(edit, withMounts(shared)) : edit,
    };
  }
  return {
    ...step,
    find: async (place) => {
      const { findNamespace } = await import("../namespaces.ts");
      return withNamespace(type, await findNamespace(place, type, from));
    },
  };
}

function wordsOf(from: NamespaceSource): string {
  if (typeof from === "string") return from;
  return "path" in from ? from.path : `of container ${from.container}`;
}
