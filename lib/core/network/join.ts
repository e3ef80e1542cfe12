/**
 * Containers that share the network of another one.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import { withNamespace } from "../../oci/spec_linux.ts";
import { withMounts } from "../../oci/spec_mounts.ts";
import { composeSpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { CHANGE_TIMEOUT_MS } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { NETWORKS_LABEL } from "./labels.ts";
import { specialNetwork } from "./plan.ts";

/** Shares the network of another container, which must be running, and its files of names. */
export async function joinContainer(context: Context, id: string): Promise<SpecOption> {
  const { container } = await context.api.containers.get({ id }).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(`Cannot share the network of container "${id}": there is none`, {
      cause: error,
    });
  });
  const { process } = await context.api.tasks.get({ containerId: id }).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
    return { process: undefined };
  });
  if (!process?.pid) {
    throw new FailedPreconditionError(
      `Cannot share the network of container "${id}": it does not run; start it first`,
    );
  }
  const theirs = container?.spec ? unpackSpec(container.spec) : undefined;
  const files = (theirs?.mounts ?? []).filter(({ destination }) =>
    ["/etc/hosts", "/etc/resolv.conf", "/etc/hostname"].includes(destination)
  );
  return composeSpecOptions(
    withNamespace("network", `/proc/${process.pid}/ns/net`),
    withMounts(...files),
    (spec) => ({ ...spec, ...(theirs?.hostname ? { hostname: theirs.hostname } : {}) }),
  );
}

/**
 * Has a container that is about to be started share the network of the other one as it is now: it
 * has another process since it was started again. Others stay as they are.
 */
export async function joinAgain(
  context: Context,
  id: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const names: unknown = JSON.parse(labels[NETWORKS_LABEL] ?? "[]");
  const [name] = Array.isArray(names) ? names : [];
  const special = typeof name === "string" ? specialNetwork(name) : undefined;
  if (special?.kind !== "container") return;
  const join = await joinContainer(context, special.id);
  const { container } = await context.api.containers.get({ id });
  if (!container?.spec) return;
  const spec = packSpec(JSON_TYPES.spec, join(unpackSpec(container.spec)));
  await context.api.containers.update({
    container: { id, spec },
    updateMask: { paths: ["spec"] },
  }, { timeoutMs: CHANGE_TIMEOUT_MS });
}
