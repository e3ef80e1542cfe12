/**
 * What a container is to be, as plain data that builders extend.
 *
 * @module
 */
import type { Image } from "../image/image.ts";
import type { Platform } from "../../oci/platform.ts";
import type { LogFileOptions } from "../logs/writer.ts";
import type { IdMaps } from "./id_maps.ts";
import type { PullOptions } from "../pull/pull.ts";
import type { RuntimeSettings } from "./runtime_settings.ts";
import type { PlanStep } from "./step.ts";

/** When an image is pulled: always, when it is not there, or never. */
export type PullPolicy = "always" | "missing" | "never";

/** When an image is pulled, and how. */
export interface PullPlan {
  /** When. */
  readonly policy: PullPolicy;
  /** How. */
  readonly options: PullOptions;
}

/** When the daemon starts a container again whose process has ended. */
export type RestartPolicy =
  | "no"
  | "always"
  | "unless-stopped"
  | "on-failure"
  | `on-failure:${number}`;

/** What a container is to be. */
export interface ContainerPlan {
  /** An image, or the name of one that is there. */
  readonly image?: Image | string;
  /** The container's id; random without one. */
  readonly id?: string;
  /** Arguments that replace the image's `CMD`. */
  readonly args?: readonly string[];
  /** What replaces the image's `ENTRYPOINT`; the image's `CMD` is dropped then. */
  readonly entrypoint?: readonly string[];
  /** Environment variables, over those of the image. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory. */
  readonly cwd?: string;
  /** `user`, `uid`, `user:group` or `uid:gid`. */
  readonly user?: string;
  /** Further groups, names or numbers. */
  readonly groups?: readonly string[];
  /** The bits that new files do not get. */
  readonly umask?: number;
  /** Whether the process gets a terminal. */
  readonly terminal?: boolean;
  /** Labels of the container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The snapshotter; the namespace's by default. */
  readonly snapshotter?: string;
  /** The runtime; the namespace's by default. */
  readonly runtime?: string;
  /** The sandbox that it is in. */
  readonly sandbox?: string;
  /** Whether it outlives the script that makes it. */
  readonly kept?: boolean;
  /** Whether its standard input stays open, for whoever attaches. */
  readonly openStdin?: boolean;
  /** When the daemon starts it again. */
  readonly restart?: RestartPolicy;
  /** How its output is kept while it lives; `false` for not at all. */
  readonly logs?: LogFileOptions | false;
  /** A folder of the daemon's host, used as root file system in place of an image's files. */
  readonly rootfs?: string;
  /** Which ids of the host its users are. */
  readonly idMaps?: IdMaps;
  /** Where CDI files are on the daemon's host; `/etc/cdi` and `/var/run/cdi` by default. */
  readonly cdiFolders?: readonly string[];
  /** Options of the runtime. */
  readonly runtimeOptions?: RuntimeSettings;
  /** Data of others, kept with the record. */
  readonly extensions?: Readonly<Record<string, { typeUrl: string; value: Uint8Array }>>;
  /** The platform of the image; the daemon's own by default. */
  readonly platform?: Platform;
  /** When the image is pulled; never by default. */
  readonly pull?: PullPlan;
  /** Everything else, in the order of the calls. */
  readonly steps: readonly PlanStep[];
}

/** A plan with nothing in it. */
export const EMPTY_PLAN: ContainerPlan = { env: {}, labels: {}, steps: [] };
