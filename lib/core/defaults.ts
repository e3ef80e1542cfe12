/**
 * What a namespace says should be used when a call does not (containerd's default labels).
 *
 * @module
 */
import { NotFoundError } from "../errors/errors.ts";
import type { Context } from "./context.ts";

const SNAPSHOTTER_LABEL = "containerd.io/defaults/snapshotter";
const RUNTIME_LABEL = "containerd.io/defaults/runtime";

/** containerd's own default runtime. */
export const DEFAULT_RUNTIME = "io.containerd.runc.v2";
const DEFAULT_SNAPSHOTTER = "overlayfs";

/** Has the labels of the namespace read again: they were changed. */
export function forgetDefaults(context: Context): void {
  context.session.forget(context.key("namespace", "labels"));
}

/** The labels of the namespace, read once a client. */
function labelsOf(context: Context): Promise<Readonly<Record<string, string>>> {
  return context.session.memo(context.key("namespace", "labels"), async () => {
    try {
      const { namespace } = await context.session.api().namespaces.get({ name: context.namespace });
      return namespace?.labels ?? {};
    } catch (error) {
      // A namespace comes to be with the first thing in it.
      if (error instanceof NotFoundError) return {};
      throw error;
    }
  });
}

/** The snapshotter to use: the call's, the namespace's, or `overlayfs`. */
export async function snapshotterOf(
  context: Context,
  options: { snapshotter?: string | undefined },
): Promise<string> {
  if (options.snapshotter) return options.snapshotter;
  return (await labelsOf(context))[SNAPSHOTTER_LABEL] ?? DEFAULT_SNAPSHOTTER;
}

/** The runtime to use: the call's, the namespace's, or `io.containerd.runc.v2`. */
export async function runtimeOf(
  context: Context,
  options: { runtime?: string | undefined },
): Promise<string> {
  if (options.runtime) return options.runtime;
  return (await labelsOf(context))[RUNTIME_LABEL] ?? DEFAULT_RUNTIME;
}
