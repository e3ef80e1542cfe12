/**
 * The volumes of a namespace, in nerdctl's place and form: each finds the other's.
 *
 * @module
 */
import { checkLabels } from "../../oci/names.ts";
import type { Context } from "../context.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { checkName, noVolume, VolumeStore } from "./store.ts";
import { ANONYMOUS_LABEL, volumeUsers } from "./use.ts";
import { Volume } from "./volume.ts";

/**
 * The volumes of a namespace. They are folders of the daemon's host, `/var/lib/nerdctl/…/volumes`
 * for a daemon of the system, so that they need the right to read and write there.
 */
export class Volumes {
  readonly #context: Context;
  readonly #store: VolumeStore;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
    this.#store = new VolumeStore(context);
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
    if (name !== undefined) {
      return new Volume(this.#context, await this.#store.create(checkName(name), labels, signal));
    }
    const own = { ...labels, ...anonymousLabels(this.#context) };
    return new Volume(this.#context, await this.#store.create(randomName(), own, signal));
  }

  /**
   * Finds a volume.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async get(name: string): Promise<Volume> {
    const record = await this.#store.find(name);
    if (!record) throw noVolume(name, this.#context.namespace, "find");
    return new Volume(this.#context, record);
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
    const records = (await this.#store.list()).filter((record) =>
      Object.entries(labels).every(([key, value]) =>
        value === true ? key in record.labels : record.labels[key] === value
      )
    );
    const users = unused
      ? await volumeUsers(this.#context, await this.#store.folder(), signal)
      : undefined;
    return records.filter(({ name }) => !users?.has(name))
      .map((record) => new Volume(this.#context, record));
  }

  /**
   * Removes volumes that no container uses.
   *
   * @param options `all`: those with a name too; by default those without one alone.
   * @returns The names of those that were removed.
   */
  async prune(options: { all?: boolean; signal?: AbortSignal } = {}): Promise<string[]> {
    const { all = false, signal } = options;
    const names = (await this.#store.list())
      .filter(({ labels }) => all || ANONYMOUS_LABEL in labels).map(({ name }) => name);
    const folder = await this.#store.folder();
    let users: Map<string, string[]> | undefined;
    return await this.#store.remove(names, async (name) => {
      users ??= await volumeUsers(this.#context, folder, signal);
      return !users.has(name);
    }, signal);
  }
}

/** Labels of a volume without a name, which goes with its script. */
export function anonymousLabels(context: Context): Record<string, string> {
  return { [ANONYMOUS_LABEL]: "", [OWNER_LABEL]: context.session.owner };
}

/** A name for a volume that was given none: as long as Docker's and nerdctl's. */
export function randomName(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}
