/**
 * Makes a container's record and its writable snapshot from a plan.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { JSON_TYPES, packSpec } from "../../api/any.ts";
import { AlreadyExistsError, InvalidArgumentError, NotFoundError } from "../../errors/errors.ts";
import type { ContainerSchema } from "../../gen/containerd/services/containers_pb.ts";
import type { Mount } from "../../gen/containerd/types/mount_pb.ts";
import { checkIdentifier, checkLabels, isReservedLabel } from "../../oci/names.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import { discardContainer } from "./discard.ts";
import type { ContainerPlan } from "./plan.ts";
import type { RuntimeSettings } from "./runtime_settings.ts";
import type { MadeSteps } from "./make_steps.ts";
import type { DescribedSpec } from "./described_spec.ts";
import { STOP_SIGNAL_LABEL } from "./labels.ts";
import { checkRootfs, folderMount, prepareRootfs } from "./rootfs.ts";
import { buildSpec, findSteps, userOf } from "./spec.ts";
import { expandSteps, type StepPlace } from "./step.ts";
import type { Context } from "../context.ts";
import { runtimeOf, snapshotterOf } from "../defaults.ts";
import { HEALTHCHECK_LABEL } from "../health/config.ts";
import type { Image } from "../image/image.ts";
import { Images } from "../image/images.ts";
import type { ResolvedImage } from "../image/resolve.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { imageVolumeSteps } from "../volume/step.ts";
import { guessUser, lookUpUser } from "./user_lookup.ts";

/** What is known of a folder of the host that no image is given for. */
const NO_IMAGE: ImageConfig = {
  os: "linux",
  architecture: "",
  rootfs: { type: "layers", diff_ids: [] },
};

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
  const [base, snapshotter, runtime] = await Promise.all([
    baseOf(context, described, signal),
    snapshotterOf(context, described),
    runtimeOf(context, described),
  ]);
  const config = base.resolved?.config ?? NO_IMAGE;
  const chainId = base.resolved?.chainId;
  const expanded = await expandSteps({ context, id, plan: described, signal });
  const plan = withImageVolumes(expanded, config);
  const place = { context, id, plan, signal };
  const found = await findSteps(place);
  throwIfAborted(signal, `creating container "${id}"`);
  await using made = await madeOf(place);
  const request = { user: userOf(plan, config), groups: plan.groups ?? [] };
  const guess = guessUser(context, request, chainId);
  const edits = new Map([...found, ...made.edits]);
  const build = (user: ResolvedUser) =>
    buildSpec(plan, config, { id, namespace: context.namespace, user, edits });
  let spec = build(guess);
  const labels: Record<string, string> = {
    ...imageLabels(config),
    ...await stepLabels(plan, spec),
    ...made.labels,
    ...plan.labels,
    ...(plan.kept ? {} : { [OWNER_LABEL]: context.session.owner }),
  };
  const container = {
    id,
    image: base.image?.name ?? "",
    labels,
    runtime: {
      name: runtime,
      ...(plan.runtimeOptions && { options: await packedOptions(plan.runtimeOptions) }),
    },
    spec: packSpec(JSON_TYPES.spec, spec),
    snapshotter: plan.rootfs === undefined ? snapshotter : "",
    snapshotKey: plan.rootfs === undefined ? id : "",
    sandbox: plan.sandbox ?? "",
    extensions: plan.extensions ?? {},
  };
  throwIfAborted(signal, `creating container "${id}"`);
  await createRecord(context, container);
  try {
    const mounts = plan.rootfs === undefined
      ? await prepareRootfs(context, {
        id,
        ...imageBase(base),
        snapshotter,
        platform: plan.platform,
        labels: plan.kept ? {} : { [OWNER_LABEL]: context.session.owner },
        idMaps: plan.idMaps,
      }, signal)
      : [];
    const rootfs = plan.rootfs === undefined
      ? { mounts, chainId }
      : { mounts: [folderMount(plan.rootfs)], chainId: undefined };
    const user = await lookUpUser(context, request, rootfs);
    if (!sameUser(user, guess)) {
      spec = build(user);
      await context.api.containers.update({
        container: { id, spec: packSpec(JSON_TYPES.spec, spec) },
        updateMask: { paths: ["spec"] },
      }, { timeoutMs: CHANGE_TIMEOUT_MS });
    }
    throwIfAborted(signal, `creating container "${id}"`);
    made.keep();
    const argv = spec.process?.args ?? [];
    return { id, argv, spec, snapshotter: container.snapshotter, mounts, labels };
  } catch (error) {
    await discardContainer(context, { id, snapshotter: container.snapshotter }).catch(
      () => {/* the first error counts */},
    );
    throw error;
  }
}

