/**
 * Makes a container's record and its writable snapshot from a plan.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { JSON_TYPES, packSpec } from "../../api/any.ts";
import { AlreadyExistsError, NotFoundError } from "../../errors/errors.ts";
import type { ContainerSchema } from "../../gen/containerd/services/containers_pb.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import { checkIdentifier, checkLabels, isReservedLabel } from "../../oci/names.ts";
import type { Spec, User } from "../../oci/runtime_spec.ts";
import { withUser } from "../../oci/spec_process.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { discardContainer } from "./discard.ts";
import type { ContainerPlan } from "./plan.ts";
import { makeSteps } from "./make_steps.ts";
import { buildSpec, findSteps } from "./spec.ts";
import type { Context } from "../context.ts";
import { runtimeOf, snapshotterOf } from "../defaults.ts";
import { HEALTHCHECK_LABEL } from "../health/config.ts";
import type { Image } from "../image/image.ts";
import type { ResolvedImage } from "../image/resolve.ts";
import { Images } from "../image/images.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { imageVolumeSteps } from "../volume/step.ts";
import { guessUser, lookUpUser } from "./user_lookup.ts";

/** The label with the signal that asks a container to stop, as the Go client writes it. */
export const STOP_SIGNAL_LABEL = "io.containerd.image.config.stop-signal";

