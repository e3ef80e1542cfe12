/**
 * Carries out the plan of an image build.
 *
 * @module
 */
import { snapshotterOf } from "../core/defaults.ts";
import type { Context } from "../core/context.ts";
import { withinDisk } from "../core/image/disk_full.ts";
import type { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { underLease } from "../core/lease/leases.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { indexLabels, type Labels } from "../oci/gc_labels.ts";
import type { ImageIndex } from "../oci/index_doc.ts";
import { OCI } from "../oci/media_types.ts";
import { formatPlatform, matchesPlatform, type Platform } from "../oci/platform.ts";
import { BuildCache, KEEP_LAYER } from "./cache.ts";
import { draftImage, sorted, writeDocument, writeManifest } from "../core/image/documents.ts";
import { sourceDate } from "./epoch.ts";
import type { BuildOptions } from "./options.ts";
import { ResumeLease } from "./resume.ts";
import { Spool } from "./spool.ts";
import { STAGE } from "./checks.ts";
import type { StageHolder } from "./stage.ts";
import type { StageState } from "./stage_run.ts";
import { Stages } from "./stages.ts";
import type { BuildWork } from "./work.ts";

/** What is to be built. */
export interface BuildRequest {
  /** Names of the image. */
  readonly tags: readonly string[];
  /** Annotations of its manifests. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What it is built for; the daemon's own platform when empty. */
  readonly platforms: readonly Platform[];
  /** The last stage, for a platform. */
  stageFor(platform: Platform, work: BuildWork): Promise<StageHolder>;
}

/**
 * Builds an image.
 *
 * @returns The image, by the first of its names.
 * @throws {DavitError} `resource_exhausted`, when the daemon's disk is full.
 */
export async function buildImage(
  context: Context,
  request: BuildRequest,
  options: BuildOptions,
): Promise<Image> {
  const [name] = request.tags;
  if (name === undefined) {
    throw new InvalidArgumentError(
      'Cannot build the image: it has no name; call .tag("name") before .build()',
    );
  }
  return await withinDisk(`build image "${name}"`, () => buildNamed(context, request, options));
}

async function buildNamed(
  context: Context,
  request: BuildRequest,
  options: BuildOptions,
): Promise<Image> {
  const { tags } = request;
  const name = tags[0]!;
  return await withWork(context, request, options, async (works) => {
    const built = await allOf(works.map((work) => buildPlatform(work, request)));
    const { context: leased, signal, resume } = works[0]!;
    const target = built.length === 1
      ? await writeManifest(leased, {
        ...built[0]!.state,
        annotations: request.annotations,
        labels: cacheLabels(works),
      }, signal)
      : await writeIndex(works, built, request.annotations);
    await unpack(works, name, target);
    // Not the lease's, which ends with the build: what is returned lives on.
    const images = new Images(context);
    const image = await images.set(name, target, { signal });
    for (const other of tags.slice(1)) await images.set(other, target, { signal });
    await resume.end();
    return image;
  });
}

/** Does something with what builds for all platforms need; nothing of it is left then. */
export async function withWork<T>(
  context: Context,
  request: Pick<BuildRequest, "tags" | "platforms">,
  options: BuildOptions,
  use: (works: readonly BuildWork[]) => Promise<T>,
): Promise<T> {
  const told = await withLines(options);
  const platforms = request.platforms.length > 0 ? request.platforms : [context.session.platform];
  const failed = new AbortController();
  const signals = [failed.signal, context.session.closing];
  const signal = AbortSignal.any(options.signal ? [options.signal, ...signals] : signals);
  const format = { compression: options.compression ?? "gzip", level: options.level ?? 6 } as const;
  return await underLease(context, async (leased) => {
    await using spool = new Spool();
    const [cache, snapshotter, resume] = await Promise.all([
      BuildCache.load(leased, signal),
      snapshotterOf(leased, options),
      ResumeLease.of(context, request.tags),
    ]);
    const used = { layers: new Set<Digest>(), chains: new Set<Digest>() };
    const created = options.epoch ?? sourceDate();
    const works = platforms.map((platform): BuildWork => ({
      context: leased,
      options: told,
      signal,
      abort: (error) => failed.abort(error),
      platform,
      created,
      format,
      snapshotter,
      cache,
      resume,
      spool,
      used,
    }));
    return await use(works);
  });
}

/** The options with a listener that writes lines, where they ask for one. */
async function withLines(options: BuildOptions): Promise<BuildOptions> {
  if (options.progress === undefined) return options;
  const { progressLines } = await import("./progress_lines.ts");
  const tell = progressLines((line) => console.error(line));
  return {
    ...options,
    onProgress(progress) {
      tell(progress);
      options.onProgress?.(progress);
    },
  };
}

interface Built {
  readonly work: BuildWork;
  readonly state: StageState;
}

async function buildPlatform(work: BuildWork, request: BuildRequest): Promise<Built> {
  const stages = new Stages(work);
  try {
    const holder = await request.stageFor(work.platform, work);
    return { work, state: await stages.run(holder[STAGE]) };
  } catch (error) {
    // What else goes on is of no use any more, and must have ended before the lease does.
    work.abort(error);
    throw error;
  } finally {
    await stages.settled();
  }
}

/** All results; when one fails, the others come to their end first, and the first failure counts. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  let first: { error: unknown } | undefined;
  const results = await Promise.allSettled(
    promises.map((promise) =>
      promise.catch((error) => {
        first ??= { error };
        throw error;
      })
    ),
  );
  if (first) throw first.error;
  return results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

/** One manifest for each platform, under an index. */
async function writeIndex(
  works: readonly BuildWork[],
  built: readonly Built[],
  annotations: Readonly<Record<string, string>>,
): Promise<Descriptor> {
  const { context, signal } = works[0]!;
  const manifests: Descriptor[] = [];
  for (const { work: { platform }, state } of built) {
    const manifest = await writeManifest(context, { ...state, annotations }, signal);
    const { os, architecture, variant } = platform;
    manifests.push({
      ...manifest,
      platform: { architecture, os, ...(variant ? { variant } : {}) },
    });
  }
  const index: ImageIndex = {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests,
    ...(Object.keys(annotations).length > 0 ? { annotations: sorted(annotations) } : {}),
  };
  const labels = { ...indexLabels(index), ...cacheLabels(works) };
  return await writeDocument(context, OCI.index, index, labels, signal);
}

/** Labels that keep what the next build needs for as long as the image is there. */
function cacheLabels(works: readonly BuildWork[]): Labels {
  const { used, snapshotter } = works[0]!;
  const labels: Labels = {};
  for (const [i, digest] of [...used.layers].sort().entries()) {
    labels[KEEP_LAYER + i] = digest;
  }
  for (const [i, chain] of [...used.chains].sort().entries()) {
    labels[`containerd.io/gc.ref.snapshot.${snapshotter}/davit.${i}`] = chain;
  }
  return labels;
}

/** Unpacks what the daemon's machine can run, or the only platform that there is. */
async function unpack(
  works: readonly BuildWork[],
  name: string,
  target: Descriptor,
): Promise<void> {
  const own = works.find(({ context: { session }, platform }) =>
    matchesPlatform(platform, session.platform)
  );
  const work = own ?? (works.length === 1 ? works[0]! : undefined);
  if (!work) return;
  const { context, platform, snapshotter, signal, options } = work;
  const image = draftImage(context, name, target);
  const { manifest } = await image.resolve({ platform, signal });
  const total = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
  const about = { name, total, stage: "", index: 0, count: 0, platform: formatPlatform(platform) };
  options.onProgress?.({ phase: "unpack", current: 0, ...about });
  await image.unpack({ platform, snapshotter, signal });
  options.onProgress?.({ phase: "unpack", current: total, ...about });
}
