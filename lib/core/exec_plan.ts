/**
 * What a process that is added to a container is to be.
 *
 * @module
 */
import { ALL_CAPABILITIES } from "../oci/capabilities.ts";
import { mergeEnv } from "../oci/env.ts";
import type { Process } from "../oci/runtime_spec.ts";
import { applySpecOptions, type SpecOption } from "../oci/spec_option.ts";
import {
  withCwd,
  withNoNewPrivileges,
  withProcessArgs,
  withTty,
  withUser,
} from "../oci/spec_process.ts";
import type { ResolvedUser } from "../oci/user.ts";
import type { Context } from "./context.ts";
import { lookUpUserIn } from "./exec_user.ts";

/** What a process that is added to a container is to be. */
export interface ExecPlan {
  /** Program and arguments. */
  readonly args: readonly string[];
  /** Environment variables, over those of the container. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory; the container's by default. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`; the container's by default. */
  readonly user?: string;
  /** Whether it gets a terminal. */
  readonly terminal?: boolean;
  /** Whether it gets every capability. */
  readonly privileged?: boolean;
}

/**
 * The OCI process for a plan: that of the container, changed as Docker's and nerdctl's `exec` do.
 *
 * @throws {NotFoundError} when the container knows no user or group of that name.
 */
export async function execProcess(
  context: Context,
  container: { readonly pid: number },
  base: Process,
  plan: ExecPlan,
): Promise<Process> {
  const user = plan.user === undefined
    ? undefined
    : await lookUpUserIn(context, container.pid, plan.user);
  return buildExecProcess(base, plan, user);
}

/** The part of {@linkcode execProcess} that needs no container. */
export function buildExecProcess(
  base: Process,
  plan: ExecPlan,
  user: ResolvedUser | undefined,
): Process {
  const options: SpecOption[] = [withProcessArgs(...plan.args)];
  if (plan.cwd !== undefined) options.push(withCwd(plan.cwd));
  if (user) options.push(withUser(user));
  if (plan.privileged) options.push(withNoNewPrivileges(false), withEverything);
  const { terminal: _terminal, consoleSize: _size, ...rest } = base;
  const env = mergeEnv(rest.env ?? [], plan.env);
  if (plan.terminal) options.push(withTty());
  const spec = applySpecOptions({ ociVersion: "", process: { ...rest, env } }, ...options);
  return spec.process ?? base;
}

/** Every capability, and no profile that would take them away. */
const withEverything: SpecOption = (spec) => {
  const { apparmorProfile: _profile, ...process } = spec.process ??
    { user: { uid: 0, gid: 0 }, cwd: "/" };
  const all = [...ALL_CAPABILITIES];
  return {
    ...spec,
    process: { ...process, capabilities: { bounding: all, effective: all, permitted: all } },
  };
};
