/**
 * The plugins that a daemon is made of.
 *
 * @module
 */
import { formatPlatform } from "../../oci/platform.ts";
import type { Session } from "../session/session.ts";

/** A plugin of a daemon. */
export interface PluginInfo {
  /** What kind it is of, such as `"io.containerd.snapshotter.v1"`. */
  readonly type: string;
  /** Its name among those of its kind, such as `"overlayfs"`. */
  readonly id: string;
  /** Kinds of plugins that it builds on. */
  readonly requires: readonly string[];
  /** Platforms that it works for, such as `"linux/amd64"`. */
  readonly platforms: readonly string[];
  /** What it says of itself: folders (`root`), and more that depends on the kind. */
  readonly exports: Readonly<Record<string, string>>;
  /** What it can do, such as `"remap-ids"`. */
  readonly capabilities: readonly string[];
  /** Why it did not start; `undefined` when it works. */
  readonly error: string | undefined;
}

/**
 * Lists the plugins of a daemon, those that failed to start too.
 *
 * @param options `filters`: containerd's filters over `type`, `id`, `platforms`, `capabilities`.
 */
export async function listPlugins(
  session: Session,
  options: { filters?: readonly string[]; signal?: AbortSignal | undefined } = {},
): Promise<PluginInfo[]> {
  const { plugins } = await session.api().introspection.plugins(
    { filters: [...options.filters ?? []] },
    { signal: options.signal },
  );
  return plugins.map((plugin) => ({
    type: plugin.type,
    id: plugin.id,
    requires: plugin.requires,
    platforms: plugin.platforms.map(({ os, architecture, variant }) =>
      formatPlatform({ os, architecture, ...(variant ? { variant } : {}) })
    ),
    exports: plugin.exports,
    capabilities: plugin.capabilities,
    error: plugin.initErr ? plugin.initErr.message || `code ${plugin.initErr.code}` : undefined,
  }));
}

/** The plugins, asked for once a client: they do not change while a daemon runs. */
export function knownPlugins(session: Session): Promise<PluginInfo[]> {
  return session.memo("plugins", () => listPlugins(session));
}

/** The names of all snapshotters that work. */
export async function snapshotterNames(session: Session): Promise<string[]> {
  const plugins = await knownPlugins(session);
  return plugins.filter(({ type, error }) =>
    type === "io.containerd.snapshotter.v1" && error === undefined
  ).map(({ id }) => id);
}