/** What steps have made, where there are such; most containers have none. */
async function madeOf(place: StepPlace): Promise<MadeSteps> {
  if (place.plan.steps.some(({ make }) => make)) {
    const { makeSteps } = await import("./make_steps.ts");
    return await makeSteps(place);
  }
  return {
    edits: new Map(),
    labels: {},
    keep: () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What a plan starts from: an image, a folder of the host, or both. */
interface RootfsBase {
  readonly image?: Image | undefined;
  readonly resolved?: ResolvedImage | undefined;
}

async function baseOf(
  context: Context,
  plan: ContainerPlan,
  signal: AbortSignal | undefined,
): Promise<RootfsBase> {
  if (plan.rootfs !== undefined) await checkRootfs(context, plan.rootfs);
  const image = await imageOf(context, plan, signal);
  const resolved = await image?.resolve({ platform: plan.platform, signal });
  if (plan.rootfs === undefined) imageBase({ image, resolved });
  return { image, resolved };
}

/** The image of a plan; pulled as its policy says. */
async function imageOf(
  context: Context,
  plan: ContainerPlan,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  const { image, pull = { policy: "never", options: {} } } = plan;
  if (typeof image !== "string") return image;
  const images = new Images(context);
  const platform = plan.platform && { platform: plan.platform };
  const pulled = () => images.pull(image, { signal, ...platform, ...pull.options });
  if (pull.policy === "always") return await pulled();
  try {
    return await images.get(image, { signal });
  } catch (error) {
    if (pull.policy === "never" || !(error instanceof NotFoundError)) throw error;
    return await pulled();
  }
}

function imageBase({ image, resolved }: RootfsBase): { image: Image; resolved: ResolvedImage } {
  if (image && resolved) return { image, resolved };
  throw new InvalidArgumentError(
    "Cannot create a container without an image; give one, or a folder by rootfs()",
  );
}

/** The plan's own image, as it is without making a container. */
export async function describePlan(
  context: Context,
  described: ContainerPlan,
  signal?: AbortSignal,
): Promise<DescribedSpec> {
  const { resolved } = await baseOf(context, described, signal);
  const config = resolved?.config ?? NO_IMAGE;
  const id = described.id ?? "davit-spec";
  const expanded = await expandSteps({ context, id, plan: described, signal });
  const plan = withImageVolumes(expanded, config);
  const edits = await findSteps({ context, id, plan, signal });
  const request = { user: userOf(plan, config), groups: plan.groups ?? [] };
  const user = guessUser(context, request, resolved?.chainId);
  const { describeSpec } = await import("./described_spec.ts");
  return describeSpec(plan, config, { id, namespace: context.namespace, user, edits });
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
function withImageVolumes(plan: ContainerPlan, { config }: ImageConfig): ContainerPlan {
  const taken = plan.steps.flatMap(({ at }) => at ?? []);
  const added = imageVolumeSteps(config?.Volumes, taken);
  return added.length === 0 ? plan : { ...plan, steps: [...plan.steps, ...added] };
}

function sameUser(user: ResolvedUser, other: ResolvedUser): boolean {
  return user.uid === other.uid && user.gid === other.gid &&
    user.additionalGids.join() === other.additionalGids.join();
}

/** What comes of an image's configuration: its own labels, without those that containerd acts on. */
function imageLabels({ config = {} }: ImageConfig): Record<string, string> {
  const own = Object.entries(config.Labels ?? {}).filter(([key]) => !isReservedLabel(key));
  return {
    ...Object.fromEntries(own),
    ...(config.StopSignal ? { [STOP_SIGNAL_LABEL]: config.StopSignal } : {}),
    ...(config.Healthcheck ? { [HEALTHCHECK_LABEL]: JSON.stringify(config.Healthcheck) } : {}),
  };
}

async function stepLabels(plan: ContainerPlan, spec: Spec): Promise<Record<string, string>> {
  const all = await Promise.all(plan.steps.map(({ labels }) => labels?.(spec)));
  return Object.assign({}, ...all);
}

async function packedOptions(settings: RuntimeSettings): Promise<Any> {
  const { packSettings } = await import("./runtime_settings.ts");
  return packSettings(settings);
}
