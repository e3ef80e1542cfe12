/**
 * A namespace: a view of the daemon, cheap to make and never changed.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import { ImageBuilder } from "../build/builder.ts";
import type { DockerfileOptions } from "../build/dockerfile/build.ts";
import type { CarriedCache } from "../build/cache_registry.ts";
import type { CheckedPlan } from "../build/plan.ts";
import type { RebaseOptions } from "../build/rebase.ts";
import type { Sbom, SbomOptions } from "../build/sbom/sbom.ts";
import type { PrunedBuilds } from "../build/prune.ts";
import type { StageBase } from "../build/stage.ts";
import { ContainerBuilder } from "../core/container/builder.ts";
import { Containers } from "../core/container/containers.ts";
import { ContentStore } from "../core/content/content.ts";
import type { Context } from "../core/context.ts";
import type { DiskUsage } from "../core/garbage/df.ts";
import type { DiffOptions } from "../core/snapshot/diff.ts";
import type { EventOf, EventTopic } from "../core/event/types.ts";
import {
  type EventItem,
  type EventOptions,
  type EventStream,
  followEvents,
  onceEvent,
  type OnceOptions,
} from "../core/event/events.ts";
import type { WatchItem } from "../core/event/watch.ts";
import type { ExplainTarget, Explanation } from "../core/garbage/explain.ts";
import { Files } from "../core/files/files.ts";
import { lazySource } from "../core/files/view.ts";
import type { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { type Lease, Leases } from "../core/lease/leases.ts";
import { type FileSystemMount, Mounts } from "../core/snapshot/mounts.ts";
import { Networks } from "../core/network/networks.ts";
import type { PullOptions } from "../core/pull/pull.ts";
import type { PushOptions } from "../core/push/push.ts";
import { RunBuilder } from "../core/run/run.ts";
import { Sandboxes } from "../core/sandbox/sandboxes.ts";
import type { MessageStream } from "../core/transfer/streaming.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import type { SweepResult } from "../core/session/sweep.ts";
import { Tasks } from "../core/task/tasks.ts";
import { Volumes } from "../core/volume/volumes.ts";
import type { TransferOptions } from "../core/transfer/transfer.ts";
import type { TransferDestination, TransferSource } from "../core/transfer/ends.ts";
import type { Descriptor } from "../oci/descriptor.ts";

/**
 * A namespace of a daemon. Images, containers and everything else live in one; two namespaces see
 * nothing of each other but share what is stored.
 */
export class Namespace {
  readonly #context: Context;
  /** Its name. */
  readonly name: string;
  /** Its images. */
  readonly images: Images;
  /** Its containers. */
  readonly containers: Containers;
  /** Its blobs. */
  readonly content: ContentStore;
  /** Its leases. */
  readonly leases: Leases;
  /** Its snapshots. */
  readonly snapshots: Snapshots;
  /** The processes of its containers. */
  readonly tasks: Tasks;
  /** Its sandboxes (containerd 1.7). */
  readonly sandboxes: Sandboxes;
  /** The networks that its containers can be on. */
  readonly networks: Networks;
  /** Its mounts that the daemon holds (containerd 2.2). */
  readonly mounts: Mounts;
  /** Its volumes: folders that outlive containers. */
  readonly volumes: Volumes;

  /** For the client that owns it. */
  constructor(context: Context) {
    this.#context = context;
    this.name = context.namespace;
    this.images = new Images(context);
    this.containers = new Containers(context);
    this.content = new ContentStore(context);
    this.leases = new Leases(context);
    this.snapshots = new Snapshots(context);
    this.tasks = new Tasks(context);
    this.sandboxes = new Sandboxes(context);
    this.networks = new Networks(context);
    this.mounts = new Mounts(context);
    this.volumes = new Volumes(context);
  }

  /** Every RPC, one to one, in this namespace. */
  get api(): Api {
    return this.#context.api;
  }

