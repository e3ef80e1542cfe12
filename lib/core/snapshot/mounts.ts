/**
 * Mounts: how to get at a snapshot's file system, and those that a daemon holds for its clients
 * (Mounts service, containerd 2.2).
 *
 * @module
 */
import { InvalidArgumentError, ProtocolError } from "../../errors/errors.ts";
import type { ActivationInfo, Mount as MountMessage } from "../../gen/containerd/types/mount_pb.ts";
import { checkIdentifier, checkLabels } from "../../oci/names.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { toDate } from "../time.ts";

/** One mount, as mount(8) would do it. Snapshots come as a list of them. */
export interface FileSystemMount {
  /** Such as `"overlay"` or `"bind"`. */
  readonly type: string;
  /** A device, a folder or a name, as the type wants it. */
  readonly source: string;
  /** Where in the tree of the list, when there are several; empty for its root. */
  readonly target?: string;
  /** Such as `"ro"`. */
  readonly options: readonly string[];
}

/** A mount that a daemon holds. */
export interface ActiveMount extends FileSystemMount {
  /** Where it is mounted, on the daemon's machine. */
  readonly mountPoint: string;
  /** Since when. */
  readonly mountedAt: Date | undefined;
}

/** Mounts that a daemon holds under one name. */
export interface MountActivation {
  /** Its name. */
  readonly name: string;
  /** What the daemon mounted. */
  readonly active: readonly ActiveMount[];
  /** What is left to mount for whoever uses it. */
  readonly system: readonly FileSystemMount[];
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The mounts that a daemon holds for a namespace. Every method needs containerd 2.2. */
export class Mounts {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Has the daemon mount a file system on its machine.
   *
   * @param name What it is to be called; a container id, for instance.
   * @param mounts What to mount. Types may have prefixes that the daemon works off first, such as
   * `"format/…"`, `"mkdir/…"` and `"loop"`.
   * @param options `temporary`: it goes with the lease that it is made under.
   * @throws {UnsupportedError} before containerd 2.2.
   * @throws {AlreadyExistsError} when the name is taken.
   */
  async activate(
    name: string,
    mounts: readonly FileSystemMount[],
    options: { labels?: Record<string, string>; temporary?: boolean } = {},
  ): Promise<MountActivation> {
    await this.#require(`activate mounts "${name}"`);
    const labels = options.labels ?? {};
    checkLabels(labels);
    const { info } = await this.#context.api.mounts.activate({
      name: checkIdentifier(name, "name of mounts"),
      mounts: mountMessages(mounts),
      labels,
      temporary: options.temporary ?? false,
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
    return activation(info, name);
  }

  /**
   * Unmounts.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async deactivate(name: string): Promise<void> {
    await this.#require(`deactivate mounts "${name}"`);
    await this.#context.api.mounts.deactivate({ name }, { timeoutMs: CHANGE_TIMEOUT_MS });
  }

  /**
   * What is mounted under a name.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async info(name: string, options: { signal?: AbortSignal } = {}): Promise<MountActivation> {
    await this.#require(`look at mounts "${name}"`);
    const { info } = await this.#context.api.mounts.info({ name }, options);
    return activation(info, name);
  }

  /** Sets labels, and deletes those whose value is empty. Others stay. */
  async label(name: string, labels: Record<string, string>): Promise<MountActivation> {
    await this.#require(`label mounts "${name}"`);
    checkLabels(labels);
    const paths = Object.keys(labels).map((key) => `labels.${key}`);
    const { info } = await this.#context.api.mounts.update(
      { info: { name, labels }, updateMask: { paths } },
      { timeoutMs: CHANGE_TIMEOUT_MS },
    );
    return activation(info, name);
  }

  /** Everything that is mounted, by name. */
  async list(options: { signal?: AbortSignal } = {}): Promise<MountActivation[]> {
    await this.#require("list mounts");
    const found: MountActivation[] = [];
    for await (const { info } of this.#context.api.mounts.list({}, options)) {
      found.push(activation(info, "a list"));
    }
    return found.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async #require(what: string): Promise<void> {
    const { requireFeature } = await import("../features/features.ts");
    await requireFeature(this.#context.session, "mounts", what);
  }
}

function activation(info: ActivationInfo | undefined, name: string): MountActivation {
  if (!info) throw new ProtocolError(`The Mounts service answered nothing for "${name}"`);
  return {
    name: info.name,
    active: info.active.map(({ mount, mountPoint, mountedAt }) => ({
      ...fileSystemMount(mount),
      mountPoint,
      mountedAt: toDate(mountedAt),
    })),
    system: info.system.map(fileSystemMount),
    labels: info.labels,
  };
}

function fileSystemMount(mount: MountMessage | undefined): FileSystemMount {
  const { type = "", source = "", target = "", options = [] } = mount ?? {};
  return { type, source, ...(target ? { target } : {}), options };
}

/** Mounts as requests take them. */
export function mountMessages(mounts: readonly FileSystemMount[]) {
  return mounts.map(({ type, source, target, options }) => ({
    type,
    source,
    target: target ?? "",
    options: [...options],
  }));
}

/**
 * Refuses mounts that the daemon would mount for a moment and could not unmount: `rbind` takes
 * along what is mounted below, stays busy and is left behind (seen with 1.6, 1.7 and 2.1).
 *
 * @throws {InvalidArgumentError} for such a mount.
 */
export function checkMomentary(mounts: readonly FileSystemMount[]): void {
  const bad = mounts.find(({ options }) => options.includes("rbind"));
  if (!bad) return;
  throw new InvalidArgumentError(
    `Cannot have the daemon mount "${bad.source}" with "rbind": it could not unmount it again; ` +
      'use "bind"',
  );
}
