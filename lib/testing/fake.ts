/**
 * A containerd in memory.
 *
 * @module
 */
import { Client } from "../client/client.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { Containers } from "../gen/containerd/services/containers_pb.ts";
import { Content } from "../gen/containerd/services/content_pb.ts";
import { Diff } from "../gen/containerd/services/diff_pb.ts";
import { Events } from "../gen/containerd/services/events_pb.ts";
import { Images } from "../gen/containerd/services/images_pb.ts";
import { Introspection } from "../gen/containerd/services/introspection_pb.ts";
import { Leases } from "../gen/containerd/services/leases_pb.ts";
import { Namespaces } from "../gen/containerd/services/namespaces_pb.ts";
import { Kind, Snapshots } from "../gen/containerd/services/snapshots_pb.ts";
import { Tasks } from "../gen/containerd/services/tasks_pb.ts";
import { Version } from "../gen/containerd/services/version_pb.ts";
import { containersService } from "./containers_service.ts";
import { contentService } from "./content_service.ts";
import { diffService } from "./diff_service.ts";
import { addFakeImage, type FakeImageOptions } from "./fake_image.ts";
import { collectGarbage } from "./garbage.ts";
import { imagesService } from "./images_service.ts";
import { addHealth, eventsService, introspectionService, versionService } from "./info_services.ts";
import { leasesService } from "./leases_service.ts";
import type { MemoryHost } from "./memory_host.ts";
import { MemoryTransport } from "./memory_transport.ts";
import { namespacesService } from "./namespaces_service.ts";
import { Router } from "./router.ts";
import type { RunHandler, RunRecord } from "./script.ts";
import { snapshotsService } from "./snapshots_service.ts";
import { FakeState } from "./state.ts";
import { tasksService } from "./tasks_service.ts";

/** What a {@linkcode FakeContainerd} is. */
export interface FakeOptions {
  /**
   * The version that it says it is, such as `"1.7.24"`; `"2.1.9"` by default. What containerd had
   * no word for at that version is not implemented.
   */
  readonly version?: string;
}

const DEFAULT_VERSION = "2.1.9";

/**
 * A containerd in memory: namespaces, images, content, leases, snapshots, containers, tasks, events
 * and garbage collection, with containerd's errors. Processes do what a test says. It needs no
 * root, no Linux and no permission.
 *
 * @example
 * ```ts
 * import { fakeContainerd } from "@davit/sdk/testing";
 *
 * await using fake = fakeContainerd();
 * await fake.addImage("default", "alpine:3.20");
 * fake.onRun(({ args }) => args[0] === "uname" ? { stdout: "6.1.0\n" } : undefined);
 *
 * await using davit = fake.connect();
 * console.log(await davit.namespace().run("alpine:3.20").command("uname", "-r").text());
 * ```
 */
export class FakeContainerd implements AsyncDisposable {
  readonly #state: FakeState;
  readonly #router: Router;

  /**
   * An empty daemon.
   *
   * @param options See {@linkcode FakeOptions}.
   */
  constructor(options: FakeOptions = {}) {
    const version = options.version ?? DEFAULT_VERSION;
    if (!/^v?\d+\.\d+/.test(version)) {
      throw new InvalidArgumentError(
        `Cannot be containerd "${version}": give a version such as "${DEFAULT_VERSION}"`,
      );
    }
    const state = new FakeState(version);
    this.#state = state;
    this.#router = new Router()
      .add(Containers, containersService(state))
      .add(Content, contentService(state))
      .add(Diff, diffService(state))
      .add(Events, eventsService(state))
      .add(Images, imagesService(state))
      .add(Introspection, introspectionService(state))
      .add(Leases, leasesService(state))
      .add(Namespaces, namespacesService(state))
      .add(Snapshots, snapshotsService(state))
      .add(Tasks, tasksService(state))
      .add(Version, versionService(state));
    addHealth(this.#router);
  }

  /** What clients say that they are connected to. */
  get address(): string {
    return "/davit-in-memory/containerd.sock";
  }

  /** The daemon's machine: its files are in memory. What is bind-mounted must be there. */
  get host(): MemoryHost {
    return this.#state.host;
  }

  /** The processes that were to be started, in order. */
  get runs(): readonly RunRecord[] {
    return this.#state.runs;
  }

  /** A new client. Several see the same daemon. */
  connect(): Client {
    const transport = new MemoryTransport(this.#router);
    return new Client({ transport, address: this.address, host: this.#state.host });
  }

  /**
   * Says what processes do. Handlers that are added later are asked first.
   *
   * @param handler Gets a process, and returns what it does; nothing for one that it does not know.
   */
  onRun(handler: RunHandler): this {
    this.#state.handlers.push(handler);
    return this;
  }

  /**
   * Puts an image there, of one small layer.
   *
   * @param namespace The namespace's name.
   * @param name A reference, completed as Docker does.
   * @returns The digest of its manifest.
   */
  addImage(namespace: string, name: string, options: FakeImageOptions = {}): Promise<string> {
    return addFakeImage(this.#state, namespace, name, options);
  }

  /** Collects garbage, as a delete with `sync` does. */
  collectGarbage(): void {
    collectGarbage(this.#state);
  }

  /**
   * What a script that has cleaned up would not have left: tasks, containers, leases, unfinished
   * writes, snapshots that are no layers of images, subscriptions, and files of output and logs, in
   * words. Also what scripted processes failed with. Images and their blobs do not count.
   */
  left(): string[] {
    const { namespaces, events, host, scriptErrors } = this.#state;
    const inNamespaces = [...namespaces.values()].flatMap((namespace) => {
      const { name, tasks, containers, leases, ingests, snapshots } = namespace;
      const snapshotNames = [...snapshots.values()].flatMap((records) =>
        [...records.values()].filter(({ kind, name }) =>
          kind !== Kind.COMMITTED || !name.startsWith("sha256:")
        ).map(({ name }) => name)
      );
      const all = { task: tasks, container: containers, lease: leases, ingest: ingests };
      return [
        ...Object.entries(all).flatMap(([what, things]) =>
          [...things.keys()].map((id) => `${what} "${id}" in namespace "${name}"`)
        ),
        ...snapshotNames.map((key) => `snapshot "${key}" in namespace "${name}"`),
      ];
    });
    return [
      ...inNamespaces,
      ...(events.subscribers > 0 ? [`${events.subscribers} subscriptions to events`] : []),
      ...host.files.filter((path) => path.startsWith("/davit-in-memory/"))
        .map((path) => `file "${path}"`),
      ...scriptErrors.map((error) => `an onRun() handler failed: ${error}`),
    ];
  }

  /** Ends what processes still run, so that no timer of theirs is left. */
  [Symbol.asyncDispose](): Promise<void> {
    const SIGKILL = 9;
    for (const { tasks } of this.#state.namespaces.values()) {
      for (const { init } of tasks.values()) init.kill(SIGKILL);
    }
    return Promise.resolve();
  }
}

/** A containerd in memory; see {@linkcode FakeContainerd}. */
export function fakeContainerd(options: FakeOptions = {}): FakeContainerd {
  return new FakeContainerd(options);
}