/** A container without a task. */
export interface MadeContainer {
  /** Its id. */
  readonly id: string;
  /** What its process is. */
  readonly argv: readonly string[];
  /** The finished spec. */
  readonly spec: Spec;
  /** Its snapshot. */
  readonly snapshotter: string;
  /** The mounts that make up its root file system. */
  readonly mounts: readonly Mount[];
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A random container id. */
export function randomId(): string {
  return `davit-${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

/**
 * Makes a container. When it fails, nothing of it is left.
 *
 * The record comes first: it keeps the snapshot that it names from the garbage collector from the
 * moment that the snapshot exists, so that no lease is needed in between.
 *
 * @throws {NotFoundError} when there is no such image.
 * @throws {AlreadyExistsError} when the id is taken.
 */
export async function createContainer(
  context: Context,
  described: ContainerPlan,
  signal?: AbortSignal,
): Promise<MadeContainer> {
  const id = described.id === undefined
    ? randomId()
    : checkIdentifier(described.id, "container id");
  checkLabels(described.labels);
  await context.session.settled(context.key("container", id));
  const [[image, resolved], snapshotter, runtime] = await Promise.all([
    resolveImage(context, described, signal),
    snapshotterOf(context, described),
    runtimeOf(context, described),
  ]);
  const plan = withImageVolumes(described, resolved);
  const place = { context, id, plan, signal };
  const found = await findSteps(place);
  throwIfAborted(signal, `creating container "${id}"`);
  await using made = await makeSteps(place);
  const provisional = buildSpec(plan, resolved.config, {
    id,
    namespace: context.namespace,
    userOf: (user) => guessUser(context, user, resolved.chainId),
    edits: new Map([...found, ...made.edits]),
  });
  const stopSignal = resolved.config.config?.StopSignal;
  const healthcheck = resolved.config.config?.Healthcheck;
  const labels: Record<string, string> = {
    ...imageLabels(resolved),
    ...(stopSignal ? { [STOP_SIGNAL_LABEL]: stopSignal } : {}),
    ...(healthcheck ? { [HEALTHCHECK_LABEL]: JSON.stringify(healthcheck) } : {}),
    ...made.labels,
    ...plan.labels,
    ...(plan.kept ? {} : { [OWNER_LABEL]: context.session.owner }),
  };
  const container = {
    id,
    image: image.name,
    labels,
    runtime: { name: runtime },
    spec: packSpec(JSON_TYPES.spec, provisional.spec),
    snapshotter,
    snapshotKey: id,
    sandbox: plan.sandbox ?? "",
  };
  throwIfAborted(signal, `creating container "${id}"`);
  await createRecord(context, container);
  try {
    const mounts = await prepare(context, image, resolved, { id, snapshotter, labels }, signal);
    const user = await lookUpUser(context, provisional.user, { mounts, chainId: resolved.chainId });
    let { spec } = provisional;
    if (!sameUser(user, spec.process?.user)) {
      spec = withUser(user)(spec);
      await context.api.containers.update({
        container: { id, spec: packSpec(JSON_TYPES.spec, spec) },
        updateMask: { paths: ["spec"] },
      }, { timeoutMs: CHANGE_TIMEOUT_MS });
    }
    throwIfAborted(signal, `creating container "${id}"`);
    made.keep();
    return { id, argv: spec.process?.args ?? [], spec, snapshotter, mounts, labels };
  } catch (error) {
    await discardContainer(context, { id, snapshotter }).catch(
      () => {/* the first error counts */},
    );
    throw error;
  }
}

/** Makes the record. A container of that id that a dead script left is swept away first. */
async function createRecord(
  context: Context,
  container: { id: string } & MessageInitShape<typeof ContainerSchema>,
): Promise<void> {
  const create = () =>
    context.api.containers.create({ container }, { timeoutMs: CHANGE_TIMEOUT_MS });
  try {
    await create();
  } catch (error) {
    if (!(error instanceof AlreadyExistsError)) throw error;
    const { sweep } = await import("../session/sweep.ts");
    const { containers } = await sweep(context);
    if (containers.includes(container.id)) return void await create();
    throw new AlreadyExistsError(
      `Cannot create container "${container.id}" in namespace "${context.namespace}": it exists; ` +
        "remove it first, or choose another name",
      { cause: error },
    );
  }
}

/** The plan with the volumes that the image asks for, where nothing is mounted. */
function withImageVolumes(plan: ContainerPlan, { config }: ResolvedImage): ContainerPlan {
  const taken = plan.steps.flatMap(({ at }) => at ?? []);
  const added = imageVolumeSteps(config.config?.Volumes, taken);
  return added.length === 0 ? plan : { ...plan, steps: [...plan.steps, ...added] };
}

async function resolveImage(
  context: Context,
  plan: ContainerPlan,
  signal: AbortSignal | undefined,
): Promise<[Image, ResolvedImage]> {
  const { image } = plan;
  if (image === undefined) throw new NotFoundError("Cannot create a container without an image");
  const found = typeof image === "string"
    ? await new Images(context).get(image, { signal })
    : image;
  return [found, await found.resolve({ signal })];
}

async function prepare(
  context: Context,
  image: Image,
  resolved: ResolvedImage,
  options: { id: string; snapshotter: string; labels: Record<string, string> },
  signal: AbortSignal | undefined,
): Promise<Mount[]> {
  const { id, snapshotter, labels } = options;
  const owner = labels[OWNER_LABEL];
  const own: Record<string, string> = owner ? { [OWNER_LABEL]: owner } : {};
  const request = { snapshotter, key: id, parent: resolved.chainId ?? "", labels: own };
  const prepared = async () => {
    throwIfAborted(signal, `creating container "${id}"`);
    const timeoutMs = CHANGE_TIMEOUT_MS;
    return (await context.api.snapshots.prepare(request, { timeoutMs })).mounts;
  };
  try {
    return await prepared();
  } catch (error) {
    if (!(error instanceof NotFoundError) || resolved.chainId === undefined) throw error;
    await image.unpack({ snapshotter, signal });
    return await prepared();
  }
}

function sameUser(user: ResolvedUser, other: User | undefined): boolean {
  const gids = (list: readonly number[] | undefined) => (list ?? []).join();
  return user.uid === other?.uid && user.gid === other.gid &&
    gids(user.additionalGids) === gids(other.additionalGids);
}

/** The image's own labels, without those that containerd acts on. */
function imageLabels(resolved: ResolvedImage): Record<string, string> {
  const labels = resolved.config.config?.Labels ?? {};
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !isReservedLabel(key)));
}
