/**
 * What an image build is to do, as plain data.
 *
 * @module
 */
import type { Image } from "../core/image/image.ts";
import type { Healthcheck } from "../oci/image_config.ts";
import type { Platform } from "../oci/platform.ts";
import type { Size } from "../oci/sizes.ts";
import type { StageHolder } from "./stage.ts";

/** Files in memory, by their path under the destination. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * What to copy: the path of a file or a folder on this machine (a string, or a `file:` URL; a string
 * may have `*`, `?`, `[…]` and `**`), the bytes of one file or a stream of them, several files in
 * memory, or a list of paths.
 */
export type CopySource =
  | string
  | URL
  | Uint8Array
  | ReadableStream<Uint8Array>
  | MemoryFiles
  | readonly (string | URL)[];

/** Where files come from if not from this machine: an earlier stage, an image, or its name. */
export type CopyOrigin = StageHolder | Image | string;

/** How copied files are to be in the image. */
export interface CopyOptions {
  /**
   * Permission bits of the files. Folders get them too, and the right to enter wherever there is
   * the right to read.
   * @default 0o755 for folders and for files that anybody may execute, 0o644 for others; as they
   * are in what `from` names
   */
  mode?: number;
  /**
   * User id of the owner.
   * @default 0; as it is in what `from` names
   */
  uid?: number;
  /** Group id of the owner; 0 by default, as `uid`. */
  gid?: number;
  /** The owner by name, as the image knows it: `"app"`, `"app:staff"`, `"1000:1000"`. */
  owner?: string;
  /** The stage or image that the paths are in, instead of this machine. */
  from?: CopyOrigin;
  /**
   * What is left out of folders, relative to each: the patterns of a `.dockerignore`, `!` included.
   */
  ignore?: readonly string[];
  /** Whether the folder's `.dockerignore` counts, or another file of that kind; not by default. */
  ignoreFile?: boolean | string;
  /**
   * The folder that paths and `ignore` count from. Nothing outside can be copied then, by no link
   * either.
   */
  context?: string;
}

/** How something is added. */
export interface AddOptions extends Omit<CopyOptions, "from"> {
  /** What a remote file must hash to; needed for one. */
  checksum?: string;
  /**
   * Whether a tar, plain or compressed by gzip or zstd, is unpacked.
   * @default true for files of this machine, `false` for remote ones
   */
  unpack?: boolean;
  /**
   * How many bytes an archive may unpack to.
   * @default "8GiB"
   */
  maxSize?: Size;
}

/** A folder that stays from build to build, and gets into no image. */
export interface CacheMount {
  /** Its name. */
  readonly cache: string;
  /** Where: an absolute path. */
  readonly to: string;
  /**
   * `"locked"`: one command of this process at a time has it.
   * @default "shared"
   */
  readonly sharing?: "shared" | "locked";
  /**
   * Permission bits of the folder.
   * @default 0o755
   */
  readonly mode?: number;
  /** Owner of the folder; root by default. */
  readonly uid?: number;
  /** Group of the folder; root's by default. */
  readonly gid?: number;
}

/** A secret. It gets into no layer and no cache key. The file is for root alone. */
export interface SecretMount {
  /** Its name in `BuildOptions.secrets`. */
  readonly secret: string;
  /** Where the file is; `/run/secrets/NAME` by default, unless `env` is given. */
  readonly to?: string;
  /** A variable to put it in. */
  readonly env?: string;
  /** Whether the build fails without it; `false` by default. */
  readonly required?: boolean;
}

/** Files of this machine, of a stage or of an image. What is written to them is lost. */
export interface FilesMount {
  /** A folder or file. */
  readonly bind: string;
  /** Where: an absolute path. */
  readonly to: string;
  /** The stage or image that it is in, instead of this machine. */
  readonly from?: CopyOrigin;
  /** Whether it can be written to; `false` by default. */
  readonly writable?: boolean;
  /** What is left out, as in {@linkcode CopyOptions.ignore}. */
  readonly ignore?: readonly string[];
  /** The folder that the path counts from, as in {@linkcode CopyOptions.context}. */
  readonly context?: string;
}

