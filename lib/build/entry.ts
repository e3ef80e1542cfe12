/**
 * What goes into a layer.
 *
 * @module
 */
import type { FileKind } from "../host/root.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import type { CopyOptions } from "./plan.ts";

const DEFAULT_FILE = 0o644;
const DEFAULT_EXECUTABLE = 0o755;
const DEFAULT_FOLDER = 0o755;

/** A file, folder or link for a layer. */
export interface LayerEntry {
  /** Absolute path in the image, without a `/` at its end. */
  readonly path: string;
  /** What it is. */
  readonly kind: FileKind;
  /** Permission bits. */
  readonly mode: number;
  /** User id of the owner. */
  readonly uid: number;
  /** Group id of the owner. */
  readonly gid: number;
  /** Size in bytes; 0 for what is no file. */
  readonly size: number;
  /** Where a symbolic link points, as it is written. */
  readonly linkTo?: string | undefined;
  /** Extended attributes. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>> | undefined;
  /** The bytes of a file. */
  read(): AsyncIterable<Uint8Array>;
}

/** An entry's attributes as its source has them. */
export interface SourceAttributes {
  /** What it is. */
  readonly kind: FileKind;
  /** Permission bits. */
  readonly mode: number;
  /** Owner; root by default. */
  readonly uid?: number;
  /** Group; root by default. */
  readonly gid?: number;
  /** Size of a file. */
  readonly size: number;
  /** Where a link points. */
  readonly linkTo?: string | undefined;
  /** Extended attributes. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>> | undefined;
}

/** Makes entries with the owner and the mode that a step asks for. */
export class EntryMaker {
  readonly #options: CopyOptions;
  readonly #exact: boolean;

  /**
   * @param options What the step asks for.
   * @param exact Whether modes and owners are those of the source unless something is asked for.
   */
  constructor(options: CopyOptions, exact: boolean = false) {
    this.#options = options;
    this.#exact = exact;
  }

  /** The destination itself, if something is asked of it; it may be there and be different. */
  target(to: string): LayerEntry[] {
    const { mode, uid, gid, owner } = this.#options;
    const asked = [mode, uid, gid, owner].some((value) => value !== undefined);
    return asked && to !== "/" ? [this.folder(to.replace(/\/+$/, ""))] : [];
  }

  /** A folder that no source has. */
  folder(path: string): LayerEntry {
    return this.entry(path, { kind: "directory", mode: DEFAULT_FOLDER, size: 0 }, nothing);
  }

  /** A file in memory. */
  memory(path: string, bytes: Uint8Array): LayerEntry {
    const source = { kind: "file", mode: DEFAULT_FILE, size: bytes.length } as const;
    return this.entry(path, source, () => once(bytes));
  }

  /** What a source has. */
  entry(
    path: string,
    source: SourceAttributes,
    read: () => AsyncIterable<Uint8Array> = nothing,
  ): LayerEntry {
    checkName(path);
    const { kind, size, linkTo, xattrs } = source;
    if (kind !== "file" && kind !== "directory" && kind !== "symlink") {
      throw special(JSON.stringify(path));
    }
    return {
      path,
      kind,
      mode: this.#mode(source),
      uid: this.#options.uid ?? (this.#exact ? source.uid : 0) ?? 0,
      gid: this.#options.gid ?? (this.#exact ? source.gid : 0) ?? 0,
      size,
      ...(linkTo === undefined ? {} : { linkTo }),
      ...(xattrs && this.#exact ? { xattrs } : {}),
      read,
    };
  }

  #mode({ kind, mode }: SourceAttributes): number {
    const wanted = this.#options.mode;
    if (kind === "symlink") return 0o777;
    // Who may read a folder may enter it: a quarter of the read bits.
    if (kind === "directory" && wanted !== undefined) return wanted | (wanted & 0o444) >> 2;
    if (wanted !== undefined) return wanted;
    if (this.#exact) return mode;
    if (kind === "directory") return DEFAULT_FOLDER;
    return (mode & 0o111) === 0 ? DEFAULT_FILE : DEFAULT_EXECUTABLE;
  }
}

function checkName(path: string): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith(".wh.")) {
    throw new InvalidArgumentError(
      `Cannot copy ${JSON.stringify(path)}: in a layer, a name that starts with ".wh." stands ` +
        "for a deletion",
    );
  }
}

/** What no layer of files is to have. */
export function special(label: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot copy ${label}: it is a device, socket or FIFO; only files, folders and symbolic links ` +
      "can be in a layer",
  );
}

/** No bytes. */
export async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await bytes;
}
