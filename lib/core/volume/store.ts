/**
 * The folders of volumes, in nerdctl's place and form, under nerdctl's lock: one folder a volume,
 * with `_data` for what is in it and `volume.json` for its labels.
 *
 * @module
 */
import { AlreadyExistsError, NotFoundError } from "../../errors/errors.ts";
import { makeFolders } from "../../host/folders.ts";
import type { Host } from "../../host/host.ts";
import type { Context } from "../context.ts";
import { dataStore } from "../logs/place.ts";
import { checkName } from "./name.ts";

/** What nerdctl and Docker let all users see into; the folder above keeps them out. */
const DATA_MODE = 0o755;
const DATA = "_data";
const OLD = "_old";
const NEW = "_new";
const LABELS_FILE = "volume.json";

/** A volume as it is stored. */
export interface VolumeRecord {
  /** Its name. */
  readonly name: string;
  /** The folder with what is in it, on the daemon's host. */
  readonly path: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The volumes of a namespace, as folders. */
export class VolumeStore {
  readonly #context: Context;
  readonly #host: Host;

  /** @param context The namespace. */
  constructor(context: Context) {
    this.#context = context;
    this.#host = context.session.host;
  }

  /** The folder that the volumes are in. */
  async folder(): Promise<string> {
    return `${await dataStore(this.#context)}/volumes/${this.#context.namespace}`;
  }

  /**
   * Makes a volume.
   *
   * @throws {AlreadyExistsError} when there is one of that name.
   */
  async create(
    name: string,
    labels: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<VolumeRecord> {
    return await this.#locked(signal, async (folder) => {
      if (await this.#read(folder, name)) {
        throw new AlreadyExistsError(
          `Cannot create volume "${name}" in namespace "${this.#context.namespace}": it exists; ` +
            "get it, or choose another name",
        );
      }
      return await this.#make(folder, name, labels);
    });
  }

  /** The volume of that name, made if there is none, and whether it was. */
  async ensure(
    name: string,
    labels: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<{ record: VolumeRecord; created: boolean }> {
    return await this.#locked(signal, async (folder) => {
      const found = await this.#read(folder, name);
      if (found) return { record: found, created: false };
      return { record: await this.#make(folder, name, labels), created: true };
    });
  }

  /** The volume of that name; `undefined` when there is none. */
  async find(name: string): Promise<VolumeRecord | undefined> {
    return await this.#read(await this.folder(), checkName(name));
  }

  /**
   * The volume of that name.
   *
   * @param what What is to be done with it, for the message.
   * @throws {NotFoundError} when there is none.
   */
  async need(name: string, what: string): Promise<VolumeRecord> {
    const record = await this.find(name);
    if (record) return record;
    throw new NotFoundError(
      `Cannot ${what} volume "${name}" in namespace "${this.#context.namespace}": there is none; ` +
        "create it first",
    );
  }

  /** All volumes, by name. */
  async list(): Promise<VolumeRecord[]> {
    const folder = await this.folder();
    const records: VolumeRecord[] = [];
    for (const name of await this.#names(folder)) {
      const record = await this.#read(folder, name);
      if (record) records.push(record);
    }
    return records;
  }

  /**
   * Removes those of some volumes that `mayGo` lets go; it is asked while no other process can
   * make or remove one.
   *
   * @returns The names of those that were removed.
   */
  async remove(
    names: readonly string[],
    mayGo: (name: string) => Promise<boolean> | boolean,
    signal?: AbortSignal,
  ): Promise<string[]> {
    if (names.length === 0 || !await this.#host.lstat(await this.folder())) return [];
    return await this.#locked(signal, async (folder) => {
      const removed: string[] = [];
      for (const name of names) {
        if (!await this.#host.lstat(`${folder}/${checkName(name)}`) || !await mayGo(name)) continue;
        await this.#host.remove(`${folder}/${name}`);
        removed.push(name);
      }
      return removed;
    });
  }

  /**
   * Fills an empty folder beside the volume's own, then puts it in place of it: whoever looks finds
   * the old or the new content, whole.
   */
  async replace(name: string, fill: (path: string) => Promise<void>): Promise<void> {
    const folder = `${await this.folder()}/${checkName(name)}`;
    const [fresh, old] = [`${folder}/${NEW}`, `${folder}/${OLD}`];
    await this.#host.remove(fresh);
    await this.#host.makeDir(fresh, DATA_MODE);
    try {
      await fill(fresh);
      await this.#host.remove(old);
      await this.#host.rename(`${folder}/${DATA}`, old);
      await this.#host.rename(fresh, `${folder}/${DATA}`);
    } finally {
      await this.#host.remove(fresh);
    }
    await this.#host.remove(old);
  }

  /** The sizes of all files below a folder, in bytes. */
  async sizeOf(path: string): Promise<number> {
    let total = 0;
    for (const name of await this.#host.readDir(path)) {
      const info = await this.#host.lstat(`${path}/${name}`);
      if (info?.kind === "directory") total += await this.sizeOf(`${path}/${name}`);
      else total += info?.size ?? 0;
    }
    return total;
  }

  async #make(
    folder: string,
    name: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<VolumeRecord> {
    const dir = `${folder}/${checkName(name)}`;
    const path = `${dir}/${DATA}`;
    await makeFolders(this.#host, dir);
    const text = JSON.stringify({ labels }, undefined, 4);
    await this.#host.writeFile(`${dir}/${LABELS_FILE}`, new TextEncoder().encode(text));
    // It comes last: without it there is no volume yet, whenever this is killed.
    await this.#host.makeDir(path, DATA_MODE);
    return { name, path, labels };
  }

  async #read(folder: string, name: string): Promise<VolumeRecord | undefined> {
    const dir = `${folder}/${name}`;
    const path = `${dir}/${DATA}`;
    if (!await this.#host.lstat(path)) {
      if (!await this.#host.lstat(`${dir}/${OLD}`)) return undefined;
      // Killed between the two steps of a replacement.
      await this.#host.rename(`${dir}/${OLD}`, path);
    }
    // Older nerdctls write it for volumes with labels alone.
    if (!await this.#host.lstat(`${dir}/${LABELS_FILE}`)) return { name, path, labels: {} };
    const text = new TextDecoder().decode(await this.#host.readFile(`${dir}/${LABELS_FILE}`));
    return { name, path, labels: parseLabels(text) };
  }

  async #names(folder: string): Promise<string[]> {
    if (!await this.#host.lstat(folder)) return [];
    return await this.#host.readDir(folder);
  }

  async #locked<T>(
    signal: AbortSignal | undefined,
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const folder = await this.folder();
    await makeFolders(this.#host, folder);
    using _lock = await this.#host.lockDir(folder, signal);
    return await work(folder);
  }
}

/** Labels of a `volume.json`; none when it says nothing that can be read, as nerdctl takes it. */
export function parseLabels(text: string): Record<string, string> {
  try {
    const labels: unknown = (JSON.parse(text) as { labels?: unknown } | null)?.labels;
    if (typeof labels !== "object" || labels === null) return {};
    return Object.fromEntries(
      Object.entries(labels).filter((entry): entry is [string, string] =>
        typeof entry[1] === "string"
      ),
    );
  } catch {
    return {};
  }
}
