/**
 * Namespaces of others, that a container joins.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError, UnsupportedError } from "../../errors/errors.ts";
import { runtimeOf } from "../defaults.ts";
import { Tasks } from "../task/tasks.ts";
import type { NamespaceName } from "./options/namespaces.ts";
import type { StepPlace } from "./step.ts";

/** The names of a process's namespaces below `/proc/PID/ns`. */
const FILES: Readonly<Record<NamespaceName, string>> = {
  pid: "pid",
  network: "net",
  mount: "mnt",
  ipc: "ipc",
  uts: "uts",
  user: "user",
  cgroup: "cgroup",
  time: "time",
};

/**
 * The path of a namespace to join.
 *
 * @throws {NotFoundError} when there is no such container or path.
 * @throws {FailedPreconditionError} when the container does not run.
 */
export async function findNamespace(
  { context, signal }: StepPlace,
  type: NamespaceName,
  from: { readonly container: string } | { readonly path: string },
): Promise<string> {
  if ("path" in from) {
    if (await context.session.host.lstat(from.path)) return from.path;
    throw new NotFoundError(
      `Cannot join ${type} namespace "${from.path}": it does not exist on ${context.session.host.name}`,
    );
  }
  const refused = `Cannot join the ${type} namespace of container "${from.container}": `;
  try {
    const { pid } = await new Tasks(context).get(from.container, { signal });
    if (pid !== undefined) return `/proc/${pid}/ns/${FILES[type]}`;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const known = await context.api.containers.get({ id: from.container }, { signal })
      .then(() => true, () => false);
    if (!known) {
      throw new NotFoundError(
        `${refused}there is none in namespace "${context.namespace}"`,
        { cause: error },
      );
    }
  }
  throw new FailedPreconditionError(`${refused}it does not run; start it first`);
}

/**
 * Checks that the runtime has time namespaces, where the daemon can tell; else the runtime does.
 *
 * @throws {UnsupportedError} when it has none.
 */
export async function checkTimeNamespace({ context, plan }: StepPlace): Promise<void> {
  const runtime = await runtimeOf(context, plan);
  // What a daemon tells is of its own runc, not of another binary.
  if (plan.runtimeOptions && "binary" in plan.runtimeOptions) return;
  const { runtimeFeatures } = await import("../features/runtime.ts");
  let linux: unknown;
  try {
    linux = (await runtimeFeatures(context.session, runtime)).features?.linux;
  } catch (error) {
    if (error instanceof UnsupportedError) return;
    throw error;
  }
  const known: unknown = typeof linux === "object" && linux && Reflect.get(linux, "namespaces");
  if (!Array.isArray(known) || known.includes("time")) return;
  throw new UnsupportedError(
    `Cannot give the container clocks of its own: runtime "${runtime}" has no time namespaces`,
    { needed: "runc 1.2 or crun 1.8", found: runtime },
  );
}
