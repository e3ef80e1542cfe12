/**
 * A volume: a folder that outlives containers.
 *
 * @module
 */
import { FailedPreconditionError } from "../../errors/errors.ts";
import type { Digest } from "../../oci/digest.ts";
import { checkIdentifier } from "../../oci/names.ts";
import type { ByteSource } from "../content/content.ts";
import type { Context } from "../context.ts";
import { Files } from "../files/files.ts";
import { lazySource } from "../files/view.ts";
import { TEARDOWN_TIMEOUT_MS } from "../session/session.ts";
import { readTree } from "../snapshot/diff.ts";
import type { FileSystemMount } from "../snapshot/mounts.ts";
import { ANONYMOUS_LABEL } from "./name.ts";
import { type VolumeRecord, VolumeStore } from "./store.ts";
import { volumeUsers } from "./use.ts";

/** A saved state of a volume. */
export interface VolumeSnapshot {
  /** What it was called. */
  readonly name: string;
  /** The volume's name. */
  readonly volume: string;
  /** The blob with the files, a tar that is compressed by gzip. */
  readonly digest: Digest;
  /** The blob's size in bytes. */
  readonly sizeBytes: number;
  /** When it was made. */
  readonly createdAt: Date | undefined;
}

/**
 * A volume that exists. Disposing of it removes it, so use `await using` for one that is to go with
 * the block.
 */
export class Volume implements AsyncDisposable {
  readonly #context: Context;
  readonly #store: VolumeStore;
  /** Its name. */
  readonly name: string;
  /** The folder with what is in it, an absolute path on the daemon's host. */
  readonly path: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  #removed: Promise<void> | undefined;

  /** For {@linkcode Volumes}. */
  constructor(context: Context, record: VolumeRecord) {
    this.#context = context;
    this.#store = new VolumeStore(context);
    this.name = record.name;
    this.path = record.path;
    this.labels = record.labels;
  }