  /** The same namespace; everything made through it is put on `lease`. */
  withLease(lease: Lease | string): Namespace {
    return new Namespace(this.#context.withLease(typeof lease === "string" ? lease : lease.id));
  }

  /**
   * Starts to describe a container that runs once: awaiting it creates, starts, waits and cleans
   * up.
   *
   * @param image An image, or the name of one that is there.
   */
  run(image: Image | string): RunBuilder {
    return RunBuilder.of(this.#context, image);
  }

  /**
   * Starts to describe a container that lives: `.create()` or `.start()` makes it.
   *
   * @param name Its id, random by default.
   */
  container(name?: string): ContainerBuilder {
    return ContainerBuilder.of(this.#context, name);
  }

  /**
   * Starts to describe an image: `.build()` makes it.
   *
   * @param base What it is built on: an image, the name of one that is there, another builder, or
   * `"scratch"` for nothing.
   */
  build(base: StageBase): ImageBuilder {
    return ImageBuilder.of(this.#context, base);
  }

  /**
   * Builds the image of a Dockerfile, with containerd alone. See `docs/build.md` for what is
   * supported; what is not stops with file and line.
   *
   * @param folder The build context.
   * @throws {InvalidArgumentError} With file and line, when something is wrong or not supported.
   * @throws {BuildError} When a command fails.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace("ci").buildDockerfile("./app", {
   *   tags: "app:1",
   *   args: { VERSION: "1.2" },
   *   target: "release",
   * });
   * console.log(image.digest);
   * ```
   */
  async buildDockerfile(folder: string, options: DockerfileOptions): Promise<Image> {
    const { buildDockerfile } = await import("../build/dockerfile/build.ts");
    return await buildDockerfile(this.#context, folder, options);
  }

  /** What {@linkcode buildDockerfile} would do: every step, and whether its layer is there. */
  async planDockerfile(folder: string, options: DockerfileOptions): Promise<CheckedPlan> {
    const { planDockerfile } = await import("../build/dockerfile/build.ts");
    return await planDockerfile(this.#context, folder, options);
  }

  /**
   * Clears what builds keep for the next ones: cached layers, what unfinished builds have made, and
   * cache mounts. Images stay.
   */
  async pruneBuilds(
    options: { snapshotter?: string; signal?: AbortSignal } = {},
  ): Promise<PrunedBuilds> {
    const { pruneBuilds } = await import("../build/prune.ts");
    return await pruneBuilds(this.#context, options);
  }

  /**
   * Pushes the cache of the build that made an image, so that builds elsewhere need not do it again.
   *
   * @param reference Where to; a name of its own.
   */
  async pushBuildCache(
    image: Image | string,
    reference: string,
    options: PushOptions = {},
  ): Promise<CarriedCache> {
    const { pushBuildCache } = await import("../build/cache_registry.ts");
    return await pushBuildCache(this.#context, image, reference, options);
  }

  /** Pulls a cache that was pushed, for the builds that come. The image of that name keeps it. */
  async pullBuildCache(reference: string, options: PullOptions = {}): Promise<CarriedCache> {
    const { pullBuildCache } = await import("../build/cache_registry.ts");
    return await pullBuildCache(this.#context, reference, options);
  }

  /**
   * Puts an image onto another base, such as the same one with its latest fixes. Nothing is run.
   *
   * @throws {FailedPreconditionError} When the image was not built on the base that is named.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * await ns.rebase("app:1", { from: "debian:12.4", onto: "debian:12.5", tag: "app:1" });
   * ```
   */
  async rebase(image: Image | string, options: RebaseOptions): Promise<Image> {
    const { rebase } = await import("../build/rebase.ts");
    return await rebase(this.#context, image, options);
  }

  /**
   * Says which packages are in an image, by the databases of dpkg, apk and rpm.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const sbom = await davit.namespace("ci").sbom("debian:12");
   * await Deno.writeTextFile("debian.spdx.json", JSON.stringify(sbom.spdx()));
   * ```
   */
  async sbom(image: Image | string, options: SbomOptions = {}): Promise<Sbom> {
    const { readSbom } = await import("../build/sbom/sbom.ts");
    return await readSbom(this.#context, image, options);
  }

  /**
   * Follows what happens in this namespace, or in all. Subscribed when this returns, for all that
   * this client does afterwards.
   *
   * @param options Topics and values to look for; everything by default.
   * @throws {InvalidArgumentError} when containerd has no such topic.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * for await (const { event } of davit.namespace().events({ topic: "/tasks/exit" })) {
   *   console.log(event.containerId, event.exitStatus);
   * }
   * ```
   */
  events<T extends EventTopic = never, G extends boolean = false>(
    options: EventOptions<T, G> = {},
  ): EventStream<EventItem<T, G>> {
    return followEvents(this.#context, options);
  }

  /**
   * Waits for one event. Subscribed when this returns, for all that this client does afterwards.
   *
   * @param topic What to wait for.
   * @param predicate Which event of that topic; the first by default.
   * @throws {TimeoutError} when none came in time.
   * @throws {DavitError} of the code `data_loss` when events were lost, so that it may have been
   * among them.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const ns = davit.namespace("ci");
   * const ended = ns.once("/tasks/exit", ({ event }) => event.containerId === "web", {
   *   timeout: "1m",
   * });
   * console.log((await ended).event.exitStatus);
   * ```
   */
  once<T extends EventTopic>(
    topic: T,
    predicate?: (event: EventOf<T>) => boolean,
    options: OnceOptions = {},
  ): Promise<EventOf<T>> {
    return onceEvent(this.#context, topic, predicate, options);
  }

  /**
   * Watches the containers: hands out those that are there, then what happens to them. After
   * events were lost, for instance while the daemon restarted, it says so, lists again and hands
   * out what has changed meanwhile.
   *
   * @throws {UnavailableError} when there is no daemon, or it stayed away for 30 seconds.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * for await (const item of davit.namespace("ci").watch()) {
   *   if (item.type === "gap") console.warn("some events were lost:", item.gap.reason);
   *   else if (item.type !== "synced") console.log(item.type, item.container.id);
   * }
   * ```
   */
  async *watch(
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<WatchItem, void, undefined> {
    const { watchContainers } = await import("../core/event/watch.ts");
    yield* watchContainers(this.#context, options);
  }

  /**
   * Has the daemon collect garbage, in all namespaces, and waits for it. By itself it collects some
   * time after changes, and not after deletions alone.
   */
  async gc(): Promise<void> {
    const { collectGarbage } = await import("../core/garbage/gc.ts");
    return await collectGarbage(this.#context);
  }

  /**
   * Tells why an image, a blob or a snapshot is kept, and what would be freed without it.
   *
   * @throws {NotFoundError} when the namespace has no such thing.
   */
  async explain(
    target: ExplainTarget,
    options: { signal?: AbortSignal } = {},
  ): Promise<Explanation> {
    const { explain } = await import("../core/garbage/explain.ts");
    return await explain(this.#context, target, options);
  }

  /** Tells what takes how much space in this namespace: images, snapshots, blobs. */
  async df(options: { signal?: AbortSignal } = {}): Promise<DiskUsage> {
    const { diskUsage } = await import("../core/garbage/df.ts");
    return await diskUsage(this.#context, options);
  }

  /**
   * Makes a layer of what two file systems differ in, as a blob. Hold a lease: nothing else keeps
   * the blob.
   *
   * @throws {InvalidArgumentError} for a mount with `rbind`, which could not be unmounted.
   */
  async diff(options: DiffOptions): Promise<Descriptor> {
    const { diff } = await import("../core/snapshot/diff.ts");
    return await diff(this.#context, options);
  }

  /**
   * Unpacks a layer of the content store onto a file system, such as a prepared snapshot's mounts.
   *
   * @returns The descriptor of the uncompressed layer: its digest is the diff id.
   */
  async applyDiff(
    layer: Descriptor,
    mounts: readonly FileSystemMount[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Descriptor> {
    const { applyDiff } = await import("../core/snapshot/diff.ts");
    return await applyDiff(this.#context, layer, mounts, options);
  }

  /** Reads a whole file system, such as a snapshot's mounts, as a tar. */
  async *readTree(
    mounts: readonly FileSystemMount[],
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { readTree } = await import("../core/snapshot/diff.ts");
    yield* readTree(this.#context, mounts, options);
  }

  /**
   * Has the daemon itself pull, push, import, export or tag images.
   *
   * @throws {UnsupportedError} before containerd 2.0.
   */
  async transfer(
    source: TransferSource,
    destination: TransferDestination,
    options?: TransferOptions,
  ): Promise<void> {
    const { transfer } = await import("../core/transfer/transfer.ts");
    return await transfer(this.#context, source, destination, options);
  }

  /**
   * Opens a stream of messages that calls can name, such as `api.transfer`.
   *
   * @param id Its name, random by default.
   * @throws {UnsupportedError} before containerd 1.7.
   */
  async openStream(id?: string, options: { signal?: AbortSignal } = {}): Promise<MessageStream> {
    const { openStream } = await import("../core/transfer/streaming.ts");
    return await openStream(this.#context, id, options);
  }

  /**
   * The files of a folder of the daemon's machine. What is mounted below it is seen only where that
   * machine is this one.
   *
   * @param path An absolute path there.
   */
  hostFiles(path: string): Files {
    const label = `folder ${JSON.stringify(path)}`;
    return new Files(lazySource(label, async () => {
      const { FolderSource } = await import("../core/files/folder_source.ts");
      return new FolderSource(this.#context, path, label);
    }));
  }

  /** Removes what scripts that are gone left in this namespace: containers, tasks, leases. */
  async sweep(options: { signal?: AbortSignal } = {}): Promise<SweepResult> {
    const { sweep } = await import("../core/session/sweep.ts");
    return await sweep(this.#context, options);
  }
}
