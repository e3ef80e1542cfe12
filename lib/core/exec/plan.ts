/**
 * What a process that is added to a container is to be.
 *
 * @module
 */
import type { Capability } from "../../oci/capabilities.ts";
import { mergeEnv } from "../../oci/env.ts";
import type { Process } from "../../oci/runtime_spec.ts";
import { applySpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { withCwd, withProcessArgs, withTty, withUser } from "../../oci/spec_process.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import type { Context } from "../context.ts";
import { givableCapabilities } from "./capabilities.ts";
import { lookUpUserIn } from "./user.ts";

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
  /** Whether it gets every capability that can be given. */
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
  const [user, capabilities] = await Promise.all([
    plan.user === undefined ? undefined : lookUpUserIn(context, container.pid, plan.user),
    plan.privileged ? givableCapabilities(context.session.host) : undefined,
  ]);
  return buildExecProcess(base, plan, { user, capabilities });
}

/**
 * The part of {@linkcode execProcess} that needs no container.
 *
 * @param found The ids of the plan's user; the capabilities of a privileged process.
 */
export function buildExecProcess(
  base: Process,
  plan: ExecPlan,
  found: { readonly user?: ResolvedUser; readonly capabilities?: readonly Capability[] },
): Process {
  const options: SpecOption[] = [withProcessArgs(...plan.args)];
  if (plan.cwd !== undefined) options.push(withCwd(plan.cwd));
  if (found.user) options.push(withUser(found.user));
  const { terminal: _terminal, consoleSize: _size, ...rest } = base;
  const env = mergeEnv(rest.env ?? [], plan.env);
  if (plan.terminal) options.push(withTty());
  const spec = applySpecOptions({ ociVersion: "", process: { ...rest, env } }, ...options);
  const process = spec.process ?? base;
  if (!found.capabilities) return process;
  const all = [...found.capabilities];
  const { apparmorProfile: _profile, noNewPrivileges: _none, ...privileged } = process;
  return { ...privileged, capabilities: { bounding: all, effective: all, permitted: all } };
}
