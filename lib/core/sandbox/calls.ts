/**
 * What goes wrong with calls about sandboxes, and what it means.
 *
 * @module
 */
import {
  DavitError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from "../../errors/errors.ts";
import type { Context } from "../context.ts";
import { knownPlugins } from "../features/plugins.ts";

/** The type of the plugins that run sandboxes. */
const CONTROLLER_TYPE = "io.containerd.sandbox.controller.v1";

/** What a daemon must have. */
const NEEDED = "containerd 1.7 (sandboxes)";

/**
 * Makes a call about a sandbox.
 *
 * @param what What is done, to follow "Cannot", such as `start sandbox "a"`.
 * @throws {UnsupportedError} when the daemon has no sandboxes, or the runtime not this function.
 * @throws {NotFoundError} when there is no such sandbox.
 */
export async function sandboxCall<T>(
  context: Context,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UnsupportedError) {
      const needed = /unknown service/.test(error.message)
        ? NEEDED
        : /unknown method/.test(error.message)
        ? "containerd 2.0 (sandboxes)"
        : "a runtime whose shim has this function";
      const { unsupported } = await import("../features/unsupported.ts");
      throw await unsupported(context.session, needed, what, { cause: error });
    }
    // 1.7 says UNKNOWN when it deletes a record that is gone.
    const gone = error instanceof NotFoundError ||
      error instanceof DavitError && /bucket not found|unable to find sandbox/.test(error.message);
    if (!gone) throw error;
    throw new NotFoundError(
      `Cannot ${what}: there is no such sandbox in namespace "${context.namespace}"`,
      { cause: error },
    );
  }
}

/**
 * Whether a call has done its work although it failed: 1.7 publishes the events of its sandbox
 * controller under topics that it refuses itself, after the work, and answers with that.
 */
export function isDoneAnyway(error: unknown): boolean {
  return error instanceof InvalidArgumentError &&
    /envelope topic "sandboxes\/\w+": must start with/.test(error.message);
}

/** Lets the work of a call count that 1.7 reports as failed although it is done. */
export async function ignoreTopicFault(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isDoneAnyway(error)) throw error;
  }
}

/**
 * Looks whether a runtime can have sandboxes, before the daemon starts a shim that it then leaves
 * behind: that of runc has had the functions in 1.7 only.
 *
 * @throws {UnsupportedError} when it certainly cannot.
 */
export async function checkRuntime(
  context: Context,
  runtime: string,
  what: string,
): Promise<void> {
  const plugins = await knownPlugins(context.session);
  const controllers = plugins.filter(({ type, error }) => type === CONTROLLER_TYPE && !error);
  const { foundVersion, unsupported } = await import("../features/unsupported.ts");
  if (controllers.length === 0) throw await unsupported(context.session, NEEDED, what);
  // From 2.0 on the controller that works with shims is called so; in 1.7 it is "local".
  const newer = controllers.some(({ id }) => id === "shim");
  if (!newer || !runtime.startsWith("io.containerd.runc.")) return;
  const found = await foundVersion(context.session);
  throw new UnsupportedError(
    `Cannot ${what} with runtime "${runtime}": the shim of runc has no sandboxes in containerd ` +
      "2.0 and newer; use another runtime, or share a shim by the builders' group()",
    { needed: "a runtime whose shim has sandboxes", found: `"${runtime}" of ${found}` },
  );
}
