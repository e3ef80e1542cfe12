/**
 * What a daemon can do, found out by asking it: by its plugins and by trying, never by its version.
 *
 * @module
 */
import { runtimeNames } from "./runtime.ts";
import { foundVersion, unsupported } from "./unsupported.ts";
import { knownPlugins } from "./plugins.ts";
import type { Session } from "../session/session.ts";

/** Services that not every daemon has. */
export type Feature = "transfer" | "streaming" | "sandboxes" | "mounts" | "diff" | "runtimeInfo";

/** What each feature needs, and how its plugin is called. */
const FEATURES: Record<Feature, { needed: string; plugins: readonly string[] }> = {
  transfer: { needed: "containerd 2.0 (Transfer)", plugins: ["transfer", "streaming"] },
  streaming: { needed: "containerd 1.7 (Streaming)", plugins: ["streaming"] },
  sandboxes: {
    needed: "containerd 1.7 (Sandbox)",
    plugins: ["sandboxes", "sandbox-controllers"],
  },
  mounts: { needed: "containerd 2.2 (Mounts)", plugins: ["mounts"] },
  diff: { needed: "a containerd with the diff plugin (Diff)", plugins: ["diff"] },
  runtimeInfo: { needed: "containerd 2.0 (Introspection.PluginInfo)", plugins: [] },
};

/** A snapshotter that works. */
export interface SnapshotterFeatures {
  /** Its name, such as `"overlayfs"`. */
  readonly name: string;
  /** What it can do beyond the usual, such as `"remap-ids"` (user namespaces) or `"rebase"`. */
  readonly capabilities: readonly string[];
}

/** What a daemon can do. */
export interface Features {
  /** Its version, for messages only. */
  readonly version: string;
  /** It pulls, pushes, imports and exports images itself. */
  readonly transfer: boolean;
  /** It has streams beside calls. */
  readonly streaming: boolean;
  /** It has sandboxes: records and controllers. */
  readonly sandboxes: boolean;
  /** It holds mounts for clients. */
  readonly mounts: boolean;
  /** It makes layers of mounts, and applies layers to mounts. */
  readonly diff: boolean;
  /** It tells what its runtimes can do. */
  readonly runtimeInfo: boolean;
  /** The snapshotters that work. */
  readonly snapshotters: readonly SnapshotterFeatures[];
  /** The sandbox controllers that work, such as `"shim"`. */
  readonly sandboxers: readonly string[];
  /**
   * Which of the well-known runtimes have a shim on the daemon's machine, such as
   * `"io.containerd.runc.v2"`; `undefined` when the daemon cannot tell (before 2.0).
   */
  readonly runtimes: readonly string[] | undefined;
  /** The restart policies that the daemon itself keeps, such as `"on-failure"`; empty before 1.7. */
  readonly restartPolicies: readonly string[];
  /** Plugins that failed to start, as `type/id`, with the reason. */
  readonly broken: Readonly<Record<string, string>>;
}

/** What the daemon can do. Asked once a client. */
export function features(session: Session): Promise<Features> {
  return session.memo("features", async () => {
    const [version, plugins, runtimes] = await Promise.all([
      foundVersion(session),
      knownPlugins(session),
      runtimeNames(session),
    ]);
    const working = plugins.filter(({ error }) => error === undefined);
    const ids = (type: string) => working.filter((p) => p.type === type).map(({ id }) => id);
    const has = (feature: Feature) => hasPlugins(feature, ids("io.containerd.grpc.v1"));
    return {
      version: version.replace(/^containerd /, ""),
      transfer: has("transfer") && runtimes !== undefined,
      streaming: has("streaming"),
      sandboxes: has("sandboxes"),
      mounts: has("mounts"),
      diff: has("diff"),
      runtimeInfo: runtimes !== undefined,
      snapshotters: working.filter(({ type }) => type === "io.containerd.snapshotter.v1").map(
        ({ id, capabilities }) => ({ name: id, capabilities }),
      ),
      sandboxers: working.filter(({ type }) =>
        type === "io.containerd.sandbox.controller.v1" ||
        type === "io.containerd.podsandbox.controller.v1"
      ).map(({ id }) => id),
      runtimes,
      restartPolicies: working.find(({ id, type }) =>
        id === "restart" && /monitor|internal/.test(type)
      )?.capabilities ?? [],
      broken: Object.fromEntries(
        plugins.flatMap(({ type, id, error }) =>
          error === undefined ? [] : [[
            `${type}/${id}`,
            error,
          ]]
        ),
      ),
    };
  });
}

function hasPlugins(feature: Feature, services: readonly string[]): boolean {
  return FEATURES[feature].plugins.every((plugin) => services.includes(plugin));
}

/**
 * Makes sure that the daemon has a feature before something that needs it begins.
 *
 * @param what What is to be done, to follow "Cannot".
 * @throws {UnsupportedError} when it has not.
 */
export async function requireFeature(
  session: Session,
  feature: Feature,
  what: string,
): Promise<void> {
  const services = (await knownPlugins(session)).filter(({ type, error }) =>
    type === "io.containerd.grpc.v1" && error === undefined
  ).map(({ id }) => id);
  const present = hasPlugins(feature, services) &&
    // The Transfer of 1.7 is another, unfinished one. Both came of age together.
    (feature !== "transfer" && feature !== "runtimeInfo" ||
      await runtimeNames(session) !== undefined);
  if (!present) throw await unsupported(session, FEATURES[feature].needed, what);
}