/** A file with a given content, that cannot be written to. */
export interface ContentMount {
  /** The content. */
  readonly content: string;
  /** Where: an absolute path. */
  readonly to: string;
  /**
   * Permission bits.
   * @default 0o555
   */
  readonly mode?: number;
}

/** An empty folder in memory. */
export interface MemoryMount {
  /** Its size limit; `true` for the kernel's default. */
  readonly tmpfs: Size | true;
  /** Where: an absolute path. */
  readonly to: string;
}

/** Something mounted while a command runs, and not in the image afterwards. */
export type BuildMount = CacheMount | SecretMount | FilesMount | ContentMount | MemoryMount;

/** The network of a command: that of the daemon's host, or none but its own loopback. */
export type BuildNetwork = "host" | "none";

/** A command of a build. */
export interface RunDescription {
  /** Program and arguments. */
  readonly argv?: readonly string[];
  /** A script for the shell, instead of `argv`. */
  readonly script?: string;
  /** Further variables, for this command only. */
  readonly env?: Readonly<Record<string, string>>;
  /** Who runs it; the image's user so far by default. */
  readonly user?: string;
  /** Its working directory, absolute; the image's so far by default. */
  readonly cwd?: string;
  /** What is mounted meanwhile. */
  readonly mounts?: readonly BuildMount[];
  /**
   * Its network.
   * @default "host"
   */
  readonly network?: BuildNetwork;
  /** What it reads. */
  readonly stdin?: string;
}

/** Where a step came from. */
export interface StepOrigin {
  /** The file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
}

/** One step of a build. Steps that change files make a layer each. */
export type BuildStep =
  & (
    | {
      readonly kind: "copy";
      readonly from: CopySource;
      /** Absolute path in the image. A `/` at the end says that it is a folder. */
      readonly to: string;
      readonly options: Readonly<CopyOptions>;
    }
    | {
      readonly kind: "add";
      readonly from: string | URL;
      readonly to: string;
      readonly options: Readonly<AddOptions>;
    }
    | { readonly kind: "run"; readonly run: RunDescription }
    | { readonly kind: "env"; readonly variables: Readonly<Record<string, string>> }
    | { readonly kind: "workdir"; readonly path: string; readonly create?: boolean }
    | { readonly kind: "user"; readonly user: string }
    | { readonly kind: "label"; readonly labels: Readonly<Record<string, string>> }
    | { readonly kind: "entrypoint"; readonly argv: readonly string[] }
    | { readonly kind: "command"; readonly argv: readonly string[] }
    | { readonly kind: "expose"; readonly ports: readonly string[] }
    | { readonly kind: "volume"; readonly paths: readonly string[] }
    | { readonly kind: "stopSignal"; readonly signal: string }
    | { readonly kind: "shell"; readonly argv: readonly string[] }
    | { readonly kind: "healthcheck"; readonly check: Healthcheck }
    | { readonly kind: "onbuild"; readonly instruction: string }
  )
  & { readonly origin?: StepOrigin };

/** What a build would do. */
export interface BuildPlan {
  /** Name of the image or stage to start from, or `"scratch"` for an empty one. */
  readonly base: string;
  /** The platforms to build for; none for the daemon's own. */
  readonly platforms: readonly Platform[];
  /** The steps, in their order. */
  readonly steps: readonly BuildStep[];
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Names that the image will have. */
  readonly tags: readonly string[];
}

/** A step of a plan, and whether its layer is there already. */
export interface CheckedStep {
  /** The stage that it belongs to, for stages that others are built from. */
  readonly stage: string;
  /** The step, as it stands in the image's history. */
  readonly name: string;
  /** `"cached"`: its layer is used. `"run"`: it must be carried out. `"config"`: it has no layer. */
  readonly state: "cached" | "run" | "config";
  /** Why it must be carried out. */
  readonly why?: string;
}

/** A plan with what the cache has of it. */
export interface CheckedPlan extends BuildPlan {
  /** All steps that the image needs, those of other stages first. */
  readonly checked: readonly CheckedStep[];
}

/** Whether a step makes a layer. */
export function makesLayer(step: BuildStep): boolean {
  return step.kind === "copy" || step.kind === "add" || step.kind === "run" ||
    (step.kind === "workdir" && step.create === true);
}
