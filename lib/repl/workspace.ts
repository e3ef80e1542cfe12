/**
 * The namespace that the prompt is in.
 *
 * @module
 */
import { Client } from "../client/client.ts";
import type { Namespace } from "../client/namespace.ts";
import { Names } from "./names.ts";
import type { PromptNotes, PromptOptions } from "./options.ts";
import { wrapMethod } from "./patch.ts";

/** The client, the namespace that the prompt is in, and the names that are in it. */
export class Workspace {
  /** The client. */
  readonly client: Client;
  readonly #notes: string;
  readonly #used = new Set<string>();
  #ns: Namespace;
  #names: Names;
  #noted = 0;

  /** @param client The client. @param options Where to begin. */
  constructor(client: Client, options: PromptOptions) {
    this.client = client;
    this.#notes = options.notes;
    this.#used.add(options.namespace);
    this.#ns = client.namespace(options.namespace);
    this.#names = new Names(this.#ns);
  }

  /** The namespace. */
  get ns(): Namespace {
    return this.#ns;
  }

  /** The names in it. */
  get names(): Names {
    return this.#names;
  }

  /** Goes to another namespace. */
  use(name: string): Namespace {
    this.#ns = this.client.namespace(name);
    this.#names = new Names(this.#ns);
    return this.#ns;
  }

  /** Remembers the namespaces that are used, to clear up in them when the prompt is over. */
  watchNamespaces(): void {
    wrapMethod(Client.prototype, "namespace", (call) => (self, args) => {
      if (typeof args[0] === "string") this.#used.add(args[0]);
      return call(self, args);
    });
  }

  /** Looks what there is. */
  async refresh(): Promise<void> {
    const reached = await this.#names.refresh();
    if (!reached || this.#noted === this.#used.size) return;
    const notes: PromptNotes = { address: this.client.address, namespaces: [...this.#used] };
    Deno.writeTextFileSync(this.#notes, JSON.stringify(notes));
    this.#noted = this.#used.size;
  }
}
