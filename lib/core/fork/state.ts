/**
 * Saved states of a container's files: layers in the content store that the container's labels keep,
 * for as long as it is there.
 *
 * @module
 */
import { NotFoundError } from "../../errors/errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import { type Digest, parseDigest } from "../../oci/digest.ts";
import { OCI } from "../../oci/media_types.ts";
import { checkIdentifier } from "../../oci/names.ts";
import { setLabels } from "../container/restart_policy.ts";
import { ContentStore } from "../content/content.ts";
import type { Context } from "../context.ts";
import { underLease } from "../lease/leases.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { PENDING_LABEL } from "./labels.ts";
import { removeSnapshot } from "../snapshot/snapshot.ts";
import {
  type FilesOf,
  filesOf,
  filesToReplace,
  parentLabels,
  putDelta,
  recordWithFiles,
  takeDelta,
} from "./delta.ts";

/** A saved state of a container's files. */
export interface ContainerSnapshot {
  /** Its name. */
  readonly name: string;
  /** The layer with what the files differed in from the image. */
  readonly digest: Digest;
  /** The layer's size in bytes. */
  readonly sizeBytes: number;
  /** When it was saved. */
  readonly createdAt: Date | undefined;
}

/** The collector keeps what such a label of a container names. */
const REF_LABEL = "containerd.io/gc.ref.content.davit-state.";
const TIME_LABEL = "davit/state.";

/** Saves the files of a container. One of that name is replaced. */
export async function saveState(
  context: Context,
  id: string,
  name: string,
  options: { pause?: boolean | undefined; signal?: AbortSignal | undefined },
): Promise<ContainerSnapshot> {
  checkIdentifier(name, "name of a snapshot");
  return await underLease(context, async (leased) => {
    const files = await filesOf(leased, id, "save the files of", options.signal);
    const { digest, size } = await takeDelta(leased, files, options);
    const createdAt = new Date();
    await setLabels(context, id, {
      [REF_LABEL + name]: digest,
      [TIME_LABEL + name]: createdAt.toISOString(),
      ...parentLabels(files),
    });
    return { name, digest, sizeBytes: size, createdAt };
  });
}

/** The saved states of a container, the oldest first. */
export async function listStates(
  context: Context,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ContainerSnapshot[]> {
  const { message: { labels } } = await recordWithFiles(
    context,
    id,
    "look at the snapshots of",
    signal,
  );
  const store = new ContentStore(context);
  const names = Object.keys(labels).filter((key) => key.startsWith(REF_LABEL));
  const found = await Promise.all(names.map(async (key) => {
    const name = key.slice(REF_LABEL.length);
    const { digest, sizeBytes } = await store.info(labels[key]!, { signal });
    const time = labels[TIME_LABEL + name];
    return { name, digest, sizeBytes, createdAt: time ? new Date(time) : undefined };
  }));
  return found.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

/** Lets a saved state go. One that is gone is fine. */
export async function forgetState(context: Context, id: string, name: string): Promise<void> {
  checkIdentifier(name, "name of a snapshot");
  await setLabels(context, id, { [REF_LABEL + name]: "", [TIME_LABEL + name]: "" });
}

/** The layer of a saved state. @throws {NotFoundError} when there is none. */
export async function stateOf(
  context: Context,
  files: FilesOf,
  name: string,
): Promise<Descriptor> {
  const { labels, id } = files.message;
  const digest = labels[REF_LABEL + name];
  const names = Object.keys(labels).filter((key) => key.startsWith(REF_LABEL))
    .map((key) => `"${key.slice(REF_LABEL.length)}"`).sort();
  if (!digest) {
    throw new NotFoundError(
      `Cannot find snapshot "${name}" of container "${id}": it has ${names.join(", ") || "none"}`,
    );
  }
  const { sizeBytes } = await new ContentStore(context).info(digest);
  return { mediaType: OCI.layer, digest: parseDigest(digest), size: sizeBytes };
}

/** Keeps what is being put into a container's place, until it is there; see {@linkcode PENDING_LABEL}. */
const PENDING_REF_LABEL = "containerd.io/gc.ref.content.davit-pending";

/**
 * Gives a container that does not run other files. What is to be put there is in the store already,
 * and the container's labels keep it and say onto what, so that this is done again should it be
 * broken off: with {@linkcode filesToReplace}, or by a sweep.
 *
 * @param context With a lease.
 */
export async function replaceFiles(
  context: Context,
  files: FilesOf,
  delta: Descriptor,
): Promise<void> {
  const { message, key, snapshotter } = files;
  // Proves that it can be unpacked before what is there goes.
  const draft = { ...files, key: `davit-draft-${crypto.randomUUID()}` };
  await putDelta(context, draft, delta, {});
  await removeSnapshot(context, draft);
  const owner = message.labels[OWNER_LABEL];
  await setLabels(context, message.id, {
    ...parentLabels(files),
    [PENDING_REF_LABEL]: delta.digest,
    [PENDING_LABEL]: context.session.owner,
  });
  await removeSnapshot(context, { key, snapshotter });
  await putDelta(context, files, delta, owner ? { [OWNER_LABEL]: owner } : {});
  await setLabels(context, message.id, { [PENDING_REF_LABEL]: "", [PENDING_LABEL]: "" });
}

/** Replaces a container's files when a script was killed that was about to. */
export async function finishReplacement(context: Context, id: string): Promise<void> {
  await underLease(context, async (leased) => {
    const files = await filesToReplace(leased, id, "replace the files of", undefined);
    const digest = files.message.labels[PENDING_REF_LABEL];
    if (!digest) return;
    const { sizeBytes: size } = await new ContentStore(context).info(digest);
    const delta = { mediaType: OCI.layer, digest: parseDigest(digest), size };
    await replaceFiles(leased, files, delta);
  });
}
