/**
 * What a fake daemon holds.
 *
 * @module
 */
import type { Container } from "../gen/containerd/services/containers_pb.ts";
import type { Image } from "../gen/containerd/services/images_pb.ts";
import type { Kind } from "../gen/containerd/services/snapshots_pb.ts";
import { type Timestamp, timestampNow } from "@bufbuild/protobuf/wkt";
import { StatusCode, type WireError } from "../rpc/wire_error.ts";
import { EventBus } from "./event_bus.ts";
import { MemoryHost } from "./memory_host.ts";
import type { RunHandler, RunRecord } from "./script.ts";
import { status } from "./status.ts";
import type { TaskState } from "./task_state.ts";

/** Labels by key. */
export type Labels = Record<string, string>;

/** A blob as a namespace sees it. */
export interface BlobRecord {
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  labels: Labels;
}

/** A write that was not committed. */
export interface Ingest {
  readonly ref: string;
  readonly startedAt: Timestamp;
  updatedAt: Timestamp;
  /** How many bytes were promised when it was begun; 0 for no promise. */
  readonly total: bigint;
  /** What was written. */
  data: Uint8Array<ArrayBuffer>;
  /** The digest of a blob of another namespace, which need not be sent again. */
  shared: string | undefined;
  /** When the stream that holds it opened, in milliseconds; `undefined` when none does. */
  lockedAt: number | undefined;
  /** Whether it was begun under a lease: then it is kept by leases alone. */
  readonly leased: boolean;
}

/** A lease, and what is on it. */
export interface LeaseRecord {
  readonly id: string;
  readonly createdAt: Timestamp;
  readonly labels: Labels;
  /** By type: `content`, `ingests`, `images`, `snapshots/NAME`. */
  readonly resources: Map<string, Set<string>>;
}

/** A snapshot. */
export interface SnapshotRecord {
  readonly name: string;
  readonly parent: string;
  readonly kind: Kind;
  readonly createdAt: Timestamp;
  updatedAt: Timestamp;
  labels: Labels;
  /** The number in its folder's name. */
  readonly id: number;
  /** The name that the snapshotter itself has for it, which its errors show. */
  readonly innerKey: string;
}

/** A namespace. */
export class NamespaceState {
  /** Its name. */
  readonly name: string;
  /** Its labels. */
  labels: Labels = {};
  /** Images by name. */
  readonly images: Map<string, Image> = new Map();
  /** Containers by id. */
  readonly containers: Map<string, Container> = new Map();
  /** Blobs by digest. */
  readonly content: Map<string, BlobRecord> = new Map();
  /** Unfinished writes by ref. */
  readonly ingests: Map<string, Ingest> = new Map();
  /** Leases by id. */
  readonly leases: Map<string, LeaseRecord> = new Map();
  /** Snapshots by snapshotter and name. */
  readonly snapshots: Map<string, Map<string, SnapshotRecord>> = new Map();
  /** Tasks by container. */
  readonly tasks: Map<string, TaskState> = new Map();

  /** @param name Its name. */
  constructor(name: string) {
    this.name = name;
  }

  /** The snapshots of a snapshotter. */
  snapshotsOf(snapshotter: string): Map<string, SnapshotRecord> {
    let found = this.snapshots.get(snapshotter);
    if (!found) this.snapshots.set(snapshotter, found = new Map());
    return found;
  }

  /**
   * Puts something on the lease that a call is made under.
   *
   * @throws {WireError} NotFound when there is no such lease.
   */
  lease(id: string | undefined, type: string, resource: string): void {
    if (id === undefined) return;
    const lease = this.leases.get(id);
    if (!lease) throw noLease();
    let resources = lease.resources.get(type);
    if (!resources) lease.resources.set(type, resources = new Set());
    resources.add(resource);
  }

  /** Takes something that is gone from the lease that a call is made under. */
  unlease(id: string | undefined, type: string, resource: string): void {
    if (id !== undefined) this.leases.get(id)?.resources.get(type)?.delete(resource);
  }
}

/** The error of a call under a lease that is not there. */
function noLease(): WireError {
  return status(StatusCode.NotFound, "lease does not exist: not found");
}

/** Everything. */
export class FakeState {
  /** Such as `"2.1.9"`. */
  readonly version: string;
  /** Files of the daemon's machine. */
  readonly host: MemoryHost = new MemoryHost();
  /** Who hears what. */
  readonly events: EventBus = new EventBus();
  /** Bytes by digest: namespaces share them. */
  readonly blobs: Map<string, Uint8Array<ArrayBuffer>> = new Map();
  /** Those who say what processes do; the last is asked first. */
  readonly handlers: RunHandler[] = [];
  /** What scripts failed with. */
  readonly scriptErrors: unknown[] = [];
  /** The processes that were started. */
  readonly runs: RunRecord[] = [];
  readonly #namespaces = new Map<string, NamespaceState>();
  #sequence = 0;
  #pid = 1000;

  /** @param version What the daemon says that it is. */
  constructor(version: string) {
    this.version = version;
  }

  /** Whether the daemon is of this version or newer. */
  atLeast(major: number, minor: number): boolean {
    const [ownMajor = 0, ownMinor = 0] = this.version.replace(/^v/, "").split(".").map(Number);
    return ownMajor > major || (ownMajor === major && ownMinor >= minor);
  }

  /** The namespaces that exist. */
  get namespaces(): ReadonlyMap<string, NamespaceState> {
    return this.#namespaces;
  }

  /** A namespace to write to: it comes to be with the first thing in it. */
  open(name: string): NamespaceState {
    let found = this.#namespaces.get(name);
    if (!found) this.#namespaces.set(name, found = new NamespaceState(name));
    return found;
  }

  /** A namespace to read; an empty one when there is none. */
  peek(name: string): NamespaceState {
    return this.#namespaces.get(name) ?? new NamespaceState(name);
  }

  /** Drops a namespace. */
  drop(name: string): void {
    this.#namespaces.delete(name);
  }

  /** The next number for snapshots and ids that the daemon makes up. */
  nextId(): number {
    return ++this.#sequence;
  }

  /** The next process id. */
  nextPid(): number {
    return ++this.#pid;
  }
}

/** This moment. */
export function now(): Timestamp {
  return timestampNow();
}