  /** Its files, to be looked at and changed, whether containers use it or not. */
  get files(): Files {
    const label = `volume "${this.name}"`;
    return new Files(lazySource(label, async () => {
      const { FolderSource } = await import("../files/folder_source.ts");
      return new FolderSource(this.#context, await this.#path("look into"), label);
    }));
  }

  /** Whether it was made without a name, for one container or one script. */
  get anonymous(): boolean {
    return ANONYMOUS_LABEL in this.labels;
  }

  /** The sizes of all its files together, in bytes, as nerdctl counts them. */
  async size(): Promise<number> {
    return await this.#store.sizeOf(await this.#path("measure"));
  }

  /** Ids of the containers of the namespace that use it, running or not, whoever made them. */
  async usedBy(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    const users = await volumeUsers(this.#context, await this.#store.folder(), options.signal);
    return users.get(this.name) ?? [];
  }

  /**
   * Removes it, with all that is in it. One that is gone already is fine.
   *
   * @throws {FailedPreconditionError} when a container uses it.
   */
  async remove(options: { signal?: AbortSignal } = {}): Promise<void> {
    const folder = await this.#store.folder();
    const free = async () => {
      const users = await volumeUsers(this.#context, folder, options.signal);
      this.#refuse("remove", users.get(this.name) ?? [], "remove them first");
      return true;
    };
    await this.#store.remove([this.name], free, options.signal);
  }

  /**
   * Its files as a tar, as a stream. Files that change meanwhile may come in part.
   *
   * @example Save a volume
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const data = await davit.namespace().volumes.get("data");
   * await using file = await Deno.create("data.tar");
   * await data.export().pipeTo(file.writable);
   * ```
   */
  export(options: { signal?: AbortSignal } = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    const read = async function* (this: Volume) {
      yield* readTree(this.#context, bind(await this.#path("export"), "ro"), options);
    };
    return ReadableStream.from(read.call(this));
  }

  /**
   * Unpacks a tar into it, over what is there: owners, modes, links and extended attributes
   * included. Nothing is written outside of the volume, whatever the tar's paths are.
   *
   * @param tar Its bytes, plain or compressed by gzip or zstd.
   * @throws {InvalidArgumentError} when it is no such tar, or broken.
   */
  async import(tar: ByteSource, options: { signal?: AbortSignal } = {}): Promise<void> {
    const path = await this.#path("import into");
    const { unpackInto } = await import("./content.ts");
    await unpackInto(this.#context, tar, bind(path, "rw"), {
      ...options,
      label: `into volume "${this.name}"`,
    });
  }

  /**
   * Makes a new volume with the same content and labels.
   *
   * @param name Its name.
   * @throws {AlreadyExistsError} when there is one of that name.
   */
  async clone(name: string, options: { signal?: AbortSignal } = {}): Promise<Volume> {
    const from = bind(await this.#path("clone"), "ro");
    const record = await this.#store.create(name, this.labels, options.signal);
    const copy = new Volume(this.#context, record);
    try {
      const { copyTree } = await import("./content.ts");
      await copyTree(this.#context, from, bind(copy.path, "rw"), options);
    } catch (error) {
      await copy.remove().catch(() => {/* the first error counts */});
      throw error;
    }
    return copy;
  }

  /**
   * Saves its state, as a blob that stays until the snapshot is deleted, or the namespace.
   *
   * @param name What to call it; one of that name is replaced.
   */
  async snapshot(name: string, options: { signal?: AbortSignal } = {}): Promise<VolumeSnapshot> {
    checkIdentifier(name, "name of a volume's snapshot");
    const { saveSnapshot } = await import("./snapshots.ts");
    const path = await this.#path("snapshot");
    return await saveSnapshot(this.#context, this.name, name, bind(path, "ro"), options);
  }

  /** Its saved states, the oldest first. */
  async snapshots(options: { signal?: AbortSignal } = {}): Promise<VolumeSnapshot[]> {
    const { listSnapshots } = await import("./snapshots.ts");
    return await listSnapshots(this.#context, this.name, options);
  }

  /**
   * Gives it back the state that a snapshot saved. What came since is gone.
   *
   * @throws {NotFoundError} when it has no such snapshot.
   * @throws {FailedPreconditionError} when a container that uses it runs: it would go on in the old
   * files.
   */
  async rollback(name: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.#path("roll back");
    const { findSnapshot, layerOf } = await import("./snapshots.ts");
    const snapshot = await findSnapshot(this.#context, this.name, name, options);
    const users = new Set(await this.usedBy(options));
    const { tasks } = await this.#context.api.tasks.list({}, options);
    const running = tasks.map(({ id }) => id).filter((id) => users.has(id));
    this.#refuse("roll back", running, "stop them first");
    const { applyDiff } = await import("../snapshot/diff.ts");
    await this.#store.replace(this.name, async (path) => {
      await applyDiff(this.#context, layerOf(snapshot), bind(path, "rw"), options);
    });
  }

  /** Deletes a saved state. One that is gone is fine. */
  async deleteSnapshot(name: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { dropSnapshot } = await import("./snapshots.ts");
    await dropSnapshot(this.#context, this.name, name, options);
  }

  /** Removes it, with a deadline of its own. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#removed ??= this.remove({ signal: AbortSignal.timeout(TEARDOWN_TIMEOUT_MS) });
  }

  /** Its folder, if it is still there. */
  async #path(what: string): Promise<string> {
    return (await this.#store.need(this.name, what)).path;
  }

  #refuse(what: string, users: readonly string[], advice: string): void {
    if (users.length === 0) return;
    const names = users.map((id) => `"${id}"`).join(", ");
    throw new FailedPreconditionError(
      `Cannot ${what} volume "${this.name}" in namespace "${this.#context.namespace}": ` +
        `${users.length === 1 ? "container" : "containers"} ${names} use${
          users.length === 1 ? "s" : ""
        } it; ${advice}`,
    );
  }
}

/** A folder of the daemon's host, as the daemon mounts it. */
export function bind(path: string, mode: "ro" | "rw"): FileSystemMount[] {
  return [{ type: "bind", source: path, options: ["bind", mode] }];
}
