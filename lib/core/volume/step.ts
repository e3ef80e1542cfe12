/**
 * Volumes of containers: made when the container is, if they are not there, and filled with what
 * the image has at that place.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { bindMount, withMounts } from "../../oci/spec_mounts.ts";
import { cleanPath, type PlanStep, type StepMade, type StepPlace } from "../container/step.ts";
import { OWNER_LABEL } from "../session/owner.ts";
import { ANONYMOUS_LABEL, checkName, randomVolumeName } from "./name.ts";

/** A volume, seen inside. */
export interface VolumeMount {
  /**
   * Its name: one of that name is made if there is none. `true` for one without a name, which goes
   * with the container.
   */
  readonly volume: string | true;
  /** Where: an absolute path inside. */
  readonly to: string;
  /** Whether it cannot be written to inside; `false` by default. */
  readonly readonly?: boolean;
  /**
   * Whether a volume that is still empty gets what the image has at this place, as with Docker and
   * nerdctl; `true` by default.
   */
  readonly copyUp?: boolean;
}

/** The step of a builder's plan that mounts a volume. */
export function volumeStep(mount: VolumeMount): PlanStep {
  const { volume, to, readonly = false } = mount;
  const name = volume === true ? undefined : checkName(volume);
  return {
    by: "mount",
    shows: `volume ${name ?? "without a name"} on ${to}${readonly ? ", read-only" : ""}`,
    at: to,
    make: (place, labels) => makeVolume(place, labels, mount, name),
  };
}

/**
 * Checks the places of an image's volumes and makes steps of those that nothing is mounted at.
 *
 * @param volumes The image's `Volumes`.
 * @param taken Places that something is mounted at.
 */
export function imageVolumeSteps(
  volumes: Readonly<Record<string, unknown>> | undefined,
  taken: readonly string[],
): PlanStep[] {
  const used = new Set(taken.map(cleanPath));
  return Object.keys(volumes ?? {}).map(cleanPath).filter((to) => !used.has(to)).map((to) => {
    if (["/", "/dev", "/proc", "/sys"].includes(to)) {
      throw new InvalidArgumentError(`Cannot mount a volume at "${to}", as the image asks`);
    }
    return { ...volumeStep({ volume: true, to }), by: "image" };
  });
}

async function makeVolume(
  place: StepPlace,
  labels: Readonly<Record<string, string>>,
  mount: VolumeMount,
  name: string | undefined,
): Promise<StepMade> {
  const { context, plan, signal } = place;
  const { to, readonly = false, copyUp = true } = mount;
  const [{ VolumeStore }, { anonymousVolumes, mountLabels, mountsOf }] = await Promise.all([
    import("./store.ts"),
    import("./use.ts"),
  ]);
  const store = new VolumeStore(context);
  const own: Record<string, string> = name !== undefined
    ? {}
    : { [ANONYMOUS_LABEL]: "", ...plan.kept ? {} : { [OWNER_LABEL]: context.session.owner } };
  const { record, created } = await store.ensure(name ?? randomVolumeName(), own, signal);
  const undo = async () => {
    if (created) await store.remove([record.name], () => true);
  };
  try {
    if (copyUp) {
      const { fillFromImage } = await import("./copy_up.ts");
      await fillFromImage(place, record.path, to);
    }
  } catch (error) {
    await undo().catch(() => {/* the first error counts */});
    throw error;
  }
  const told = mountLabels([...mountsOf(labels), {
    Type: "volume",
    Name: record.name,
    Source: record.path,
    Destination: to,
    Driver: "local",
    Mode: readonly ? "ro" : "",
    RW: !readonly,
    Propagation: "",
  }]);
  return {
    edit: withMounts(bindMount(record.path, to, { readonly })),
    labels: name !== undefined ? told : {
      ...told,
      [ANONYMOUS_LABEL]: JSON.stringify([...anonymousVolumes(labels), record.name]),
    },
    undo,
  };
}
