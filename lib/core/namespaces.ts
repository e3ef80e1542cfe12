/**
 * The namespaces of a daemon.
 *
 * @module
 */
import { AlreadyExistsError, FailedPreconditionError, ProtocolError } from "../errors/errors.ts";
import { checkIdentifier, checkLabels } from "../oci/names.ts";
import type { Session } from "./session.ts";

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
    options: { labels?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<NamespaceInfo> {
    checkIdentifier(name, "namespace");
    const labels = options.labels ?? {};
    checkLabels(labels);
    try {
      const { namespace } = await this.#session.api().namespaces.create(
        { namespace: { name, labels } },
        { signal: options.signal },
      );
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
    const { namespace } = await this.#session.api().namespaces.get({ name }, options);
    if (!namespace) throw new ProtocolError(`Namespaces.Get answered nothing for "${name}"`);
    return { name: namespace.name, labels: namespace.labels };
  }

  /** Sets labels, and deletes those whose value is empty. Others stay. */
  async label(
    name: string,
    labels: Record<string, string>,
    options: { signal?: AbortSignal } = {},
  ): Promise<NamespaceInfo> {
    checkLabels(labels);
    const paths = Object.keys(labels).map((key) => `labels.${key}`);
    const { namespace } = await this.#session.api().namespaces.update(
      { namespace: { name, labels }, updateMask: { paths } },
      options,
    );
    return { name, labels: namespace?.labels ?? {} };
  }

  /**
   * Deletes an empty namespace.
   *
   * @throws {FailedPreconditionError} when there is something in it; the message says what.
   * @throws {NotFoundError} when there is none of that name.
   */
  async delete(name: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    try {
      await this.#session.api().namespaces.delete({ name }, options);
    } catch (error) {
      if (!(error instanceof FailedPreconditionError)) throw error;
      const inside = /must be empty, but it still has (.*?)(?: on |: failed|$)/.exec(error.message);
      throw new FailedPreconditionError(
        `Cannot delete namespace "${name}": it still has ${
          inside?.[1] ?? "something"
        } in it; remove that first`,
        { cause: error },
      );
    }
  }
}
