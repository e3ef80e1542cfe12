/**
 * Takes containers over that other programs made.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { FailedPreconditionError } from "../../errors/errors.ts";
import { withAnnotations } from "../../oci/spec_linux.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { stateFolder } from "../logs/place.ts";
import { formatOwner, isGone, OWNER_LABEL, parseOwner, thisOwner } from "../session/owner.ts";
import { NAME_LABEL, nameOf } from "./handle.ts";
import { findContainer } from "./listing.ts";
import { findRecord } from "./names.ts";
import { setLabels } from "./restart_policy.ts";
import { renameContainer } from "./rename.ts";
import type { AnyContainer } from "./states.ts";

/** How to take a container over. */
export interface AdoptOptions {
  /** What to call it; what it is called so far by default, else its id. */
  readonly name?: string;
  /** Whether it goes with this script from now on, as what the script makes; `false` by default. */
  readonly own?: boolean;
  /** Ends the work between its steps. */
  readonly signal?: AbortSignal;
}

/** Where nerdctl looks for the names of a container's networks: labels, and the spec's annotations. */
const NETWORKS = "nerdctl/networks";

/** For {@linkcode Containers.adopt}. */
export async function adoptContainer(
  context: Context,
  id: string,
  options: AdoptOptions,
): Promise<AnyContainer> {
  const { signal, own = false } = options;
  const record = await findRecord(context, id, signal);
  const owner = parseOwner(record.labels[OWNER_LABEL] ?? "");
  if (owner && formatOwner(owner) !== context.session.owner && !isGone(owner, thisOwner())) {
    throw new FailedPreconditionError(
      `Cannot adopt container "${record.id}" in namespace "${context.namespace}": it belongs to ` +
        `a script that runs, process ${owner.pid}`,
    );
  }
  if (options.name !== undefined) {
    await renameContainer(
      context,
      { ...record, argv: [], terminal: false },
      options.name,
      signal,
    );
  }
  throwIfAborted(signal, `adopting container "${record.id}"`);
  const networks = record.labels[NETWORKS] ?? '["none"]';
  await setLabels(context, record.id, {
    "nerdctl/namespace": context.namespace,
    "nerdctl/state-dir": record.labels["nerdctl/state-dir"] ??
      await stateFolder(context, record.id),
    [NAME_LABEL]: options.name ?? nameOf(record.id, record.labels),
    [NETWORKS]: networks,
    // An empty value takes the label away: who was left behind by a script would be swept.
    [OWNER_LABEL]: own ? context.session.owner : "",
  });
  const spec = record.spec && unpackSpec(record.spec);
  if (spec && spec.annotations?.[NETWORKS] === undefined) {
    const told = withAnnotations({ [NETWORKS]: networks })(spec);
    await context.api.containers.update({
      container: { id: record.id, spec: packSpec(JSON_TYPES.spec, told) },
      updateMask: { paths: ["spec"] },
    }, { timeoutMs: CHANGE_TIMEOUT_MS });
  }
  const container = await findContainer(context, record.id, { signal });
  if (own) context.session.own(container);
  return container;
}
