/**
 * What the runtimes of a daemon can do.
 *
 * @module
 */
import { packMessage, unpackMessage } from "../../api/any.ts";
import { DavitError, NotFoundError, UnsupportedError } from "../../errors/errors.ts";
import { RuntimeInfoSchema, RuntimeRequestSchema } from "../../gen/containerd/types/runtime_pb.ts";
import { DEFAULT_RUNTIME } from "../defaults.ts";
import { unsupported } from "./unsupported.ts";
import type { Session } from "../session/session.ts";

/** Runtimes that are looked for: those with names of their own in containerd's documentation. */
const WELL_KNOWN = [
  DEFAULT_RUNTIME,
  "io.containerd.kata.v2",
  "io.containerd.runsc.v1",
  "io.containerd.wasmtime.v1",
] as const;

/** What a runtime says of itself. */
export interface RuntimeFeatures {
  /** Its name, such as `"io.containerd.runc.v2"`. */
  readonly name: string;
  /** The version of its shim. */
  readonly version: string;
  /** The commit that its shim was built from. */
  readonly revision: string;
  /** More that the shim tells, such as `"containerd.io/runc.version"`. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * The OCI runtime's features document (runtime spec, features.md): `mountOptions`, `linux.
   * namespaces`, `linux.cgroup`, …; `undefined` for a runtime that has none, such as runc before 1.1.
   */
  readonly features: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Asks what a runtime can do.
 *
 * @param name The runtime's name; `"io.containerd.runc.v2"` by default.
 * @throws {UnsupportedError} before containerd 2.0.
 * @throws {NotFoundError} when the daemon's machine has no such shim.
 */
export async function runtimeFeatures(
  session: Session,
  name: string = DEFAULT_RUNTIME,
  options: { signal?: AbortSignal } = {},
): Promise<RuntimeFeatures> {
  try {
    const { extra } = await session.api().introspection.pluginInfo({
      type: "io.containerd.runtime.v2",
      id: "task",
      options: packMessage(RuntimeRequestSchema, { runtimePath: name }),
    }, options);
    const info = extra && unpackMessage(RuntimeInfoSchema, extra);
    if (!info) throw new NotFoundError(`Cannot find runtime "${name}": the daemon says nothing`);
    const { version, revision } = info.version ?? { version: "", revision: "" };
    return {
      name: info.name || name,
      version,
      revision,
      annotations: info.annotations,
      features: info.features
        ? JSON.parse(new TextDecoder().decode(info.features.value))
        : undefined,
    };
  } catch (error) {
    if (error instanceof UnsupportedError) {
      const needed = "containerd 2.0 (Introspection.PluginInfo)";
      throw await unsupported(session, needed, `tell what runtime "${name}" can do`, {
        cause: error,
      });
    }
    // The daemon passes on what its search on PATH, or the shim's own start, said.
    if (error instanceof DavitError && /not found|no such file|not exist/i.test(error.message)) {
      throw new NotFoundError(
        `Cannot find runtime "${name}" on the machine of "${session.address}"; install its shim`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** The well-known runtimes that are there; `undefined` when the daemon cannot tell. */
export function runtimeNames(session: Session): Promise<string[] | undefined> {
  return session.memo("runtimes", async () => {
    const found: string[] = [];
    for (const name of WELL_KNOWN) {
      try {
        await runtimeFeatures(session, name);
        found.push(name);
      } catch (error) {
        if (error instanceof UnsupportedError) return undefined;
        // One that is broken does not count as there.
        if (!(error instanceof DavitError) || error.code === "unavailable") throw error;
      }
    }
    return found;
  });
}
