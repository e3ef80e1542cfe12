/**
 * What is mounted while a command of a build runs. Files get there through the socket: they are put
 * into a snapshot, whose folder is mounted. So it works for daemons elsewhere, too.
 *
 * @module
 */
import { throwIfAborted } from "../core/call/abort.ts";
import { ContentStore } from "../core/content/content.ts";
import { applyDiff } from "../core/snapshot/diff.ts";
import type { ActiveSnapshot } from "../core/snapshot/snapshot.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import { AlreadyExistsError, InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { GC_ROOT_LABEL } from "../oci/gc_labels.ts";
import type { Mount } from "../oci/runtime_spec.ts";
import { bindMount, tmpfsMount } from "../oci/spec_mounts.ts";
import { EntryMaker, type LayerEntry } from "./entry.ts";
import { hostEntries } from "./host_files.ts";
import { imageEntries } from "./image_files.ts";
import { layerTar, writeLayer } from "./layer.ts";
import type { BuildMount, CacheMount, CopyOrigin, FilesMount, SecretMount } from "./plan.ts";
import type { BuildWork } from "./work.ts";

/** Where in a snapshot the files are that are mounted. */
const CONTENT = "/content";
/** The label of the snapshots of cache mounts; its value is the cache's name. */
export const MOUNT_LABEL = "davit.build/mount";
/** What their keys begin with. */
const MOUNT_KEY = "davit-build-mount-";

/** The layers of a stage or an image. */
export interface Origin {
  /** What it is, for messages. */
  readonly label: string;
  /** Its layers, the lowest first. */
  readonly layers: readonly Descriptor[];
  /** Names them all. */
  readonly key: string;
}

/** Looks up, or builds, what files are to come from. */
export type OriginOf = (origin: CopyOrigin) => Promise<Origin>;

