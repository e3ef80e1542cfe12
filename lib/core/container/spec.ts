/**
 * From a plan and an image's configuration to an OCI runtime spec.
 *
 * @module
 */
import { defaultDeviceRules, defaultSpec } from "../../oci/default_spec.ts";
import type { ImageConfig } from "../../oci/image_config.ts";
import { type ImageProcess, processFromImage } from "../../oci/image_to_process.ts";
import { hostPlatform } from "../../oci/platform.ts";
import type { Mount, Spec } from "../../oci/runtime_spec.ts";
import { applySpecOptions, editResources, type SpecOption } from "../../oci/spec_option.ts";
import { bindMount, tmpfsMount, withMounts, withReadonlyRootfs } from "../../oci/spec_mounts.ts";
import { withCwd, withEnv, withProcessArgs, withTty, withUser } from "../../oci/spec_process.ts";
import { withResources } from "../../oci/spec_resources.ts";
import { withSeccomp } from "../../oci/spec_security.ts";
import { defaultSeccomp } from "../../oci/seccomp_default.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import type { ContainerPlan, MountOptions } from "./plan.ts";

/**
 * Builds the spec: containerd's default, then the image's configuration, then the plan.
 *
 * @param plan What was asked for.
 * @param config The image's configuration.
 * @param where The container's id and namespace, and how to find the ids of a user.
 * @returns The spec, and the user as it is named by plan or image.
 */
export function buildSpec(
  plan: ContainerPlan,
  config: ImageConfig,
  where: { id: string; namespace: string; userOf?: (user: string) => ResolvedUser },
): { spec: Spec; user: string } {
  const process: ImageProcess = processFromImage(config.config, plan);
  const options: SpecOption[] = [
    withDefaultDevices,
    withProcessArgs(...process.args),
    withEnv(process.env),
    withCwd(process.cwd),
    withMounts(...plan.mounts.map(mountOf)),
    withUser(where.userOf?.(process.user) ?? { uid: 0, gid: 0 }),
    withDefaultSeccomp,
    withResources({ memory: plan.memoryBytes, cpus: plan.cpus, pids: plan.pids }),
  ];
  const { hostname } = plan;
  if (hostname !== undefined) options.push((spec) => ({ ...spec, hostname }));
  if (plan.terminal) options.push(withTty());
  if (plan.readonlyRootfs) options.push(withReadonlyRootfs());
  options.push(...plan.edits);
  return { spec: applySpecOptions(defaultSpec(where), ...options), user: process.user };
}

/** containerd's default filter of system calls; the capabilities decide on some of them. */
const withDefaultSeccomp: SpecOption = (spec) => {
  const capabilities = spec.process?.capabilities?.bounding ?? [];
  const { architecture } = hostPlatform();
  return withSeccomp(defaultSeccomp({ architecture, capabilities }))(spec);
};

/** The devices that every container may use, /dev/null and the like. */
const withDefaultDevices: SpecOption = (spec) =>
  editResources(spec, ({ devices = [] }) => ({ devices: [...devices, ...defaultDeviceRules()] }));

function mountOf(mount: MountOptions): Mount {
  if ("tmpfs" in mount) {
    return tmpfsMount(mount.to, mount.tmpfs === true ? {} : { size: mount.tmpfs });
  }
  return bindMount(mount.bind, mount.to, { readonly: mount.readonly ?? false });
}
