/**
 * The namespaces of a daemon.
 *
 * @module
 */
import { AlreadyExistsError, NotFoundError, ProtocolError } from "../../errors/errors.ts";
import { checkIdentifier, checkLabels } from "../../oci/names.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import { Context } from "../context.ts";
import { forgetDefaults } from "../defaults.ts";
import type { DeletedContents } from "./delete.ts";
import type { Session } from "../session/session.ts";

/** A namespace's record. */
export interface NamespaceInfo {
  /** Its name. */
  readonly name: string;
  /** Its labels; `containerd.io/defaults/…` ones set what new containers use. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The namespaces of a daemon. */
export class Namespaces {
  readonly #session: Session;

  /** For the client that owns it. */
  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Makes a namespace. Not needed before it is used: a namespace comes to be with the first thing
   * in it. It is for labels.
   *
   * @throws {AlreadyExistsError} when there is one of that name.
   */
  async create(
    name: string,
    options: { labels?: Record<string, string> } = {},
  ): Promise<NamespaceInfo> {
    checkIdentifier(name, "namespace");
    const labels = options.labels ?? {};
    checkLabels(labels);
    // The event of the change is published in a namespace.
    const api = this.#session.api(name);
    try {
      const { namespace } = await api.namespaces.create(
        { namespace: { name, labels } },
        { timeoutMs: CHANGE_TIMEOUT_MS },
      );
      forgetDefaults(this.#context(name));
      return { name, labels: namespace?.labels ?? labels };
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
      throw new AlreadyExistsError(
        `Cannot create namespace "${name}": it exists; change it with namespaces.label()`,
        { cause: error },
      );
    }
  }

  /** Lists the namespaces, by name. */
  async list(options: { signal?: AbortSignal } = {}): Promise<NamespaceInfo[]> {
    const { namespaces } = await this.#session.api().namespaces.list({}, options);
    return namespaces.map(({ name, labels }) => ({ name, labels })).sort((a, b) =>
      a.name < b.name ? -1 : 1
    );
  }

  /**
   * A namespace's record.
   *
   * @throws {NotFoundError} when there is none of that name.
   */
  async get(name: string, options: { signal?: AbortSignal } = {}): Promise<NamespaceInfo> {
    checkIdentifier(name, "namespace");
    const { namespaces } = this.#session.api();
    const { namespace } = await namespaces.get({ name }, options);
    if (!namespace) throw new ProtocolError(`Namespaces.Get answered nothing for "${name}"`);
    const { labels } = namespace;
    // The daemon answers so for any name; only a list tells whether there is such a namespace.
    if (Object.keys(labels).length === 0) {
      const { namespaces: all } = await namespaces.list({}, options);
      if (!all.some((other) => other.name === name)) {
        throw new NotFoundError(
          `Cannot find namespace "${name}": there is none; it comes to be with the first thing in it`,
        );
      }
    }
    return { name, labels };
  }

  /**
   * Sets labels, and deletes those whose value is empty. Others stay.
   *
   * `containerd.io/defaults/snapshotter` and `containerd.io/defaults/runtime` set what new
   * containers use. Other clients, of this script too, may know only the labels of before.
   */
  async label(
    name: string,
    labels: Record<string, string>,
  ): Promise<NamespaceInfo> {
    checkLabels(labels);
    const paths = Object.keys(labels).map((key) => `labels.${key}`);
    await this.#session.api(name).namespaces.update(
      { namespace: { name, labels }, updateMask: { paths } },
      { timeoutMs: CHANGE_TIMEOUT_MS },
    );
    forgetDefaults(this.#context(name));
    // The daemon's answer does not have the labels.
    return await this.get(name);
  }

  /**
   * Deletes an empty namespace. Garbage does not count: where only blobs and snapshots are left,
   * they are collected first.
   *
   * @throws {FailedPreconditionError} when it is not empty; the message says what is in it.
   * @throws {NotFoundError} when there is none of that name.
   */
  async delete(name: string): Promise<void> {
    const context = this.#context(name);
    const { deleteNamespace } = await import("./delete.ts");
    await deleteNamespace(context);
    forgetDefaults(context);
  }

  /**
   * Empties a namespace, whoever made what is in it, and deletes it: kills what runs, then removes
   * containers, sandboxes, images, leases, unfinished writes, snapshots and blobs.
   *
   * @returns How much of each kind was there.
   * @throws {NotFoundError} when there is none of that name.
   * @throws {FailedPreconditionError} when others keep putting things into it.
   */
  async deleteAll(name: string, options: { signal?: AbortSignal } = {}): Promise<DeletedContents> {
    const context = this.#context(name);
    await this.get(name, options);
    const { deleteAll } = await import("./delete.ts");
    const deleted = await deleteAll(context, options);
    forgetDefaults(context);
    return deleted;
  }

  #context(name: string): Context {
    return new Context(this.#session, checkIdentifier(name, "namespace"));
  }
}
