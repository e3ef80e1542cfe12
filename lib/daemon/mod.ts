/**
 * Daemons: find those that run on this machine, and start private ones.
 *
 * @example
 * ```ts
 * import { discover } from "@davit/sdk/daemon";
 *
 * for (const daemon of await discover()) console.log(daemon.kind, daemon.address, daemon.version);
 * ```
 *
 * @module
 */
export type { DaemonConfig } from "./config.ts";
export {
  discover,
  type DiscoveredDaemon,
  type DiscoverOptions,
  findAddress,
  type FindAddressOptions,
} from "./discover.ts";
export type { DaemonKind } from "./known_sockets.ts";
export { type Daemon, startDaemon, type StartDaemonOptions } from "./private_daemon.ts";
