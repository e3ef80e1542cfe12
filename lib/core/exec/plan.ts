/**
 * What a process that is added to a container is to be.
 *
 * @module
 */
import type { Capability } from "../../oci/capabilities.ts";
import { mergeEnv } from "../../oci/env.ts";
import type { Process, Spec } from "../../oci/runtime_spec.ts";
import { applySpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { withCwd, withProcessArgs, withTty, withUser } from "../../oci/spec_process.ts";
import type { ResolvedUser } from "../../oci/user.ts";
import type { Context } from "../context.ts";

/** What a process that is added to a container is to be. */
export interface ExecPlan {
  /** Program and arguments. */
  readonly args: readonly string[];
  /** Environment variables, over those of the container. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory; the container's by default. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`; the container's by default. */
  readonly user?: string;
  /** Further groups, names or numbers. */
  readonly groups?: readonly string[];
  /** The rest, in the order of the calls. */
  readonly edits?: readonly SpecOption[];
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
    execUser(context, container.pid, base, plan),
    plan.privileged ? givable(context) : undefined,
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
  const edits = plan.edits ?? [];
  return applySpecOptions(
    found.capabilities ? privileged(spec, found.capabilities) : spec,
    ...edits,
  )
    .process ?? base;
}

function privileged(spec: Spec, capabilities: readonly Capability[]): Spec {
  const all = [...capabilities];
  const { apparmorProfile: _profile, noNewPrivileges: _none, ...rest } = spec.process ?? ROOT;
  const process = { ...rest, capabilities: { bounding: all, effective: all, permitted: all } };
  return { ...spec, process };
}

const ROOT: Process = { user: { uid: 0, gid: 0 }, cwd: "/" };

async function givable(context: Context): Promise<readonly Capability[]> {
  const { givableCapabilities } = await import("./capabilities.ts");
  return await givableCapabilities(context.session.host);
}

/** The ids of the plan's user; `undefined` where it is the container's own. */
async function execUser(
  context: Context,
  pid: number,
  base: Process,
  { user, groups = [] }: ExecPlan,
): Promise<ResolvedUser | undefined> {
  if (user === undefined && groups.length === 0) return undefined;
  const { lookUpUserIn } = await import("./user.ts");
  if (user !== undefined) return await lookUpUserIn(context, pid, user, groups);
  const { uid, gid, additionalGids = [] } = base.user;
  const found = await lookUpUserIn(context, pid, `${uid}:${gid}`, groups);
  return { ...found, additionalGids: [...new Set([...additionalGids, ...found.additionalGids])] };
}
