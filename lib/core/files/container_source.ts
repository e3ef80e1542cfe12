/**
 * Files of a container: those of its snapshot, and while it runs, those that its processes see.
 *
 * @module
 */
import { unpackSpec } from "../../api/any.ts";
import { FailedPreconditionError, NotFoundError, UnsupportedError } from "../../errors/errors.ts";
import type { HostRoot } from "../../host/root.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { Images } from "../image/images.ts";
import { stateOf } from "../task/state.ts";
import type { FileChange } from "./compare.ts";
import type { LayerParts } from "./part.ts";
import { putParts } from "./put.ts";
import { type SnapshotId, SnapshotSource } from "./snapshot_source.ts";
import { FolderSource } from "./folder_source.ts";
import { splitPath } from "./path.ts";
import type { MountedFiles, OpenFiles, WritableSource } from "./source.ts";

/** The files of a container. */
export class ContainerSource implements WritableSource {
  readonly #context: Context;
  readonly #id: SnapshotId & { id: string };
  readonly #snapshot: SnapshotSource;
  /** What it is, for messages. */
  readonly label: string;

  /** @param container Its id and its snapshot. */
  constructor(context: Context, container: SnapshotId & { id: string }) {
    this.#context = context;
    this.#id = container;
    this.label = `container "${container.id}"`;
    this.#snapshot = new SnapshotSource(
      context,
      container,
      this.label,
      (parent, signal) => layersOf(context, container.id, parent, signal),
    );
  }

  /** Looks at its snapshot as it is now. */
  open(signal: AbortSignal | undefined): Promise<OpenFiles> {
    return this.#snapshot.open(signal);
  }

  /** The root of its processes, where it runs on this machine and this user may look at it. */
  async direct(signal: AbortSignal | undefined): Promise<HostRoot | undefined> {
    const { host } = this.#context.session;
    if (!host.openRoot) return undefined;
    const pid = await this.#pid(signal);
    if (pid === undefined) return undefined;
    const { key, snapshotter } = this.#id;
    const { mounts } = await this.#context.api.snapshots.mounts({ key, snapshotter }, { signal });
    let root: HostRoot | undefined;
    try {
      root = await host.openRoot(`/proc/${pid}/root`);
      const table = new TextDecoder().decode(await host.readFile(`/proc/${pid}/mountinfo`));
      if (isRootOf(table, mounts)) return root;
    } catch { /* not on this machine, gone meanwhile, or not allowed */ }
    root?.[Symbol.dispose]();
    return undefined;
  }

  /**
   * The folder of the host that is mounted at a path, or above it. Only what the path itself says
   * counts: a link of the container's that leads there does not.
   */
  async mountedAt(
    names: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<MountedFiles | undefined> {
    const { container } = await this.#context.api.containers.get({ id: this.#id.id }, { signal });
    const mounts = container?.spec ? unpackSpec(container.spec).mounts ?? [] : [];
    if (names.includes("..")) return undefined;
    // Of mounts over one another, the last counts.
    const mount = mounts.findLast(({ destination }) => {
      const at = splitPath(destination);
      return at.length > 0 && at.every((name, i) => name === names[i]);
    });
    const { source, destination, options = [] } = mount ?? {};
    const isBind = mount?.type === "bind" || options.includes("bind") || options.includes("rbind");
    if (!source?.startsWith("/") || destination === undefined || !isBind) return undefined;
    const info = await this.#context.session.host.lstat(source).catch(() => undefined);
    const isFile = info !== undefined && info.kind !== "directory";
    const folder = isFile ? source.slice(0, source.lastIndexOf("/")) || "/" : source;
    const below = names.slice(splitPath(destination).length);
    const label = `"${destination}" of ${this.label}`;
    return {
      source: new FolderSource(this.#context, folder, label),
      names: isFile ? [source.slice(source.lastIndexOf("/") + 1), ...below] : below,
      readonly: options.includes("ro"),
    };
  }

  /** What it differs in from its image. */
  changes(signal: AbortSignal | undefined): Promise<FileChange[]> {
    return this.#snapshot.changes(signal);
  }

  /**
   * Puts files on top. What a running container has as its root cannot be changed from below: its
   * kernel would not see it.
   */
  async apply(parts: LayerParts, signal: AbortSignal | undefined): Promise<void> {
    if (await this.#pid(signal) === undefined) return await this.#snapshot.apply(parts, signal);
    using root = await this.direct(signal);
    if (root) return await putParts(root, parts);
    throw new UnsupportedError(
      `Cannot change files of ${this.label}: it runs, and its processes' files cannot be reached ` +
        "from here; stop it first, or run this as root on the daemon's machine",
      { needed: "root on the daemon's machine", found: "a container that runs elsewhere" },
    );
  }

  /** The id of its first process, while there is one. */
  async #pid(signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      const { process } = await this.#context.api.tasks.get({ containerId: this.#id.id }, {
        signal,
      });
      const state = process && stateOf(process.status);
      return state === undefined || state === "stopped" || state === "created"
        ? undefined
        : process?.pid;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

/**
 * Whether the mounts of a process say that its root is made of these: a process id alone may be
 * that of another process, or of another machine.
 */
export function isRootOf(mountInfo: string, mounts: readonly Mount[]): boolean {
  const line = mountInfo.split("\n").filter((text) => text.split(" ")[4] === "/").at(-1);
  const [mount] = mounts;
  if (!line || !mount || mounts.length !== 1) return false;
  const fields = line.split(" ");
  const upper = mount.options.find((option) => option.startsWith("upperdir="));
  const unescaped = (text: string) =>
    text.replace(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
  if (mount.type === "overlay") {
    return upper !== undefined && unescaped(fields.at(-1)!).split(",").includes(upper);
  }
  const root = unescaped(fields[3]!);
  return mount.type === "bind" && root !== "/" && mount.source.endsWith(root);
}

/** The layers of a container's image, where its snapshot is built on just those. */
async function layersOf(
  context: Context,
  id: string,
  parent: string,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined> {
  const { container } = await context.api.containers.get({ id }, { signal });
  if (!container?.image) return undefined;
  try {
    const image = await new Images(context).get(container.image, { signal });
    const { chainId, manifest } = await image.resolve({ signal });
    if (chainId !== parent) return undefined;
    const store = new ContentStore(context);
    await Promise.all(manifest.layers.map(({ digest }) => store.info(digest, { signal })));
    return manifest.layers;
  } catch (error) {
    const absent = error instanceof NotFoundError || error instanceof FailedPreconditionError;
    // The name is gone or stands for something else by now, or its layers were let go.
    if (absent || (error as { code?: string }).code === "not_found") return undefined;
    throw error;
  }
}
