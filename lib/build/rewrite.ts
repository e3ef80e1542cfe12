/**
 * Makes a canonical layer of what a daemon says that a file system differs in.
 *
 * @module
 */
import type { FileAttributes } from "../core/files/info.ts";
import { readTar, type TarItem } from "../core/files/tar/reader.ts";
import { tarEnd, tarFill, tarHeader } from "../core/files/tar/writer.ts";

/**
 * What tools leave behind that differs from run to run and that nothing needs: caches that are made
 * again, and logs of the package manager.
 */
const SCATTERED: readonly RegExp[] = [
  /^var\/cache\/ldconfig\/aux-cache$/,
  /^var\/cache\/apt\/(src)?pkgcache\.bin$/,
  /^var\/log\/(dpkg|alternatives|bootstrap)\.log$/,
  /^var\/log\/apt\/(history|term|eipp)\.log(\.xz)?$/,
  /^var\/lib\/apt\/(daily_lock|periodic(\/.*)?)$/,
  /^root\/\.(ash|bash)_history$/,
];

/** How a layer is made canonical. */
export interface RewriteOptions {
  /** The latest time that anything has. */
  readonly epoch: Date;
  /** Paths, without a `/` at their start, that were made only to mount something there. */
  readonly mountPoints: ReadonlySet<string>;
  /** What was at a path before. */
  readonly before: (path: string) => FileAttributes | undefined;
}

/**
 * A layer as it is to be: no time after the epoch, no names of owners, nothing that tools scatter,
 * no traces of mounts. The order is the daemon's, which walks folders by name.
 *
 * @param tar A plain tar, as `Diff.Diff` makes it.
 */
export async function* rewriteLayer(
  tar: AsyncIterable<Uint8Array>,
  options: RewriteOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const traces = new Traces(options);
  for await (const item of readTar(tar)) {
    const name = item.name.replace(/^\.?\/+/, "").replace(/\/+$/, "");
    if (name === "" || name === ".") continue;
    if (SCATTERED.some((pattern) => pattern.test(name))) continue;
    // Only what comes after a folder tells whether it was made for a mount.
    if (traces.holds(name, item)) continue;
    for (const held of traces.release(name)) yield tarHeader(held);
    yield* entry(name, item, options.epoch);
  }
  yield tarEnd();
}

async function* entry(
  name: string,
  item: TarItem,
  epoch: Date,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { attributes, hardLink } = item;
  // Daemons differ in the times of deletions.
  const isDeletion = name.slice(name.lastIndexOf("/") + 1).startsWith(".wh.");
  const mtime = isDeletion ? epoch : clamp(attributes.mtime, epoch);
  const header = { name, attributes: { ...attributes, mtime } };
  if (hardLink !== undefined) {
    yield tarHeader({ ...header, hardLink: hardLink.replace(/^\.?\/+/, "") });
    return;
  }
  yield tarHeader(header);
  if (attributes.kind !== "file" || attributes.size === 0) return;
  for await (const part of item.data()) yield part;
  yield tarFill(attributes.size);
}

/** A time in whole seconds, not after the epoch nor before 1970. */
function clamp(time: Date, epoch: Date): Date {
  const seconds = Math.floor(Math.min(time.getTime(), epoch.getTime()) / 1000);
  return new Date(Math.max(0, seconds) * 1000);
}

interface HeldFolder {
  readonly name: string;
  readonly attributes: TarItem["attributes"];
}

/** Files and folders that the runtime made in order to mount something. */
class Traces {
  readonly #options: RewriteOptions;
  #held: HeldFolder[] = [];

  constructor(options: RewriteOptions) {
    this.#options = options;
  }

  /** Whether an entry is a mount point or a folder above one, and no more: it may be left out. */
  holds(name: string, { attributes, hardLink }: TarItem): boolean {
    const { mountPoints, before, epoch } = this.#options;
    if (hardLink !== undefined) return false;
    const old = before(name);
    const isFolder = attributes.kind === "directory";
    if (mountPoints.has(name)) {
      if (old) return false;
      if (!isFolder) return attributes.kind === "file" && attributes.size === 0;
    } else if (!isFolder || ![...mountPoints].some((path) => path.startsWith(`${name}/`))) {
      return false;
    }
    // Of a folder that was there, only its age may have changed.
    if (
      old && (["kind", "mode", "uid", "gid"] as const).some((key) => old[key] !== attributes[key])
    ) {
      return false;
    }
    this.#held.push({ name, attributes: { ...attributes, mtime: clamp(attributes.mtime, epoch) } });
    return true;
  }

  /** The folders above an entry that is in the layer: they belong there after all. */
  release(name: string): HeldFolder[] {
    const needed = this.#held.filter((held) => name.startsWith(`${held.name}/`));
    if (needed.length > 0) this.#held = this.#held.filter((held) => !needed.includes(held));
    return needed;
  }
}
