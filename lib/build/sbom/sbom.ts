/**
 * Says which packages are in an image, by the databases of its package managers.
 *
 * @module
 */
import type { Context } from "../../core/context.ts";
import { readContent } from "../../core/files/content.ts";
import { openLayers } from "../../core/files/image_source.ts";
import { splitPath } from "../../core/files/path.ts";
import type { OpenFiles } from "../../core/files/source.ts";
import { concat } from "../../core/files/bytes.ts";
import type { Image } from "../../core/image/image.ts";
import { Images } from "../../core/image/images.ts";
import { DavitError, InvalidArgumentError } from "../../errors/errors.ts";
import type { Platform } from "../../oci/platform.ts";
import { nodeAt } from "../base_tree.ts";
import { sourceDate } from "../epoch.ts";
import { type BillOfMaterials, toCycloneDx, toSpdx } from "./documents.ts";
import {
  type InstalledPackage,
  parseApkInstalled,
  parseDpkgStatus,
  parseOsRelease,
} from "./packages.ts";

/** Databases are read into memory; no honest one is larger. */
const MAX_BYTES = 512 * 1024 * 1024;

/** How a list of packages is made. */
export interface SbomOptions {
  /** For which platform; the daemon's own by default. */
  platform?: Platform;
  /** When the list counts as made; `SOURCE_DATE_EPOCH` by default, else 1970. */
  created?: Date;
  /** Ends it. */
  signal?: AbortSignal;
}

/** The packages of an image, and that list in two forms that other tools read. */
export interface Sbom extends BillOfMaterials {
  /** The databases that were read. */
  readonly databases: readonly string[];
  /** Databases that are there and cannot be read, with why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  /** The list as SPDX 2.3, to be written as JSON. */
  spdx(): Record<string, unknown>;
  /** The list as CycloneDX 1.5, to be written as JSON. */
  cycloneDx(): Record<string, unknown>;
}

type Reader = (bytes: Uint8Array) => InstalledPackage[] | Promise<InstalledPackage[]>;

const text = (parse: (text: string) => InstalledPackage[]): Reader => (bytes) =>
  parse(new TextDecoder().decode(bytes));

const sqlite: Reader = async (bytes) => await (await import("./rpm.ts")).parseRpmSqlite(bytes);
const ndb: Reader = async (bytes) => (await import("./rpm.ts")).parseRpmNdb(bytes);

/** Databases by path. */
const DATABASES: readonly [path: string, read: Reader | string][] = [
  ["/var/lib/dpkg/status", text(parseDpkgStatus)],
  ["/lib/apk/db/installed", text(parseApkInstalled)],
  ["/usr/lib/apk/db/installed", text(parseApkInstalled)],
  ["/var/lib/rpm/rpmdb.sqlite", sqlite],
  ["/usr/lib/sysimage/rpm/rpmdb.sqlite", sqlite],
  ["/var/lib/rpm/Packages.db", ndb],
  ["/usr/lib/sysimage/rpm/Packages.db", ndb],
  ["/var/lib/rpm/Packages", "it is a Berkeley database, which rpm itself has given up"],
];
const STATUS_FOLDER = "/var/lib/dpkg/status.d";

/** Reads which packages are in an image. Nothing is unpacked or run. */
export async function readSbom(
  context: Context,
  image: Image | string,
  options: SbomOptions = {},
): Promise<Sbom> {
  const { signal } = options;
  const platform = options.platform ?? context.session.platform;
  const found = typeof image === "string"
    ? await new Images(context).get(image, { signal })
    : image;
  const { manifest, descriptor } = await found.resolve({ platform, signal });
  const label = `image "${found.name}"`;
  await using files = await openLayers(context, manifest.layers, label, signal);
  const read = (path: string) => readFile(context, files, path, label, signal);
  const packages: InstalledPackage[] = [];
  const databases: string[] = [];
  const unread: { path: string; why: string }[] = [];
  const seen = new Set<unknown>();
  const take = async (path: string, reader: Reader | string): Promise<void> => {
    const node = nodeAt(files.tree, path);
    // Two paths may lead to the same file.
    if (node?.attributes.kind !== "file" || seen.has(node)) return;
    seen.add(node);
    if (typeof reader === "string") return void unread.push({ path, why: reader });
    try {
      packages.push(...await reader(await read(path) ?? new Uint8Array()));
      databases.push(path);
    } catch (error) {
      if (error instanceof DavitError && !(error instanceof InvalidArgumentError)) throw error;
      unread.push({ path, why: error instanceof Error ? error.message : String(error) });
    }
  };
  for (const [path, reader] of DATABASES) await take(path, reader);
  const folder = nodeAt(files.tree, STATUS_FOLDER);
  for (const name of [...folder?.children?.keys() ?? []].sort()) {
    if (!name.endsWith(".md5sums")) await take(`${STATUS_FOLDER}/${name}`, text(parseDpkgStatus));
  }
  const release = await read("/etc/os-release") ?? await read("/usr/lib/os-release");
  const bill: BillOfMaterials = {
    name: found.name,
    digest: descriptor.digest,
    created: options.created ?? sourceDate(),
    distribution: parseOsRelease(new TextDecoder().decode(release ?? new Uint8Array())),
    packages: packages.sort((a, b) =>
      compare(a.type, b.type) || compare(a.name, b.name) || compare(a.version, b.version)
    ),
  };
  return {
    ...bill,
    databases,
    unread,
    spdx: () => toSpdx(bill),
    cycloneDx: () => toCycloneDx(bill),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readFile(
  context: Context,
  files: OpenFiles,
  path: string,
  label: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const node = nodeAt(files.tree, splitPath(path).join("/"));
  if (node?.attributes.kind !== "file") return undefined;
  if (node.attributes.size > MAX_BYTES) {
    throw new InvalidArgumentError(`Cannot read "${path}" of ${label}: it is too large`);
  }
  const parts: Uint8Array[] = [];
  for await (const part of readContent(context, node, label, signal)) parts.push(part.slice());
  return concat(parts);
}
