/**
 * Carries out the steps of a stage.
 *
 * @module
 */
import { throwIfAborted } from "../core/call/abort.ts";
import { ContentStore } from "../core/content/content.ts";
import { openLayers } from "../core/files/image_source.ts";
import type { FileTree } from "../core/files/tree.ts";
import type { Session } from "../core/session/session.ts";
import { DavitError } from "../errors/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { ImageConfig } from "../oci/image_config.ts";
import { nodeAt, ownerIds, placeEntries } from "./base_tree.ts";
import { type CacheKey, holdLayer, keyOf, labelLayer } from "./cache.ts";
import { ConfigState } from "./config.ts";
import { describeStep } from "./describe.ts";
import { chainOf, draftImage, writeManifest } from "../core/image/documents.ts";
import { EntryMaker, type LayerEntry } from "./entry.ts";
import { layerTar, type StoredLayer, writeLayer } from "./layer.ts";
import { type BuildMount, type BuildStep, type CheckedStep, makesLayer } from "./plan.ts";
import type { OriginOf } from "./run_mounts.ts";
import { runStep, runWords } from "./run_step.ts";
import { type CopyStep, openSource, type StepSource } from "./sources.ts";
import type { BuildWork, Report } from "./work.ts";

/** What a stage has come to. */
export interface StageState {
  /** The configuration. */
  readonly config: ImageConfig;
  /** The layers, the lowest first. */
  readonly layers: readonly Descriptor[];
}

/** What is known of a step before it is carried out. */
interface Look {
  readonly source: StepSource | undefined;
  /** Names the step on its parent. */
  readonly step: string;
  /** Names it with its files. */
  key(): Promise<CacheKey>;
}

/** The steps of a stage, in turn. */
export class StageRun {
  readonly #work: BuildWork;
  readonly #name: string;
  readonly #steps: readonly BuildStep[];
  readonly #originOf: OriginOf;
  readonly #config: ConfigState;
  readonly #layers: Descriptor[];
  #at = 0;

  /** @param base What the stage starts from. */
  constructor(
    work: BuildWork,
    base: StageState,
    stage: { readonly name: string; readonly steps: readonly BuildStep[] },
    originOf: OriginOf,
  ) {
    this.#work = work;
    this.#name = stage.name;
    this.#steps = stage.steps;
    this.#originOf = originOf;
    this.#config = new ConfigState(base.config, work.created);
    this.#layers = [...base.layers];
  }

  /** Carries them out. */
  async run(): Promise<StageState> {
    for (const step of this.#steps) {
      this.#at++;
      throwIfAborted(this.#work.signal, `building (${describeStep(step)})`);
      if (makesLayer(step)) {
        const started = performance.now();
        this.#report({ phase: "step", name: describeStep(step), current: 0, total: 0 });
        const layer = await this.#layerOf(step);
        this.#push(step, layer);
        const durationMs = performance.now() - started;
        this.#report({ phase: "done", name: describeStep(step), current: 1, total: 1, durationMs });
      } else this.#config.apply(step);
    }
    return this.state();
  }

  /** What the cache has of the steps, without doing any. */
  async check(): Promise<{ readonly checked: CheckedStep[]; readonly state?: StageState }> {
    const checked: CheckedStep[] = [];
    let broken = false;
    for (const step of this.#steps) {
      const about = { stage: this.#name, name: describeStep(step) };
      if (!makesLayer(step)) {
        this.#config.apply(step);
        checked.push({ ...about, state: "config" });
      } else if (broken) {
        this.#config.apply(step);
        checked.push({ ...about, state: "run", why: "a step before it must be carried out" });
      } else {
        const { key } = await this.#look(step);
        const full = await key();
        const layer = this.#work.cache.get(full.full);
        if (layer) this.#push(step, layer);
        else this.#config.apply(step);
        broken = !layer;
        const why = this.#work.options.noCache
          ? "the cache is not to be used"
          : this.#work.cache.knows(full.step)
          ? "its files have changed"
          : "it was not carried out here on this base before";
        checked.push({ ...about, ...layer ? { state: "cached" } : { state: "run", why } });
      }
    }
    return broken ? { checked } : { checked, state: this.state() };
  }

  /** What it has come to so far. */
  state(): StageState {
    return { config: this.#config.finish(), layers: [...this.#layers] };
  }

  #push(step: BuildStep, { descriptor, diffId }: StoredLayer): void {
    this.#config.apply(step, diffId);
    this.#layers.push(descriptor);
    this.#work.used.layers.add(descriptor.digest);
  }

  readonly #report: Report = (progress) => {
    this.#work.options.onProgress?.({
      ...progress,
      stage: this.#name,
      index: this.#at,
      count: this.#steps.length,
      platform: formatPlatform(this.#work.platform),
    });
  };

