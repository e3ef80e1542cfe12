/**
 * The networks of a namespace.
 *
 * @module
 */
import type { CniConfig } from "../../oci/cni_config.ts";
import type { NetworkOptions, NetworkSubnet } from "../../oci/cni_network.ts";
import type { Container } from "../container/container.ts";
import type { Context } from "../context.ts";
import type { NetworkDns, ServeDnsOptions } from "./dns/types.ts";
import type { AttachOptions } from "./plan.ts";

/** A network. */
export interface NetworkInfo {
  /** Its name. */
  readonly name: string;
  /** nerdctl's id; `undefined` for networks that neither Davit nor nerdctl made. */
  readonly id: string | undefined;
  /** The first of its CNI plugins, such as `"bridge"`. */
  readonly driver: string;
  /** Its subnets; none when another plugin decides on addresses. */
  readonly subnets: readonly NetworkSubnet[];
  /** Whether its containers reach each other alone. */
  readonly internal: boolean;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The file of its configuration, on the daemon's host. */
  readonly file: string;
  /** Its configuration. */
  readonly config: CniConfig;
}

/** A container on a network. */
export interface NetworkMember {
  /** Its namespace. */
  readonly namespace: string;
  /** Its id. */
  readonly id: string;
  /** Its addresses there, with the lengths of their prefixes: `"10.4.0.7/24"`. */
  readonly addresses: readonly string[];
  /** Its hardware address there. */
  readonly mac: string | undefined;
}

/** A network with what is on it. */
export interface NetworkDetails extends NetworkInfo {
  /** The containers that are on it now. */
  readonly containers: readonly NetworkMember[];
}

/**
 * The networks that containers of a namespace can be on: those of the namespace, and those for all
 * namespaces, whoever made them. They are configurations of CNI on the daemon's host, in the place
 * and form of nerdctl.
 */
export class Networks {
  readonly #context: Context;

