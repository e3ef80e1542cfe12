/**
 * The hosts of registries, found once and kept.
 *
 * @module
 */

import { FailedPreconditionError } from "../errors/errors.ts";
import { type ClientContext, HostClient } from "./host_client.ts";
import { type HostOptions, type HostPlan, planHosts } from "./hosts.ts";
import type { HostCapability } from "./hosts_file.ts";

/** The clients for one registry. */
export interface HostGroup {
  /** What was found. */
  readonly plan: HostPlan;
  /** One for each host of the plan. */
  readonly clients: readonly HostClient[];
}

/** Clients by registry. */
export class HostSet {
  readonly #options: HostOptions;
  readonly #context: ClientContext;
  readonly #groups = new Map<string, Promise<HostGroup>>();

  /** Reads nothing yet. @param options Where hosts are looked up. @param context What all clients share. */
  constructor(options: HostOptions, context: ClientContext) {
    this.#options = options;
    this.#context = context;
  }

  /** The clients for a registry; files are read the first time only. */
  group(registry: string): Promise<HostGroup> {
    const known = this.#groups.get(registry);
    if (known !== undefined) return known;
    const group = this.#make(registry);
    this.#groups.set(registry, group);
    group.catch(() => this.#groups.delete(registry));
    return group;
  }

  /**
   * The clients that have a capability, in order; at least one.
   *
   * @param what What for, for the error: `pull "x"`.
   * @throws {FailedPreconditionError} When `hosts.toml` leaves none.
   */
  async able(
    registry: string,
    capability: HostCapability,
    what: string,
  ): Promise<readonly HostClient[]> {
    const { plan, clients } = await this.group(registry);
    const able = clients.filter(({ host }) => host.capabilities.includes(capability));
    if (able.length > 0) return able;
    throw new FailedPreconditionError(
      `Cannot ${what}: no host in "${plan.file}" has the capability "${capability}"; add it to one`,
    );
  }

  /** The client for the registry itself: mirrors come before it. */
  async server(registry: string): Promise<HostClient> {
    const client = (await this.group(registry)).clients.at(-1);
    if (client !== undefined) return client;
    throw new FailedPreconditionError(`Cannot reach the registry "${registry}": it has no host`);
  }

  /** Credentials have changed. */
  async forgetCredentials(): Promise<void> {
    for (const group of this.#groups.values()) {
      const clients = await group.then((found) => found.clients, () => []);
      for (const client of clients) client.forgetCredential();
    }
  }

  /** Closes all connections that are not in use. */
  async close(): Promise<void> {
    for (const group of this.#groups.values()) {
      const clients = await group.then((found) => found.clients, () => []);
      await Promise.all(clients.map((client) => client.close()));
    }
    this.#groups.clear();
  }

  async #make(registry: string): Promise<HostGroup> {
    const plan = await planHosts(registry, this.#options);
    return { plan, clients: plan.hosts.map((host) => new HostClient(host, this.#context)) };
  }
}
