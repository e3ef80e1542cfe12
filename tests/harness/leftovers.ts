/**
 * What is in a daemon's namespace, and how to empty it: by plain RPCs on a connection of its own,
 * so that a client under test cannot hide what it left.
 *
 * @module
 */
import { Api } from "../../lib/api/api.ts";
import { DavitError, NotFoundError } from "../../lib/errors/errors.ts";
import { Kind } from "../../lib/gen/containerd/services/snapshots_pb.ts";
import { dialUnix } from "../../lib/rpc/dial.ts";
import { createGrpcTransport, type GrpcTransport } from "../../lib/rpc/transport.ts";

/** No RPC of this module takes longer; a daemon that hangs fails the test instead. */
const RPC = { timeoutMs: 15_000 };

/** A raw connection to a daemon. */
export class RawDaemon implements AsyncDisposable {
  readonly #transport: GrpcTransport;

  /** @param address Path of the daemon's socket. */
  constructor(address: string) {
    this.#transport = createGrpcTransport({ dial: dialUnix(address), address });
  }

  /** Every RPC, in a namespace if one is named. */
  api(namespace?: string): Api {
    return new Api({
      transport: this.#transport,
      address: this.#transport.address,
      headers: namespace === undefined ? {} : { "containerd-namespace": namespace },
    });
  }

  /** Names of all namespaces. */
  async namespaces(): Promise<string[]> {
    const { namespaces } = await this.api().namespaces.list({}, RPC);
    return namespaces.map((namespace) => namespace.name);
  }

  /** Snapshotters that work. */
  async snapshotters(): Promise<string[]> {
    const { plugins } = await this.api().introspection.plugins({
      filters: ["type==io.containerd.snapshotter.v1"],
    }, RPC);
    return plugins.filter((plugin) => !plugin.initErr).map((plugin) => plugin.id);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#transport.close();
  }
}

/** A snapshot and where it is. */
interface Snapshot {
  readonly snapshotter: string;
  readonly name: string;
  readonly parent: string;
  readonly kind: Kind;
}

/** What a namespace holds. */
interface Holdings {
  readonly containers: readonly string[];
  readonly tasks: readonly string[];
  readonly leases: readonly string[];
  readonly snapshots: readonly Snapshot[];
  readonly ingests: readonly string[];
  readonly sandboxes: readonly string[];
}

async function holdings(daemon: RawDaemon, namespace: string): Promise<Holdings> {
  const api = daemon.api(namespace);
  const [{ containers }, { tasks }, { leases }, { statuses }] = await Promise.all([
    api.containers.list({}, RPC),
    api.tasks.list({}, RPC),
    api.leases.list({}, RPC),
    api.content.listStatuses({}, RPC),
  ]);
  const snapshots: Snapshot[] = [];
  for (const snapshotter of await daemon.snapshotters()) {
    for await (const { info } of api.snapshots.list({ snapshotter }, RPC)) {
      for (const { name, parent, kind } of info) {
        snapshots.push({ snapshotter, name, parent, kind });
      }
    }
  }
  return {
    containers: containers.map((container) => container.id),
    tasks: tasks.map((task) => task.id),
    leases: leases.map((lease) => lease.id),
    snapshots,
    ingests: statuses.map((status) => status.ref),
    sandboxes: await listSandboxes(api),
  };
}

/** Ids of sandboxes; none where the daemon is too old to have any. */
async function listSandboxes(api: Api): Promise<string[]> {
  try {
    const { list } = await api.sandboxStore.list({}, RPC);
    return list.map((sandbox) => sandbox.sandboxId);
  } catch (error) {
    if (error instanceof DavitError && error.code === "unimplemented") return [];
    throw error;
  }
}

/** Whether a snapshot is an image's layer: those belong to the image, and go with it. */
function isLayer({ name, kind }: Snapshot): boolean {
  return kind === Kind.COMMITTED && name.startsWith("sha256:");
}

/**
 * What was left in a namespace, in words, one line a thing. Images, their blobs and their layers
 * do not count.
 */
export async function leftIn(daemon: RawDaemon, namespace: string): Promise<string[]> {
  const held = await holdings(daemon, namespace);
  return [
    ...held.tasks.map((id) => `task ${id}`),
    ...held.containers.map((id) => `container ${id}`),
    ...held.leases.map((id) => `lease ${id}`),
    ...held.snapshots.filter((snapshot) => !isLayer(snapshot)).map((snapshot) =>
      `${Kind[snapshot.kind]?.toLowerCase()} snapshot ${snapshot.name} (${snapshot.snapshotter})`
    ),
    ...held.ingests.map((ref) => `ingest ${ref}`),
    ...held.sandboxes.map((id) => `sandbox ${id}`),
  ];
}

/** Runs the calls one after the other; what is gone already is fine. */
async function each<T>(items: readonly T[], call: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) {
    try {
      await call(item);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
}

/** Ends and removes all that {@linkcode leftIn} reports, so that one test's leak stays its own. */
export async function sweepNamespace(daemon: RawDaemon, namespace: string): Promise<void> {
  const api = daemon.api(namespace);
  const held = await holdings(daemon, namespace);
  await each(held.tasks, async (containerId) => {
    const exit = api.tasks.wait({ containerId }, RPC);
    exit.catch(() => {});
    await api.tasks.kill({ containerId, signal: 9, all: true }, RPC);
    await exit;
  });
  await each(held.tasks, (containerId) => api.tasks.delete({ containerId }, RPC));
  await each(held.containers, (id) => api.containers.delete({ id }, RPC));
  await each(held.leases, (id) => api.leases.delete({ id }, RPC));
  await each(held.ingests, (ref) => api.content.abort({ ref }, RPC));
  await each(held.sandboxes, (sandboxId) => api.sandboxStore.delete({ sandboxId }, RPC));
  // A snapshot that others stand on cannot go before them.
  let rest = held.snapshots.filter((snapshot) => !isLayer(snapshot));
  while (rest.length > 0) {
    const parents = new Set(rest.map((snapshot) => `${snapshot.snapshotter} ${snapshot.parent}`));
    const isParent = (snapshot: Snapshot) =>
      parents.has(`${snapshot.snapshotter} ${snapshot.name}`);
    await each(
      rest.filter((snapshot) => !isParent(snapshot)),
      ({ snapshotter, name }) => api.snapshots.remove({ snapshotter, key: name }, RPC),
    );
    rest = rest.filter(isParent);
  }
}

/**
 * Removes a namespace that holds nothing but images, with all that only they kept.
 *
 * @throws {FailedPreconditionError} when there is something in it that nothing refers to and that
 * the garbage collector does not take either.
 */
export async function removeNamespace(daemon: RawDaemon, namespace: string): Promise<void> {
  const api = daemon.api(namespace);
  const { images } = await api.images.list({}, RPC);
  await each(images, ({ name }) => api.images.delete({ name }, RPC));
  // The end of a lease, waited for, is how to have the garbage collected at once.
  const { lease } = await api.leases.create({ id: `davit-test-gc-${crypto.randomUUID()}` }, RPC);
  await api.leases.delete({ id: lease!.id, sync: true }, RPC);
  await each([namespace], (name) => daemon.api().namespaces.delete({ name }, RPC));
}
