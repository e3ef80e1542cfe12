/**
 * The volumes of a namespace, in nerdctl's place and form: each finds the other's.
 *
 * @module
 */
import { checkLabels } from "../../oci/names.ts";
import type { Context } from "../context.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { ANONYMOUS_LABEL, checkName, randomVolumeName } from "./name.ts";
import type { VolumeRecord, VolumeStore } from "./store.ts";
import type { Volume } from "./volume.ts";

/**
 * The volumes of a namespace. They are folders of the daemon's host, `/var/lib/nerdctl/…/volumes`
 * for a daemon of the system, so that they need the right to read and write there.
 */
export class Volumes {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Makes a volume.
   *
   * @param name Its name. Without one, it gets a random one and goes with this script: a later
   * script's sweep removes it if nothing else does. One with a name stays until it is removed.
   * @throws {AlreadyExistsError} when there is one of that name.
   * @throws {InvalidArgumentError} for a name that is none.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace();
   * const data = await ns.volumes.create("data", { labels: { app: "shop" } });
   * await ns.run("alpine:3.20").mount({ volume: data.name, to: "/data" }).sh`date > /data/now`;
   * console.log(data.path, await data.size());
   * ```
   */
  async create(
    name?: string,
    options: { labels?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Volume> {
    const { labels = {}, signal } = options;
    checkLabels(labels);
    const { store, open } = await this.#parts();
    if (name !== undefined) return open(await store.create(checkName(name), labels, signal));
    const owner = this.#context.session.owner;
    const own = { ...labels, [ANONYMOUS_LABEL]: "", [OWNER_LABEL]: owner };
    return open(await store.create(randomVolumeName(), own, signal));
  }

  /**
   * Finds a volume.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async get(name: string): Promise<Volume> {
    const { store, open } = await this.#parts();
    return open(await store.need(name, "find"));
  }

  /**
   * All volumes, by name.
   *
   * @param options `unused`: those that no container uses. `labels`: those with these labels;
   * `true` for any value.
   */
  async list(
    options: {
      unused?: boolean;
      labels?: Readonly<Record<string, string | true>>;
      signal?: AbortSignal;
    } = {},
  ): Promise<Volume[]> {
    const { unused = false, labels = {}, signal } = options;
    const { store, open, users } = await this.#parts();
    const records = (await store.list()).filter((record) =>
      Object.entries(labels).every(([key, value]) =>
        value === true ? key in record.labels : record.labels[key] === value
      )
    );
    const used = unused ? await users(signal) : undefined;
    return records.filter(({ name }) => !used?.has(name)).map(open);
  }

  /**
   * Removes volumes that no container uses.
   *
   * @param options `all`: those with a name too; by default those without one alone.
   * @returns The names of those that were removed.
   */
  async prune(options: { all?: boolean; signal?: AbortSignal } = {}): Promise<string[]> {
    const { all = false, signal } = options;
    const { store, users } = await this.#parts();
    const names = (await store.list())
      .filter(({ labels }) => all || ANONYMOUS_LABEL in labels).map(({ name }) => name);
    let used: Map<string, string[]> | undefined;
    return await store.remove(names, async (name) => {
      used ??= await users(signal);
      return !used.has(name);
    }, signal);
  }

  /** What works on volumes, loaded when it is first used. */
  async #parts(): Promise<{
    store: VolumeStore;
    open: (record: VolumeRecord) => Volume;
    users: (signal?: AbortSignal) => Promise<Map<string, string[]>>;
  }> {
    const [{ VolumeStore }, { Volume }, { volumeUsers }] = await Promise.all([
      import("./store.ts"),
      import("./volume.ts"),
      import("./use.ts"),
    ]);
    const store = new VolumeStore(this.#context);
    return {
      store,
      open: (record) => new Volume(this.#context, record),
      users: async (signal) => await volumeUsers(this.#context, await store.folder(), signal),
    };
  }
}
