/**
 * Options of a container's networks.
 *
 * @module
 */
import {
  parseExposed,
  parsePublish,
  type PublishOptions,
  withoutPublished,
} from "../../oci/ports.ts";
import { LifecycleOptions } from "../container/options/lifecycle.ts";
import type { PlanStep } from "../container/step.ts";
import {
  type AttachOptions,
  checkAttachOptions,
  checkDns,
  checkExtraHosts,
  type DnsOptions,
  type NetworkPlan,
  NO_NETWORK,
} from "./plan.ts";

/** The step that all methods of this file make together. */
interface NetworkStep extends PlanStep {
  readonly network: NetworkPlan;
}

const isNetworkStep = (step: PlanStep): step is NetworkStep => step.key === "network";

/** The methods that say which networks a container is on, and how it is reached. */
export abstract class NetworkingOptions<Self> extends LifecycleOptions<Self> {
  /**
   * Connects the container to a network; once more for another. Without it, and without
   * {@linkcode NetworkingOptions.publish}, a container has its own loopback interface alone.
   *
   * @param name A network, see `Namespace.networks`: `"bridge"` is there by itself. `"host"` for the
   * network of the daemon's host, `"none"` for none, `"container:ID"` for that of another container,
   * `"ns:PATH"` for a network namespace of the daemon's host.
   * @param options Its addresses and its names there.
   * @throws {InvalidArgumentError} when an address or a name is malformed.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace();
   * await ns.networks.create("backend", { subnets: ["10.9.0.0/24"] });
   * await using db = await ns.container("db").image("postgres:17")
   *   .network("backend", { ip: "10.9.0.10", aliases: ["postgres"] }).start();
   * ```
   */
  network(name: string, options: AttachOptions = {}): Self {
    const wanted = checkAttachOptions(name, options);
    return this.#extend(({ networks }) => ({
      networks: [...networks.filter((other) => other.name !== name), wanted],
    }));
  }

  /**
   * Publishes ports: what reaches them on the daemon's host is led to the container. The container
   * is put on the network `"bridge"` if it is on none.
   *
   * @param ports As Docker has them: `"8080:80"`, `"127.0.0.1:8080:80/udp"`, `"[::1]:8080:80"`,
   * `"8000-8010:80-90"`; `"80"` alone takes any port of the host that is free, see
   * `Container.ports()`. Or as an object.
   * @throws {InvalidArgumentError} when one has another form.
   */
  publish(...ports: (string | number | PublishOptions)[]): Self {
    const added = ports.flatMap(parsePublish);
    return this.#extend((plan) => ({ ports: [...plan.ports, ...added] }));
  }

  /**
   * Publishes the ports that the image says it listens on (`EXPOSE`), each on a port of the host that
   * is free; see `Container.ports()`. Those that are published by {@linkcode publish} are left as they
   * are.
   *
   * @param more Further ports of the container: `8080`, `"53/udp"`, `"8000-8010"`.
   * @throws {InvalidArgumentError} when one has another form; later, when the image names a port that
   * is none.
   */
  publishAll(...more: (string | number)[]): Self {
    const added = more.flatMap((port) => parseExposed(`${port}`));
    return this.#extend(({ ports }) => ({
      imagePorts: true,
      ports: [...ports, ...withoutPublished(added, ports)],
    }));
  }

  /**
   * Gives names addresses of their own, in the container's `/etc/hosts`.
   *
   * @param hosts Addresses by name; `"host-gateway"` for the daemon's host, as the container sees it.
   */
  addHost(hosts: Record<string, string>): Self {
    const added = checkExtraHosts(hosts);
    return this.#extend(({ extraHosts }) => ({
      extraHosts: [...extraHosts.filter(([name]) => !Object.hasOwn(hosts, name)), ...added],
    }));
  }

  /** Whom the container asks for names, in its `/etc/resolv.conf`; what is left out is the host's. */
  dns(dns: DnsOptions): Self {
    const checked = checkDns(dns);
    return this.#extend((plan) => ({ dns: { ...plan.dns, ...checked } }));
  }

  #extend(change: (plan: NetworkPlan) => Partial<NetworkPlan>): Self {
    const before = this.plan.steps.find(isNetworkStep)?.network ?? NO_NETWORK;
    const network: NetworkPlan = { ...before, ...change(before) };
    const step: NetworkStep = {
      by: "network",
      key: "network",
      shows: network.networks.map(({ name }) => name).join(", ") || "bridge",
      network,
      find: async (place) => {
        const { networkSpec } = await import("./prepare.ts");
        return networkSpec(place, network);
      },
      make: async (place) => {
        const { makeNetwork } = await import("./prepare.ts");
        return await makeNetwork(place, network);
      },
    };
    return this.step(step);
  }
}
