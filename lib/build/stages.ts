/**
 * The stages of a build: each is built once, and those that do not need each other at the same time.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import { Image } from "../core/image/image.ts";
import { Images } from "../core/image/images.ts";
import { NotFoundError } from "../errors/errors.ts";
import { MissingContentError } from "../errors/image_errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { DOCKER, OCI, sniffCompression } from "../oci/media_types.ts";
import { formatPlatform } from "../oci/platform.ts";
import { holdLayer } from "./cache.ts";
import { emptyConfig } from "./config.ts";
import { chainOf } from "../core/image/documents.ts";
import { isStageHolder, STAGE } from "./checks.ts";
import type { Stage, StageBase } from "./stage.ts";
import type { BuildStep, CheckedStep, CopyOrigin } from "./plan.ts";
import type { Origin } from "./run_mounts.ts";
import { StageRun, type StageState } from "./stage_run.ts";
import type { BuildWork } from "./work.ts";

/** Stages of a build for one platform. */
export class Stages {
  readonly #work: BuildWork;
  readonly #running = new Map<Stage, Promise<StageState>>();
  readonly #names = new Map<Stage, string>();
  readonly #images = new Map<string, Promise<StageState>>();

  /** @param work What the build shares. */
  constructor(work: BuildWork) {
    this.#work = work;
  }

