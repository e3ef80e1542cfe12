/**
 * Names of containers, which are labels: containerd itself knows ids only.
 *
 * @module
 */
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import type { Container as ContainerMessage } from "../../gen/containerd/services/containers_pb.ts";
import { formatFilter, labelFilter } from "../../oci/filter.ts";
import type { Context } from "../context.ts";
import { NAME_LABEL } from "./handle.ts";
import { listContainers } from "./list.ts";

/** The beginning of an id of 64 digits, as tools print it. */
const SHORT_ID = /^[0-9a-f]{12,63}$/;

/**
 * Finds the record of a container by id, by name, or by the first 12 or more digits of an id of 64.
 *
 * @throws {NotFoundError} when there is none.
 * @throws {FailedPreconditionError} when there are several.
 */
export async function findRecord(
  context: Context,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ContainerMessage> {
  try {
    const { container } = await context.api.containers.get({ id: name }, { signal });
    if (container) return container;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const found = await findByName(context, name, signal);
    if (found) return found;
    const { elsewhereHint } = await import("../call/hints.ts");
    const hint = await elsewhereHint(context, "container", [name]);
    throw new NotFoundError(
      `Cannot find container "${name}" in namespace "${context.namespace}"${hint}`,
      { cause: error },
    );
  }
  throw new NotFoundError(`Cannot find container "${name}": Containers.Get answered nothing`);
}

/** The container of a name or a short id, if there is one. */
export async function findByName(
  context: Context,
  name: string,
  signal: AbortSignal | undefined,
): Promise<ContainerMessage | undefined> {
  const filters = [labelFilter({ [NAME_LABEL]: name })];
  if (SHORT_ID.test(name)) filters.push(formatFilter({ field: "id", matches: `^${name}` }));
  const found = await Array.fromAsync(listContainers(context, { filters, signal }));
  if (found.length <= 1) return found[0];
  const ids = found.map(({ id }) => `"${id}"`).join(", ");
  throw new FailedPreconditionError(
    `Cannot tell which container "${name}" is in namespace "${context.namespace}": there are ` +
      `several; use an id: ${ids}`,
  );
}