  async #tree(): Promise<FileTree> {
    const { context, signal } = this.#work;
    const files = await openLayers(context, this.#layers, `stage "${this.#name}"`, signal);
    return files.tree;
  }

  /** What a step's layer is named by, and where its files come from. */
  async #look(step: BuildStep): Promise<Look> {
    const { created, format, platform } = this.#work;
    const isCopy = step.kind === "copy" || step.kind === "add";
    const source = isCopy ? await openSource(this.#work, step, this.#originOf) : undefined;
    const canonical = isCopy
      ? copyInstruction(step)
      : step.kind === "run"
      ? await this.#runInstruction(step)
      : step;
    const parts = [
      await chainOf(this.#config.diffIds),
      canonical,
      formatPlatform(platform),
      created.getTime(),
      format,
    ];
    const stepKey = await keyOf(parts);
    return {
      source,
      step: stepKey,
      key: async () => ({
        step: stepKey,
        full: await keyOf([stepKey, await source?.inputs() ?? ""]),
      }),
    };
  }

  /** The layer of a step: of the cache, of a build that makes it just now, or made here. */
  async #layerOf(step: BuildStep): Promise<StoredLayer> {
    const { cache, options, context, signal } = this.#work;
    const { source, step: stepKey, key } = await this.#look(step);
    if (source?.late && (options.noCache || !cache.knows(stepKey))) {
      // Nothing to be found: files are hashed while they are read for the layer.
      const layer = await this.#make(step, source);
      return await this.#remember(await key(), layer);
    }
    const whole = await key();
    const cached = options.noCache ? undefined : cache.get(whole.full);
    if (cached) {
      if (await holdLayer(context, cached.descriptor.digest, signal)) {
        this.#report({ phase: "cached", name: describeStep(step), current: 1, total: 1 });
        return cached;
      }
      cache.delete(whole.full);
    }
    return await this.#once(
      whole,
      async () => await this.#remember(whole, await this.#make(step, source)),
    );
  }

  async #remember(key: CacheKey, layer: StoredLayer): Promise<StoredLayer> {
    const { context, resume, cache, signal } = this.#work;
    await labelLayer(context, key, layer, signal);
    await resume.hold(layer.descriptor.digest);
    cache.add(key, layer);
    return layer;
  }

  /** Of two builds of the same at once in this process, one works and the other waits. */
  async #once(key: CacheKey, make: () => Promise<StoredLayer>): Promise<StoredLayer> {
    const { context, options } = this.#work;
    if (options.noCache) return await make();
    const running = runningOf(context.session);
    const name = context.key("build", key.full);
    const other = running.get(name);
    if (other) {
      const layer = await other.catch(() => undefined);
      const { digest } = layer?.descriptor ?? {};
      if (layer && digest && await holdLayer(context, digest, this.#work.signal)) return layer;
      // The other one failed or was ended: that is no reason for this one to fail.
      return await this.#once(key, make);
    }
    const made = make();
    running.set(name, made);
    try {
      return await made;
    } finally {
      running.delete(name);
    }
  }

  async #make(step: BuildStep, source: StepSource | undefined): Promise<StoredLayer> {
    if (step.kind === "run") return await this.#run(step);
    if (step.kind === "workdir") return await this.#makeFolder(step.path);
    const copy = step as CopyStep;
    const tree = await this.#tree();
    let entries = await source!.entries();
    const { owner } = copy.options;
    if (owner !== undefined) {
      const ids = await ownerIds(
        this.#work.context,
        owner,
        () => Promise.resolve(tree),
        this.#work.signal,
      );
      entries = entries.map((entry) => ({ ...entry, ...ids }));
    }
    entries = intoFolder(tree, entries, copy);
    return await this.#write(step, placeEntries(tree, entries, (path) => FOLDERS.folder(path)));
  }

  /** A working directory that is not there yet is made. */
  async #makeFolder(path: string): Promise<StoredLayer> {
    const tree = await this.#tree();
    const isThere = path === "/" || nodeAt(tree, path)?.children !== undefined;
    const entries = isThere
      ? []
      : placeEntries(tree, [FOLDERS.folder(path)], (above) => FOLDERS.folder(above));
    return await this.#write({ kind: "workdir", path, create: true }, entries);
  }

  async #write(step: BuildStep, entries: readonly LayerEntry[]): Promise<StoredLayer> {
    const { context, created, format, signal } = this.#work;
    const name = describeStep(step);
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    let current = 0;
    this.#report({ phase: "layer", name, current, total });
    const tar = layerTar(entries, {
      mtime: created,
      onRead: (bytes) => {
        current += bytes;
        this.#report({ phase: "layer", name, current, total });
      },
    });
    return await writeLayer(new ContentStore(context), tar, format, signal);
  }

  async #run(step: Extract<BuildStep, { kind: "run" }>): Promise<StoredLayer> {
    const work = this.#work;
    const { context, platform, snapshotter, signal } = work;
    const { checkRunnable } = await import("./emulation.ts");
    await checkRunnable(context, platform, describeStep(step));
    const config = this.#config.finish();
    const target = await writeManifest(context, { config, layers: this.#layers }, signal);
    const image = draftImage(context, `davit.build/step`, target);
    const chain = await image.unpack({ platform, snapshotter, signal });
    if (chain !== undefined) work.used.chains.add(chain);
    const base = { image, chain, config: this.#config.execution, tree: await this.#tree() };
    return await runStep(work, step, base, this.#originOf, {
      stage: this.#name,
      report: this.#report,
    });
  }

  /** Everything that a command's result depends on, as far as a build can know it. */
  async #runInstruction({ run }: Extract<BuildStep, { kind: "run" }>): Promise<unknown> {
    const { execution } = this.#config;
    return {
      argv: runWords(run, execution),
      env: [execution.Env ?? [], Object.entries(run.env ?? {}).sort()],
      cwd: run.cwd ?? execution.WorkingDir ?? "/",
      user: run.user ?? execution.User ?? "",
      network: run.network ?? "host",
      stdin: run.stdin ?? "",
      mounts: await Promise.all((run.mounts ?? []).map((mount) => this.#mountInstruction(mount))),
    };
  }

  async #mountInstruction(mount: BuildMount): Promise<unknown> {
    if (!("bind" in mount)) return mount;
    const { from, context: _, ...rest } = mount;
    const options = {
      ...(from === undefined ? {} : { from }),
      ...(mount.ignore ? { ignore: mount.ignore } : {}),
      ...(mount.context === undefined ? {} : { context: mount.context }),
    };
    const step = { kind: "copy", from: mount.bind, to: "/content", options } as const;
    const source = await openSource(this.#work, step, this.#originOf);
    return { ...rest, bind: "", inputs: await source.inputs() };
  }
}

/** Folders that no source has. */
const FOLDERS = new EntryMaker({});

/** Layers that are being made, so that nobody makes them twice at once. */
const sessions = new WeakMap<Session, Map<string, Promise<StoredLayer>>>();

function runningOf(session: Session): Map<string, Promise<StoredLayer>> {
  let running = sessions.get(session);
  if (!running) sessions.set(session, running = new Map());
  return running;
}

/** A copy without where its files lie: they are named by what they are. */
function copyInstruction({ kind, to, options }: CopyStep): unknown {
  const { mode, uid, gid, owner } = options;
  return { kind, to, mode, uid, gid, owner };
}

/** A file that is copied to a folder that is there goes into it. */
function intoFolder(
  tree: FileTree,
  entries: readonly LayerEntry[],
  { from, to }: CopyStep,
): LayerEntry[] {
  const [entry] = entries;
  const single = entries.length === 1 && entry?.kind === "file" && entry.path === to;
  if (!single || !nodeAt(tree, to)?.children) return [...entries];
  if (typeof from !== "string" && !(from instanceof URL) && !Array.isArray(from)) {
    throw new DavitError(
      `Cannot copy to "${to}": there is a folder of that name; name the file in it`,
      "invalid_argument",
    );
  }
  const source = String(Array.isArray(from) ? from[0] : from);
  return [{ ...entry!, path: `${to}/${source.split("/").findLast((part) => part !== "")}` }];
}
