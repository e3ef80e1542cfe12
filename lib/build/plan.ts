/**
 * What an image build is to do, as plain data.
 *
 * @module
 */
import type { Platform } from "../oci/platform.ts";

/** Files in memory, by their path under the destination. */
export type MemoryFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * What to copy: the path of a file or a folder on this machine (a string, or a `file:` URL), the
 * bytes of one file, or several files.
 */
export type CopySource = string | URL | Uint8Array | MemoryFiles;

/** How copied files are to be in the image. */
export interface CopyOptions {
  /**
   * Permission bits of the files. Folders get them too, and the right to enter wherever there is
   * the right to read.
   * @default 0o755 for folders and for files that anybody may execute, 0o644 for others
   */
  mode?: number;
  /**
   * User id of the owner.
   * @default 0
   */
  uid?: number;
  /**
   * Group id of the owner.
   * @default 0
   */
  gid?: number;
}

/** One step of a build. Steps that change files make a layer each. */
export type BuildStep =
  | {
    readonly kind: "copy";
    readonly from: CopySource;
    /** Absolute path in the image. A `/` at the end says that it is a folder. */
    readonly to: string;
    readonly options: Readonly<CopyOptions>;
  }
  | { readonly kind: "env"; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "label"; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: "entrypoint"; readonly argv: readonly string[] }
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "expose"; readonly ports: readonly string[] }
  | { readonly kind: "volume"; readonly paths: readonly string[] }
  | { readonly kind: "stopSignal"; readonly signal: string };

/** What a build would do. */
export interface BuildPlan {
  /** Name of the image to start from, or `"scratch"` for an empty one. */
  readonly base: string;
  /** The platform to build for; `undefined` for the daemon's own. */
  readonly platform: Platform | undefined;
  /** The steps, in their order. */
  readonly steps: readonly BuildStep[];
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Names that the image will have. */
  readonly tags: readonly string[];
}

/**
 * A step as one line, as it stands in the image's history; much like a line of a Dockerfile.
 *
 * @example `ENV A=1`, `COPY ./dist /app`, `ENTRYPOINT ["node","main.js"]`
 */
export function describeStep(step: BuildStep): string {
  switch (step.kind) {
    case "copy":
      return `COPY ${describeSource(step.from)} ${step.to}`;
    case "env":
      return `ENV ${pairs(step.variables)}`;
    case "label":
      return `LABEL ${pairs(step.labels)}`;
    case "workdir":
      return `WORKDIR ${step.path}`;
    case "user":
      return `USER ${step.user}`;
    case "entrypoint":
      return `ENTRYPOINT ${JSON.stringify(step.argv)}`;
    case "command":
      return `CMD ${JSON.stringify(step.argv)}`;
    case "expose":
      return `EXPOSE ${step.ports.join(" ")}`;
    case "volume":
      return `VOLUME ${JSON.stringify(step.paths)}`;
    case "stopSignal":
      return `STOPSIGNAL ${step.signal}`;
  }
}

/**
 * What is copied, without what differs from machine to machine: the folder that a path is in must
 * not change the image.
 */
function describeSource(from: CopySource): string {
  if (from instanceof Uint8Array) return "(bytes)";
  if (typeof from === "object" && !(from instanceof URL)) return "(files)";
  const path = from instanceof URL ? decodeURIComponent(from.pathname) : from;
  return path.split("/").findLast((part) => part !== "") ?? "/";
}

function pairs(record: Readonly<Record<string, string>>): string {
  return Object.entries(record).map(([key, value]) =>
    `${key}=${/^[\w./:@%+,-]*$/.test(value) ? value : JSON.stringify(value)}`
  ).join(" ");
}