  /** Builds a stage, and those that it needs; once, whoever asks. */
  run(stage: Stage): Promise<StageState> {
    const known = this.#running.get(stage);
    if (known) return known;
    const name = this.#nameOf(stage);
    const running = this.#run(stage, name);
    this.#running.set(stage, running);
    running.catch((error) => this.#work.abort(error));
    return running;
  }

  /** What the cache has of a stage and of those that it needs. */
  async check(stage: Stage): Promise<CheckedStep[]> {
    const all: CheckedStep[] = [];
    const done = new Map<Stage, StageState | undefined>();
    const visit = async (one: Stage): Promise<StageState | undefined> => {
      if (done.has(one)) return done.get(one);
      const name = this.#nameOf(one);
      for (const needed of neededStages(one.steps)) await visit(needed);
      const base = isStageHolder(one.base)
        ? await visit(one.base[STAGE])
        : await this.#base(one.base, workOf(this.#work, one));
      const missing = [...neededStages(one.steps)].some((needed) => !done.get(needed));
      let state: StageState | undefined;
      if (base && !missing) {
        const origin = async (from: CopyOrigin) => {
          const found = isStageHolder(from) ? done.get(from[STAGE])! : await this.#base(from);
          return await originOf(found, this.#labelOf(from));
        };
        const run = new StageRun(workOf(this.#work, one), base, {
          name,
          steps: one.steps,
        }, origin);
        const result = await run.check();
        all.push(...result.checked);
        state = result.state;
      } else {
        const { describeStep } = await import("./describe.ts");
        const { makesLayer } = await import("./plan.ts");
        for (const step of one.steps) {
          const why = "a stage that it needs must be built";
          all.push({
            stage: name,
            name: describeStep(step),
            ...makesLayer(step) ? { state: "run", why } : { state: "config" },
          });
        }
      }
      done.set(one, state);
      return state;
    };
    await visit(stage);
    return all;
  }

  /** Waits until nothing goes on any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  #nameOf(stage: Stage): string {
    let name = this.#names.get(stage);
    if (name === undefined) {
      name = stage.name ?? `${this.#names.size}`;
      this.#names.set(stage, name);
    }
    return name;
  }

  async #run(stage: Stage, name: string): Promise<StageState> {
    // All that it needs begins now, and is waited for where it is needed.
    for (const needed of neededStages(stage.steps)) this.run(needed).catch(() => {});
    const work = workOf(this.#work, stage);
    const base = await this.#base(stage.base, work);
    const origin = (from: CopyOrigin) => this.#origin(from);
    const run = new StageRun(work, base, { name, steps: stage.steps }, origin);
    const state = await run.run();
    if (!stage.squash) return state;
    const { squashStage } = await import("./squash.ts");
    return await squashStage(work, base, state);
  }

  async #origin(from: CopyOrigin): Promise<Origin> {
    return await originOf(await this.#base(from), this.#labelOf(from));
  }

  #labelOf(from: CopyOrigin): string {
    if (isStageHolder(from)) return `stage "${this.#nameOf(from[STAGE])}"`;
    return `image "${from instanceof Image ? from.name : from}"`;
  }

  /** What a stage starts from, or takes files from. */
  #base(base: StageBase, work: BuildWork = this.#work): Promise<StageState> {
    if (isStageHolder(base)) return this.run(base[STAGE]);
    if (base === "scratch") {
      return Promise.resolve({ config: emptyConfig(work.platform), layers: [] });
    }
    const name = base instanceof Image ? `${base.digest} ${base.name}` : base;
    const key = `${formatPlatform(work.platform)} ${name}`;
    const known = this.#images.get(key);
    if (known) return known;
    const loading = loadImage(work, base);
    this.#images.set(key, loading);
    return loading;
  }
}

/** A stage may be built for another platform than the image. */
function workOf(work: BuildWork, { platform }: Stage): BuildWork {
  return platform ? { ...work, platform } : work;
}

/** The stages that files are copied or mounted from. */
function neededStages(steps: readonly BuildStep[]): Set<Stage> {
  const needed = new Set<Stage>();
  const add = (origin: CopyOrigin | undefined) => {
    if (isStageHolder(origin)) needed.add(origin[STAGE]);
  };
  for (const step of steps) {
    if (step.kind === "copy") add(step.options.from);
    if (step.kind !== "run") continue;
    for (const mount of step.run.mounts ?? []) if ("bind" in mount) add(mount.from);
  }
  return needed;
}

async function originOf(state: StageState, label: string): Promise<Origin> {
  return { label, layers: state.layers, key: await chainOf(state.config.rootfs.diff_ids) };
}

/**
 * The image of a base, on the lease, with layers as OCI has them.
 *
 * @throws {MissingContentError} When layers are not in the content store.
 */
export async function loadImage(work: BuildWork, base: Image | string): Promise<StageState> {
  const { platform, signal } = work;
  const image = typeof base === "string" ? await findImage(work, base) : base;
  const { manifest, config } = await image.resolve({ platform, signal });
  const missing: string[] = [];
  // The base may be removed meanwhile.
  const held = await Promise.all(
    manifest.layers.map(({ digest }) => holdLayer(work.context, digest, signal)),
  );
  for (const [i, { digest }] of manifest.layers.entries()) if (!held[i]) missing.push(digest);
  if (missing.length > 0) {
    throw new MissingContentError(
      `Cannot build on image "${image.name}": ${missing.length} of its layers are not in the ` +
        `content store, such as "${missing[0]}"; pull or import it again with all of its content`,
      { digests: missing, platform: formatPlatform(platform) },
    );
  }
  const store = new ContentStore(work.context);
  const layers = await Promise.all(manifest.layers.map((layer) => toOci(store, layer, signal)));
  return { config, layers };
}

async function findImage(work: BuildWork, name: string): Promise<Image> {
  const { context, signal, platform } = work;
  const { pull = "never" } = work.options;
  const images = new Images(context);
  const fetch = () => images.pull(name, { platform, unpack: false, signal });
  if (pull === "always") return await fetch();
  try {
    return await images.get(name, { signal });
  } catch (error) {
    if (!(error instanceof NotFoundError) || pull === "never") throw error;
    return await fetch();
  }
}

/** A manifest is either OCI's or Docker's throughout; what is built is OCI's. */
async function toOci(
  store: ContentStore,
  layer: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  if (layer.mediaType === DOCKER.layerGzip) return { ...layer, mediaType: OCI.layerGzip };
  if (layer.mediaType === DOCKER.layerZstd) return { ...layer, mediaType: OCI.layerZstd };
  if (layer.mediaType !== DOCKER.layer) return layer;
  // Docker's plain type was used for compressed layers as well.
  const types = { none: OCI.layer, gzip: OCI.layerGzip, zstd: OCI.layerZstd };
  for await (const head of store.read(layer.digest, { sizeBytes: 8, signal })) {
    return { ...layer, mediaType: types[sniffCompression(head)] };
  }
  return { ...layer, mediaType: OCI.layer };
}
