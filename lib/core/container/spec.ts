/**
 * From a plan and an image's configuration to an OCI runtime spec.
 *
 * @module
 */
import { defaultDeviceRules, defaultSpec } from "../../oci/default_spec.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import { processFromImage } from "../../oci/image_to_process.ts";
import { hostPlatform } from "../../oci/platform.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { defaultSeccomp } from "../../oci/seccomp_default.ts";
import { withSeccomp } from "../../oci/spec_security.ts";
import { editProcess, editResources, type SpecOption } from "../../oci/spec_option.ts";
import { withTty, withUser } from "../../oci/spec_process.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import type { ContainerPlan } from "./plan.ts";
import { inTurn, type PlanStep, type StepPlace } from "./step.ts";

/** A change of a spec, and who makes it. */
export interface NamedOption {
  /** `"default"`, `"image"`, or the builder's method. */
  readonly by: string;
  /** The change. */
  readonly edit: SpecOption;
}

/** crun before 1.9 refuses specs that claim a newer version, whatever is in them. */
const OLD_OCI_VERSION = "1.0.2";

/** What the steps of a plan found or made. */
export type StepEdits = ReadonlyMap<PlanStep, SpecOption>;

/** Looks up what the steps of a plan need. Nothing is made. */
export async function findSteps(place: StepPlace): Promise<StepEdits> {
  const found = await Promise.all(
    place.plan.steps.map(async (step) => step.find && [step, await step.find(place)] as const),
  );
  return new Map(found.filter((entry) => entry !== undefined));
}

/** Whose spec it is, and what is known of it. */
export interface SpecPlace {
  /** The container's id. */
  readonly id: string;
  /** containerd's namespace. */
  readonly namespace: string;
  /** The ids of its user. */
  readonly user: ResolvedUser;
  /** What the steps found. */
  readonly edits: StepEdits;
}

/**
 * Builds the spec: containerd's default, then the image's configuration, then the plan.
 *
 * @param plan What was asked for.
 * @param config The image's configuration.
 */
export function buildSpec(plan: ContainerPlan, config: ImageConfig, place: SpecPlace): Spec {
  return specOptions(plan, config, place).reduce(
    (spec, { edit }) => edit(spec),
    defaultSpec(place),
  );
}

/** Who runs it, as the plan or the image names them; empty for root. */
export function userOf(plan: ContainerPlan, config: ImageConfig): string {
  return plan.user ?? config.config?.User ?? "";
}

/** The changes that make a plan's spec from the default one, in their order. */
export function specOptions(
  plan: ContainerPlan,
  config: ImageConfig,
  place: SpecPlace,
): NamedOption[] {
  const { args, env, cwd } = processFromImage(config.config, plan);
  const image = config.config ?? {};
  const { uid, gid, additionalGids } = place.user;
  const process = (by: string, part: Parameters<typeof editProcess>[1]): NamedOption => ({
    by,
    edit: (spec) => editProcess(spec, part),
  });
  const options: NamedOption[] = [
    { by: "default", edit: withDefaultDevices },
    process("image", () => ({
      args: [...image.Entrypoint ?? [], ...image.Cmd ?? []],
      env: [...image.Env ?? []],
      cwd: image.WorkingDir || "/",
    })),
    // PATH, where the image has none.
    process("default", () => ({ env: processFromImage(image, { args: ["-"] }).env })),
  ];
  const { entrypoint, rootfs, umask } = plan;
  if (entrypoint) options.push(process("entrypoint", () => ({ args: [...entrypoint] })));
  options.push(
    process(plan.args ? "command" : "image", () => ({ args })),
    process("env", () => ({ env })),
    process(plan.cwd === undefined ? "image" : "cwd", () => ({ cwd })),
    {
      by: plan.user !== undefined ? "user" : image.User ? "image" : "default",
      edit: withUser({ uid, gid, additionalGids }),
    },
  );
  if (umask !== undefined) {
    options.push(process("umask", ({ user }) => ({ user: { ...user, umask } })));
  }
  if (rootfs !== undefined) {
    options.push({
      by: "rootfs",
      edit: (spec) => ({ ...spec, root: { ...spec.root, path: rootfs } }),
    });
  }
  const { runtimeOptions = {} } = plan;
  if ("binary" in runtimeOptions) {
    options.push({ by: "runtime", edit: (spec) => ({ ...spec, ociVersion: OLD_OCI_VERSION }) });
  }
  if (plan.terminal) options.push({ by: "tty", edit: withTty() });
  for (const step of inTurn([...defaultSteps(plan), ...plan.steps])) {
    const edit = step.edit ?? place.edits.get(step);
    if (edit) options.push({ by: step.by, edit });
  }
  return options;
}

/** Steps that are there unless a plan has its own. */
function defaultSteps(plan: ContainerPlan): PlanStep[] {
  if (plan.steps.some(({ key }) => key === "privileged")) return [];
  return [{
    by: "default",
    shows: "",
    stage: "derived",
    edit: withDefaultSeccomp,
  }];
}

/** containerd's default filter of system calls; the capabilities decide on some of them. */
export const withDefaultSeccomp: SpecOption = (spec) => {
  const capabilities = spec.process?.capabilities?.bounding ?? [];
  const { architecture } = hostPlatform();
  return withSeccomp(defaultSeccomp({ architecture, capabilities }))(spec);
};

/** The devices that every container may use, /dev/null and the like. */
const withDefaultDevices: SpecOption = (spec) =>
  editResources(spec, ({ devices = [] }) => ({ devices: [...devices, ...defaultDeviceRules()] }));
