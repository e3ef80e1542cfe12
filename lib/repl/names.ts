/**
 * Things by their names, for completion: `containers.byName.web.`.
 *
 * @module
 */
import type { Container } from "../core/container/container.ts";
import { containerOf } from "../core/container/states.ts";
import { type ContainerInfo, Containers } from "../core/container/containers.ts";
import type { Context } from "../core/context.ts";
import { Image } from "../core/image/image.ts";
import { PROCESS } from "../core/process/leaf.ts";
import type { Namespace } from "../client/namespace.ts";
import { familiarForm } from "../oci/reference.ts";

/** As it is for scripts: what the prompt itself looks up is no part of the line that runs. */
const listContainers = Containers.prototype.list;

/** Things by name; a plain object without anything inherited, so that TAB shows the names alone. */
export type ByName<T> = Record<string, T>;

/** What completion knows of a namespace: what there was at the last prompt. */
export class Names {
  /** Containers, those that run with what can be done with them then. */
  readonly containers: ByName<Container> = Object.create(null);
  /** Images. */
  readonly images: ByName<Image> = Object.create(null);
  readonly #context: Context;
  readonly #infos = new Map<string, ContainerInfo>();
  readonly #everSeen = { containers: new Map<string, string>(), images: new Map<string, string>() };
  #refreshing: Promise<boolean> | undefined;
  #again = false;

  /** @param ns The namespace. */
  constructor(ns: Namespace) {
    this.#context = ns.run("scratch")[PROCESS].context;
    const { containers, images } = this;
    Object.defineProperty(ns.containers, "byName", { value: containers, enumerable: true });
    Object.defineProperty(ns.images, "byName", { value: images, enumerable: true });
  }

  /** The real name that an identifier stands for, or stood for while this prompt was here. */
  nameOf(kind: "containers" | "images", name: string): string | undefined {
    return this.#everSeen[kind].get(name);
  }

  /** What is known of a container. */
  info(id: string): ContainerInfo | undefined {
    return this.#infos.get(id);
  }

  /**
   * Looks again, in the background.
   *
   * @returns Whether the daemon answered; that it is away changes nothing.
   */
  refresh(): Promise<boolean> {
    this.#again = true;
    return this.#refreshing ??= (async () => {
      let answered = false;
      while (this.#again) {
        this.#again = false;
        answered = await this.#look().then(() => true, () => false);
      }
      this.#refreshing = undefined;
      return answered;
    })();
  }

  async #look(): Promise<void> {
    const { api } = this.#context;
    const deadline = { timeoutMs: 5000 };
    const [{ containers }, { tasks }, infos, { images }] = await Promise.all([
      api.containers.list({}, deadline),
      api.tasks.list({}, deadline),
      listContainers.call(new Containers(this.#context), { signal: AbortSignal.timeout(5000) }),
      api.images.list({}, deadline),
    ]);
    this.#infos.clear();
    for (const info of infos) this.#infos.set(info.id, info);
    replace(
      this.containers,
      this.#everSeen.containers,
      containers.map((record) => {
        const { id } = record;
        const task = tasks.find((task) => task.id === id);
        const { name = id } = this.#infos.get(id) ?? {};
        const thing = containerOf(this.#context, record, task);
        return { names: name === id ? [id] : [name, id], name: id, thing };
      }),
    );
    replace(
      this.images,
      this.#everSeen.images,
      images.map((image) => {
        const short = familiarForm(image.name);
        const base = short.replace(/[:@].*$/, "").replace(/^.*\//, "");
        const thing = new Image(this.#context, image);
        return { names: [short, base], name: image.name, thing };
      }),
    );
  }
}

/** Names that can stand behind a dot; of those that several things have, the first keeps it. */
function replace<T>(
  table: ByName<T>,
  seen: Map<string, string>,
  things: readonly {
    readonly names: readonly string[];
    readonly name: string;
    readonly thing: T;
  }[],
): void {
  for (const name of Object.keys(table)) delete table[name];
  for (const { names, name, thing } of things) {
    for (const short of names.map(identifier)) {
      if (short in table) continue;
      table[short] = thing;
      seen.set(short, name);
    }
  }
}

/** A name as an identifier: `my-web` is `my_web`. */
export function identifier(name: string): string {
  const text = name.replace(/[^\w$]/g, "_");
  return /^\d/.test(text) ? `_${text}` : text;
}
