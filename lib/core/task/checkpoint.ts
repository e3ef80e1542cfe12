/**
 * The state of a container's processes, saved and taken up again with criu.
 *
 * @module
 */
import { packMessage } from "../../api/any.ts";
import {
  DavitError,
  FailedPreconditionError,
  ProtocolError,
  UnsupportedError,
} from "../../errors/errors.ts";
import { CheckpointOptionsSchema } from "../../gen/containerd/runc/options_pb.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { parseDigest } from "../../oci/digest.ts";
import { throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { type Lease, Leases } from "../lease/leases.ts";
import { endTask, START_TIMEOUT_MS, startTask } from "./task.ts";
import { taskError } from "./error.ts";

/** How to save the state of processes. */
export interface CheckpointOptions {
  /** Ends the processes when they are saved; they go on by default. */
  exit?: boolean;
  /** Saves open TCP connections too; without it, processes that have some cannot be saved. */
  openTcp?: boolean;
  /** Lets processes have Unix sockets that lead out of the container. */
  externalUnixSockets?: boolean;
  /** Lets processes have a terminal. */
  terminal?: boolean;
  /** Lets processes hold file locks. */
  fileLocks?: boolean;
  /** Looked at before this begins; what has begun is not broken off. */
  signal?: AbortSignal;
}

/** The type of what criu saved, as a tar. */
const CHECKPOINT_TYPE = "application/vnd.containerd.container.criu.checkpoint.criu.tar";

/** What is needed on the daemon's host. */
const NEEDED = "criu that works with the kernel of the daemon's host";

/** The saved state of a container's processes, in the content store. Disposing of it lets it go. */
export class Checkpoint implements AsyncDisposable {
  readonly #lease: Lease;
  /** The container whose processes were saved. */
  readonly containerId: string;
  /** The saved state: a tar of criu's files. */
  readonly descriptor: Descriptor;

  /** For {@linkcode checkpointTask}. */
  constructor(lease: Lease, containerId: string, descriptor: Descriptor) {
    this.#lease = lease;
    this.containerId = containerId;
    this.descriptor = descriptor;
  }

  /** Lets the garbage collector have the saved state. Twice is fine. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#lease[Symbol.asyncDispose]();
  }
}

/** Saves the state of a container's processes; see `Tasks.checkpoint()`. */
export async function checkpointTask(
  context: Context,
  id: string,
  options: CheckpointOptions,
): Promise<Checkpoint> {
  const { signal, ...flags } = options;
  // The state would be collected as soon as it is written.
  const lease = await new Leases(context).create({ expires: "never", signal });
  try {
    throwIfAborted(signal, `saving container "${id}"`);
    const { descriptors } = await context.withLease(lease.id).api.tasks.checkpoint({
      containerId: id,
      options: packMessage(CheckpointOptionsSchema, flags),
    }, { timeoutMs: START_TIMEOUT_MS });
    const saved = descriptors.find(({ mediaType }) => mediaType === CHECKPOINT_TYPE);
    if (!saved) throw new ProtocolError(`Tasks.Checkpoint answered without a state for "${id}"`);
    return new Checkpoint(lease, id, {
      mediaType: saved.mediaType,
      digest: parseDigest(saved.digest),
      size: Number(saved.size),
    });
  } catch (error) {
    await lease[Symbol.asyncDispose]().catch(() => {/* the first error counts */});
    throw await checkpointError(context, error, "save", id);
  }
}

/**
 * Starts a container from a saved state. It must not run.
 *
 * @returns The process id of its init, on the daemon's host.
 */
export async function restoreTask(
  context: Context,
  container: { id: string; snapshotter: string; snapshotKey: string },
  checkpoint: Checkpoint,
): Promise<number> {
  const { id, snapshotter, snapshotKey: key } = container;
  const { mounts } = await context.api.snapshots.mounts({ snapshotter, key });
  const { mediaType, digest, size } = checkpoint.descriptor;
  try {
    const { pid } = await context.api.tasks.create({
      containerId: id,
      rootfs: mounts,
      checkpoint: { mediaType, digest, size: BigInt(size) },
    }, { timeoutMs: START_TIMEOUT_MS });
    await startTask(context, id, []);
    if (pid !== 0) return pid;
    // A process that is restored may have no id before it goes on.
    const { process } = await context.api.tasks.get({ containerId: id });
    return process?.pid ?? 0;
  } catch (error) {
    await endTask(context, id).catch(() => {/* the first error counts */});
    throw await checkpointError(context, error, "restore", id);
  }
}

/** Tells criu that is missing, or does not work there, from processes that it cannot save. */
async function checkpointError(
  context: Context,
  error: unknown,
  what: string,
  id: string,
): Promise<unknown> {
  const known = taskError(context, error, what, id);
  if (known !== error || !(error instanceof DavitError)) return known;
  const { message } = error;
  if (!/\bcriu\b/i.test(message)) return error;
  const cause = { cause: error };
  if (/executable file not found|no such file/i.test(message)) {
    return new UnsupportedError(
      `Cannot ${what} container "${id}": there is no criu on the daemon's host; install it there`,
      { needed: NEEDED, found: "no criu" },
      cause,
    );
  }
  const log = /path= ?(\S+\.log)/.exec(message)?.[1];
  const faults = log ? await faultsIn(context, log) : [];
  const reason = faults.at(-1) ?? message;
  // Before it looks at any process, criu finds out what the kernel can do.
  if (faults.length === 0 || faults.some((fault) => /kerndat|kernel feature/.test(fault))) {
    return new UnsupportedError(
      `Cannot ${what} container "${id}": criu does not work on the daemon's host (${reason}); run ` +
        '"criu check" there',
      { needed: NEEDED, found: reason },
      cause,
    );
  }
  return new FailedPreconditionError(
    `Cannot ${what} container "${id}": criu cannot (${reason}); see "${log}" on the daemon's host`,
    cause,
  );
}

/** What criu's own log says went wrong, as far as it can be read. */
async function faultsIn(context: Context, log: string): Promise<string[]> {
  try {
    const text = new TextDecoder().decode(await context.session.host.readFile(log));
    return Array.from(text.matchAll(/^\S+ Error \([^)]*\): (.*)$/gm), ([, fault]) => fault ?? "");
  } catch {
    return [];
  }
}
