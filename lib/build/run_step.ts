/**
 * Runs a command of a build, and makes a layer of what it changed.
 *
 * @module
 */
import { ContentStore } from "../core/content/content.ts";
import { EMPTY_PLAN } from "../core/container/plan.ts";
import type { ContainerPlan } from "../core/container/plan.ts";
import type { PlanStep } from "../core/container/step.ts";
import { randomId } from "../core/container/create.ts";
import type { Context } from "../core/context.ts";
import type { FileTree } from "../core/files/tree.ts";
import type { Image } from "../core/image/image.ts";
import { execute } from "../core/process/execute.ts";
import type { ProcessMaker, ProcessTarget } from "../core/process/target.ts";
import { quoteWords } from "../core/process/target.ts";
import { runMaker } from "../core/run/target.ts";
import { diff } from "../core/snapshot/diff.ts";
import { Snapshots } from "../core/snapshot/snapshots.ts";
import { BuildError } from "../errors/image_errors.ts";
import { StartError } from "../errors/process_errors.ts";
import type { ExecutionConfig } from "../oci/image_config.ts";
import { OCI } from "../oci/media_types.ts";
import { withHostNetwork } from "../oci/spec_linux.ts";
import type { SpecOption } from "../oci/spec_option.ts";
import { nodeAt } from "./base_tree.ts";
import { describeStep } from "./describe.ts";
import { type StoredLayer, writeLayer } from "./layer.ts";
import type { BuildStep, RunDescription } from "./plan.ts";
import { rewriteLayer } from "./rewrite.ts";
import { openMounts, type OriginOf } from "./run_mounts.ts";
import type { BuildWork, Report } from "./work.ts";

/** How much of the output an error shows, in characters. */
const TAIL = 4096;

/** The shell where nothing else is said. */
export const DEFAULT_SHELL: readonly string[] = ["/bin/sh", "-c"];

/** What a command runs on. */
export interface RunBase {
  /** The state so far, as an image. */
  readonly image: Image;
  /** The chain id of its layers; `undefined` for none. */
  readonly chain: string | undefined;
  /** How to run it so far. */
  readonly config: Readonly<ExecutionConfig>;
  /** Its files. */
  readonly tree: FileTree;
}

/** The words that a command is run with. */
export function runWords(run: RunDescription, config: Readonly<ExecutionConfig>): string[] {
  if (run.argv) return [...run.argv];
  return [...config.Shell ?? DEFAULT_SHELL, run.script ?? ""];
}

/**
 * Runs the command of a step.
 *
 * @returns The layer, stored under the lease.
 * @throws {BuildError} When it fails, or cannot be started.
 */
export async function runStep(
  work: BuildWork,
  step: BuildStep & { kind: "run" },
  base: RunBase,
  originOf: OriginOf,
  place: { readonly stage: string; readonly report: Report },
): Promise<StoredLayer> {
  const { context, signal } = work;
  const { run } = step;
  const words = runWords(run, base.config);
  await using mounts = await openMounts(work, run.mounts ?? [], originOf);
  const network = run.network === "none" ? [] : await hostNetwork(context);
  const id = randomId();
  const mounted = new Set(["/proc", "/dev", "/sys"]);
  const plan: ContainerPlan = {
    ...EMPTY_PLAN,
    image: base.image,
    id,
    entrypoint: words,
    // As reproducible-builds.org has it: tools that know it write no other times.
    env: {
      SOURCE_DATE_EPOCH: `${Math.floor(work.created.getTime() / 1000)}`,
      ...mounts.env,
      ...run.env,
    },
    ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
    ...(run.user === undefined ? {} : { user: run.user }),
    snapshotter: work.snapshotter,
    steps: [
      edit("network", run.network === "none" ? (spec) => spec : withHostNetwork()),
      edit("surroundings", (spec) => {
        // What is written to /run is to be in the image, as with other builders.
        const own = (spec.mounts ?? []).filter(({ destination }) => destination !== "/run");
        const all = [...own, ...network, ...mounts.mounts];
        for (const { destination } of all) mounted.add(destination);
        return { ...spec, hostname: "build", mounts: all };
      }),
    ],
  };
  const kept = keepContainer(runMaker(context, plan));
  const output = new Output((text) =>
    place.report({ phase: "run", name: describeStep(step), current: 0, total: 0, output: text })
  );
  try {
    const fail = async (why: string, exitCode: number | undefined, cause?: unknown) => {
      await context.session.settled(context.key("container", id));
      const image = work.options.onError === "keep" && exitCode !== undefined
        ? await keepFailed(work, { id, base, mounted })
        : undefined;
      return buildError({ step, stage: place.stage, words, why, exitCode, output, image, cause });
    };
    let exit;
    try {
      exit = await execute(context, kept.maker, {
        check: false,
        signal,
        stdout: { stream: output.sink() },
        stderr: { stream: output.sink() },
        ...(run.stdin === undefined
          ? {}
          : { stdin: { bytes: new TextEncoder().encode(run.stdin) } }),
      });
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw await fail(`it could not be started: ${error.message}`, undefined, error);
    }
    if (exit.exitCode !== 0) {
      const how = exit.oomKilled
        ? "it was killed: out of memory"
        : exit.signal
        ? `it was ended by ${exit.signal} (exit code ${exit.exitCode})`
        : `it ended with exit code ${exit.exitCode}`;
      throw await fail(how, exit.exitCode);
    }
    // The file system is at rest once the task is gone.
    await context.session.settled(context.key("container", id));
    return await layerOf(work, { id, base, mounted });
  } finally {
    await kept.discard();
  }
}

