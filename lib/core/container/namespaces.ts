/**
 * Namespaces of others, that a container joins.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
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