  /** For the namespace that owns it. */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Makes a network, for containers of this namespace.
   *
   * @param name Letters, digits, dots, dashes and underscores.
   * @throws {AlreadyExistsError} when there is one of this name.
   * @throws {NetworkError} when its subnet overlaps another, or a CNI plugin is missing.
   * @throws {InvalidArgumentError} when an option is wrong.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const { networks } = davit.namespace();
   * const { subnets } = await networks.create("backend", { labels: { app: "shop" } });
   * console.log(subnets[0]?.subnet); // 10.4.1.0/24
   * ```
   */
  async create(
    name: string,
    options: NetworkOptions & { signal?: AbortSignal } = {},
  ): Promise<NetworkInfo> {
    const { createNetwork } = await import("./create.ts");
    const { networkInfo } = await import("./inspect.ts");
    const { signal, ...rest } = options;
    return networkInfo(await createNetwork(this.#context, name, rest, signal));
  }

  /** Lists the networks. Files that are no configuration are left out, see {@linkcode broken}. */
  async list(options: { signal?: AbortSignal } = {}): Promise<NetworkInfo[]> {
    const { listNetworks } = await import("./inspect.ts");
    return await listNetworks(this.#context, options.signal);
  }

  /** Files among the configurations that are none, with what is wrong with them. */
  async broken(): Promise<{ file: string; error: Error }[]> {
    const { brokenNetworks } = await import("./inspect.ts");
    return await brokenNetworks(this.#context);
  }

  /**
   * A network and the containers on it.
   *
   * @param name Its name, or the start of nerdctl's id for it.
   * @throws {NotFoundError} when there is none.
   */
  async inspect(name: string, options: { signal?: AbortSignal } = {}): Promise<NetworkDetails> {
    const { inspectNetwork } = await import("./inspect.ts");
    return await inspectNetwork(this.#context, name, options.signal);
  }

  /**
   * Removes a network and its bridge.
   *
   * @param options `force`: even when containers that run are on it; they lose their connection.
   * @throws {NotFoundError} when there is none.
   * @throws {FailedPreconditionError} when containers that run are on it, or it is not ours to remove.
   */
  async remove(
    name: string,
    options: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<void> {
    const { removeNetwork } = await import("./remove.ts");
    await removeNetwork(this.#context, name, options);
  }

  /**
   * Removes the networks of this namespace that no container is to be on, but the default one.
   *
   * @returns Their names.
   */
  async prune(options: { signal?: AbortSignal } = {}): Promise<string[]> {
    const { pruneNetworks } = await import("./remove.ts");
    return await pruneNetworks(this.#context, options);
  }

  /**
   * Connects a container to one more network: at once if it runs, and each time that it is started.
   *
   * @param network Its name.
   * @param container A container that was made with networks, or its id.
   * @throws {AlreadyExistsError} when it is on that network.
   * @throws {FailedPreconditionError} when the container has no networks of its own.
   * @throws {NetworkError} when a plugin fails; nothing has changed then.
   */
  async connect(
    network: string,
    container: Container | string,
    options: AttachOptions & { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { connectContainer } = await import("./connect.ts");
    await connectContainer(this.#context, network, idOf(container), options);
  }

  /**
   * Takes a container off a network: at once if it runs, and for when it is started again.
   *
   * @throws {NotFoundError} when it is not on that network.
   */
  async disconnect(
    network: string,
    container: Container | string,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { disconnectContainer } = await import("./connect.ts");
    await disconnectContainer(this.#context, network, idOf(container), options);
  }

  /**
   * Has the plugins of a running container's networks look whether all is as they made it (`CHECK`).
   *
   * @throws {NetworkError} when something is not; it names network and plugin.
   * @throws {FailedPreconditionError} when the container does not run, or has no networks.
   */
  async check(
    container: Container | string,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { checkContainer } = await import("./checks.ts");
    await checkContainer(this.#context, idOf(container), options);
  }

  /**
   * Asks whether a network is ready for containers: its plugins are there, and, from version 1.1 of
   * CNI on, say that they are ready (`STATUS`).
   *
   * @throws {NetworkError} when it is not.
   */
  async status(name: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { checkStatus } = await import("./checks.ts");
    await checkStatus(this.#context, name, options);
  }

  /**
   * Tells the plugins of a network which containers there are, so that they free what others had
   * (`GC`, of version 1.1 of CNI).
   *
   * @throws {UnsupportedError} when the network is of an earlier version; `Namespace.sweep` frees
   * what Davit's containers have left on those.
   */
  async gc(name: string, options: { signal?: AbortSignal } = {}): Promise<void> {
    const { collectNetworkGarbage } = await import("./checks.ts");
    await collectNetworkGarbage(this.#context, name, options);
  }

  /**
   * Serves names of a network by DNS, at its gateway: names, ids, host names and aliases of the
   * containers that run on it, whoever made them, alone and with the network's name behind
   * (`db.shop`), as A and AAAA, and their addresses as PTR. It follows containers that come and go.
   * Other names are asked of the host's servers. Containers that share an alias take turns.
   *
   * Hosts files have the same names without it; it is for resolvers that do not read them, for
   * services (SRV), and for programs that look only once into `/etc/hosts`.
   *
   * It listens at port 53 of the gateways, in this process, and ends with the client.
   *
   * @param name The network: a bridge with a gateway.
   * @throws {NotFoundError} when there is none.
   * @throws {UnsupportedError} when the host has no address on it, or it is another machine's, or in
   * another network namespace, as that of a rootless daemon is.
   * @throws {NetworkError} `port_taken` when another name server listens there.
   * @throws {PermissionError} when this process may not listen at port 53.
   * @throws {InvalidArgumentError} when an option is malformed.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace();
   * await ns.networks.create("shop");
   * await using dns = await ns.networks.serveDns("shop", { services: { "_http._tcp.web": 80 } });
   * await using web = await ns.container("web").image("shop:1").network("shop")
   *   .dns({ servers: [dns.address] }).start();
   * console.log(await web.exec("nslookup", "-type=srv", "_http._tcp.web.shop").text());
   * console.log(dns.stats());
   * ```
   */
  async serveDns(name: string, options: ServeDnsOptions = {}): Promise<NetworkDns> {
    const { serveDns } = await import("./dns/serve.ts");
    return await serveDns(this.#context, name, options);
  }
}

function idOf(container: Container | string): string {
  return typeof container === "string" ? container : container.id;
}