/** The network of the daemon's host: its names, too. */
async function hostNetwork({ session: { host } }: Context) {
  const mounts = [];
  for (const path of ["/etc/resolv.conf", "/etc/hosts"]) {
    if (!await host.lstat(path)) continue;
    mounts.push({
      destination: path,
      type: "bind",
      source: path,
      options: ["rbind", "rprivate", "ro"],
    });
  }
  return mounts;
}

function edit(shows: string, change: SpecOption): PlanStep {
  return { by: "build", shows, stage: "edit", edit: change };
}

/** A maker whose container stays when its process has ended. */
function keepContainer(maker: ProcessMaker): { maker: ProcessMaker; discard(): Promise<void> } {
  const made: ProcessTarget[] = [];
  return {
    maker: {
      ...maker,
      async prepare(signal) {
        const target = await maker.prepare(signal);
        made.push(target);
        return {
          argv: target.argv,
          key: target.key,
          create: (io) => target.create(io),
          start: () => target.start(),
          wait: () => target.wait(),
          complete: (status) => target.complete(status),
          kill: (number) => target.kill(number),
          resize: (size) => target.resize(size),
          closeStdin: () => target.closeStdin(),
          delete: () => target.delete(),
          end: () => target.end(),
          discard: () => Promise.resolve(),
        };
      },
    },
    async discard() {
      for (const target of made.splice(0)) {
        await target.end();
        await target.discard();
      }
    },
  };
}

/** A layer of what a container's file system differs in from its base. */
async function layerOf(
  work: BuildWork,
  run: { readonly id: string; readonly base: RunBase; readonly mounted: ReadonlySet<string> },
): Promise<StoredLayer> {
  const { context, snapshotter, signal } = work;
  const { tree } = run.base;
  const changes = await changesOf(
    context,
    { key: run.id, parent: run.base.chain, snapshotter },
    signal,
  );
  const points = [...run.mounted].map((path) => path.replace(/^\/+/, "").replace(/\/+$/, ""));
  const tar = rewriteLayer(changes, {
    epoch: work.created,
    mountPoints: new Set(points),
    before: (path) => nodeAt(tree, path)?.attributes,
  });
  return await writeLayer(new ContentStore(context), tar, work.format, signal);
}

/**
 * What a snapshot differs in from another one, as a plain tar.
 *
 * @param parent The name of the other; an empty file system without it.
 */
export async function changesOf(
  context: Context,
  of: { readonly key: string; readonly parent: string | undefined; readonly snapshotter: string },
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const { key, snapshotter } = of;
  const { mounts: right } = await context.api.snapshots.mounts({ snapshotter, key }, { signal });
  const before = new Snapshots(context).from(of.parent).snapshotter(snapshotter);
  await using view = await before.view({ signal });
  const left = await view.mounts({ signal });
  const { digest } = await diff(context, {
    left: left.map(plain),
    right: right.map(plain),
    mediaType: OCI.layer,
    signal,
  });
  return new ContentStore(context).read(digest, signal ? { signal } : {});
}

/** `rbind` could not be unmounted by the daemon; a snapshot has no mounts below. */
function plain<T extends { readonly options: readonly string[] }>(mount: T): T {
  return {
    ...mount,
    options: mount.options.map((option) => option === "rbind" ? "bind" : option),
  };
}

/** Makes an image of the state that a command left. */
async function keepFailed(
  work: BuildWork,
  run: { readonly id: string; readonly base: RunBase; readonly mounted: ReadonlySet<string> },
): Promise<string> {
  const [{ Images }, { writeManifest }] = await Promise.all([
    import("../core/image/images.ts"),
    import("../core/image/documents.ts"),
  ]);
  const { context, signal } = work;
  const layer = await layerOf(work, run);
  const { config, manifest } = await run.base.image.resolve({ platform: work.platform, signal });
  const target = await writeManifest(context, {
    config: {
      ...config,
      rootfs: { type: "layers", diff_ids: [...config.rootfs.diff_ids, layer.diffId] },
      history: [...config.history ?? [], { created_by: "what a failed command left" }],
    },
    layers: [...manifest.layers, layer.descriptor],
  }, signal);
  const name = `davit.build/failed:${run.id}`;
  await new Images(context).set(name, target, { signal });
  return name;
}

/** What a command writes: the end of it is kept. */
class Output {
  readonly #tell: (text: string) => void;
  tail = "";

  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  sink(): WritableStream<Uint8Array> {
    const decoder = new TextDecoder();
    const take = (text: string) => {
      if (text === "") return;
      this.tail = (this.tail + text).slice(-TAIL);
      this.#tell(text);
    };
    return new WritableStream({
      write: (chunk) => take(decoder.decode(chunk, { stream: true })),
      close: () => take(decoder.decode()),
    });
  }
}

function buildError(failure: {
  readonly step: BuildStep;
  readonly stage: string;
  readonly words: readonly string[];
  readonly why: string;
  readonly exitCode: number | undefined;
  readonly output: Output;
  readonly image: string | undefined;
  readonly cause: unknown;
}): BuildError {
  const { step, words, why, output, image, cause } = failure;
  const { origin } = step;
  const where = origin ? `${origin.file}:${origin.line}: ` : "";
  const shown = output.tail.trimEnd();
  const kept = image ? `; its state is image "${image}"` : "";
  return new BuildError(
    `Cannot build: ${where}${quoteWords(words)}: ${why}${kept}${shown ? `:\n${shown}` : ""}`,
    {
      step: describeStep(step),
      stage: failure.stage,
      origin,
      argv: words,
      exitCode: failure.exitCode,
      tail: output.tail,
      image,
    },
    cause === undefined ? undefined : { cause },
  );
}