/** Mounts that are ready. Disposing of them removes what was made for them. */
export interface OpenMounts extends AsyncDisposable {
  /** For the runtime. */
  readonly mounts: readonly Mount[];
  /** Secrets as variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the mounts of a command ready. */
export async function openMounts(
  work: BuildWork,
  wanted: readonly BuildMount[],
  originOf: OriginOf,
): Promise<OpenMounts> {
  const cleanUps: (() => Promise<void>)[] = [];
  const mounts: Mount[] = [];
  const env: Record<string, string> = {};
  const dispose = async () => {
    const errors: unknown[] = [];
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      await cleanUp().catch((error) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  };
  try {
    for (const mount of wanted) {
      if ("tmpfs" in mount) {
        const size = mount.tmpfs === true ? {} : { size: mount.tmpfs };
        mounts.push(tmpfsMount(mount.to, { ...size, exec: true }));
      } else if ("cache" in mount) mounts.push(await cacheMount(work, mount, cleanUps));
      else if ("secret" in mount) {
        const file = await secretMount(work, mount, env, cleanUps);
        if (file) mounts.push(file);
      } else if ("content" in mount) {
        const make = new EntryMaker({ mode: mount.mode ?? 0o555 });
        const entries = [make.memory(CONTENT, new TextEncoder().encode(mount.content))];
        mounts.push(await filesMount(work, entries, { to: mount.to, readonly: true }, cleanUps));
      } else {
        const entries = await bindEntries(work, mount, originOf);
        const readonly = !mount.writable;
        mounts.push(await filesMount(work, entries, { to: mount.to, readonly }, cleanUps));
      }
    }
  } catch (error) {
    await dispose().catch(() => {/* the first error counts */});
    throw error;
  }
  return { mounts, env, [Symbol.asyncDispose]: dispose };
}

async function bindEntries(
  work: BuildWork,
  mount: FilesMount,
  originOf: OriginOf,
): Promise<LayerEntry[]> {
  const options = mount.ignore ? { ignore: mount.ignore } : {};
  const { spool, signal } = work;
  const entries = mount.from === undefined
    ? await hostEntries([mount.bind], CONTENT, {
      ...options,
      ...(mount.context === undefined ? {} : { context: mount.context }),
    })
    : await imageEntries(
      work.context,
      await originOf(mount.from),
      [mount.bind],
      CONTENT,
      options,
      { spool, signal },
    );
  if (entries.some(({ path }) => path === CONTENT)) return entries;
  return [new EntryMaker({}).folder(CONTENT), ...entries];
}

/** Puts files into a snapshot of their own. */
async function filesMount(
  work: BuildWork,
  entries: readonly LayerEntry[],
  at: { readonly to: string; readonly readonly: boolean },
  cleanUps: (() => Promise<void>)[],
): Promise<Mount> {
  const { context, snapshotter, signal } = work;
  const snapshot = await new Snapshots(context).from().snapshotter(snapshotter).prepare({ signal });
  cleanUps.push(() => snapshot.remove());
  await fill(work, snapshot, entries);
  const folder = await folderOf(work, snapshot.key);
  return bindMount(folder + CONTENT, at.to, { readonly: at.readonly });
}

async function fill(
  work: BuildWork,
  snapshot: Pick<ActiveSnapshot, "mounts">,
  entries: readonly LayerEntry[],
): Promise<void> {
  const { context, created, signal } = work;
  const tar = layerTar(entries, { mtime: created, onRead() {} });
  const format = { compression: "none", level: 1 } as const;
  const { descriptor } = await writeLayer(new ContentStore(context), tar, format, signal);
  const mounts = (await snapshot.mounts({ signal })).map((mount) => ({
    ...mount,
    options: mount.options.map((option) => option === "rbind" ? "bind" : option),
  }));
  await applyDiff(context, descriptor, mounts, { signal });
}

/** The folder of a snapshot without a parent, on the daemon's host. */
async function folderOf({ context, snapshotter }: BuildWork, key: string): Promise<string> {
  const { mounts } = await context.api.snapshots.mounts({ snapshotter, key });
  const [mount] = mounts;
  if (mounts.length === 1 && mount?.type === "bind") return mount.source;
  throw new UnsupportedError(
    `Cannot mount files into a build: snapshotter "${snapshotter}" keeps them in no folder`,
    { needed: "a snapshotter such as overlayfs or native", found: mount?.type ?? "no mounts" },
  );
}

/** Cache mounts that one command at a time has, by session and key. */
const turns = new Map<string, Promise<unknown>>();

async function cacheMount(
  work: BuildWork,
  mount: CacheMount,
  cleanUps: (() => Promise<void>)[],
): Promise<Mount> {
  const { context, snapshotter, signal } = work;
  if (!/^[\w./:@+-]{1,200}$/.test(mount.cache)) {
    throw new InvalidArgumentError(
      `Cannot use ${JSON.stringify(mount.cache)} as name of a cache: use up to 200 letters, ` +
        "digits and ./:@+-_",
    );
  }
  const key = MOUNT_KEY + mount.cache;
  const turn = `${context.session.address} ${context.key("build mount", key)}`;
  if (mount.sharing === "locked") {
    const before = turns.get(turn) ?? Promise.resolve();
    const done = Promise.withResolvers<void>();
    const mine = before.then(() => done.promise);
    turns.set(turn, mine);
    cleanUps.push(() => {
      done.resolve();
      if (turns.get(turn) === mine) turns.delete(turn);
      return Promise.resolve();
    });
    await before;
    throwIfAborted(signal, "waiting for a cache mount");
  }
  const labels = { [GC_ROOT_LABEL]: new Date().toISOString(), [MOUNT_LABEL]: mount.cache };
  try {
    await context.api.snapshots.prepare({ snapshotter, key, labels });
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
  }
  const make = new EntryMaker({ mode: mount.mode, uid: mount.uid, gid: mount.gid });
  const snapshots = new Snapshots(context);
  const snapshot = await snapshots.get(key, { snapshotter, signal });
  await fill(work, snapshot as ActiveSnapshot, [make.folder(CONTENT)]);
  return bindMount(await folderOf(work, key) + CONTENT, mount.to);
}

/** A secret's file is on the daemon's host for as long as the command runs. */
async function secretMount(
  work: BuildWork,
  mount: SecretMount,
  env: Record<string, string>,
  cleanUps: (() => Promise<void>)[],
): Promise<Mount | undefined> {
  const { secret, required } = mount;
  const value = work.options.secrets?.[secret];
  if (value === undefined) {
    if (!required) return undefined;
    throw new InvalidArgumentError(
      `Cannot run a command without secret ${JSON.stringify(secret)}: pass it in the build's ` +
        '"secrets"',
    );
  }
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  if (mount.env !== undefined) env[mount.env] = new TextDecoder().decode(bytes);
  if (mount.env !== undefined && mount.to === undefined) return undefined;
  const { host } = work.context.session;
  const folder = await host.makeTempDir("davit-secret-");
  cleanUps.push(() => host.remove(folder));
  const path = `${folder}/secret`;
  await host.createFile(path, bytes);
  return bindMount(path, mount.to ?? `/run/secrets/${secret}`, { readonly: true });
}
