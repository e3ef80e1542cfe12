/**
 * The names at the prompt.
 *
 * @module
 */
import type { Client } from "../client/client.ts";
import type { Namespace } from "../client/namespace.ts";
import type { ContainerBuilder } from "../core/container/builder.ts";
import type { Containers } from "../core/container/containers.ts";
import { RunningContainer } from "../core/container/running.ts";
import type { ContentStore } from "../core/content/content.ts";
import type { ExecBuilder } from "../core/exec/exec.ts";
import type { Image } from "../core/image/image.ts";
import type { Images } from "../core/image/images.ts";
import type { Leases } from "../core/lease/leases.ts";
import type { RunBuilder } from "../core/run/run.ts";
import type { Snapshots } from "../core/snapshot/snapshots.ts";
import type { Tasks } from "../core/task/tasks.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { type Duration, parseDuration } from "../oci/durations.ts";
import { type ShellValue, shTemplate } from "../oci/quote.ts";
import { cliCode, type CliLine, cliLine } from "./cli/cli.ts";
import type { ByName } from "./names.ts";
import { CLASSES, collectionNames, collectionsOf } from "./classes.ts";
import { help, type HelpPage } from "./help/help.ts";
import { formatDuration } from "./human.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Watched } from "./live/watch.ts";
import type { PromptOptions } from "./options.ts";
import { type SavedScript, saveScript } from "./save_file.ts";
import type { LineLog } from "./lines.ts";
import type { Workspace } from "./workspace.ts";

/** A script for `/bin/sh`; what is interpolated is quoted. */
export type ShellTag<T> = (strings: TemplateStringsArray, ...values: ShellValue[]) => T;

/** What has names at the prompt. */
export interface PromptGlobals {
  /** The client. */
  readonly davit: Client;
  /** The namespace that the prompt is in; `use()` goes to another one. */
  readonly ns: Namespace;
  /** Its images; `images.byName.` completes their names. */
  readonly images: Images & { readonly byName: ByName<Image> };
  /** Its containers; `containers.byName.` completes their names. */
  readonly containers: Containers & { readonly byName: ByName<RunningContainer> };
  /** Its blobs. */
  readonly content: ContentStore;
  /** Its leases. */
  readonly leases: Leases;
  /** Its snapshots. */
  readonly snapshots: Snapshots;
  /** The processes of its containers. */
  readonly tasks: Tasks;
  /** Its events, to be followed by `for await (const e of events()) …`. */
  readonly events: Namespace["events"];
  /** Starts to describe an image; `.build()` makes it. */
  readonly build: Namespace["build"];
  /** Starts to describe a container that lives; `.start()` makes it. */
  container(name?: string): ContainerBuilder;
  /**
   * Runs a command in a new container, and removes it.
   *
   * @param image An image, or the name of one that is there.
   * @param command Program and arguments; the image's own by default.
   */
  run(image: Image | string, ...command: string[]): RunBuilder;
  /**
   * Runs shell scripts in a new container, or in one that runs.
   *
   * @param target An image, its name, or a running container.
   * @returns A tag: `` await sh("alpine")`ls /etc | wc -l` ``.
   */
  sh(target: RunningContainer): ShellTag<ExecBuilder>;
  /** The same in a new container. */
  sh(target: Image | string): ShellTag<RunBuilder>;
  /** A shell script in what `sh()` was given last: `` await $`ls` ``. */
  readonly $: ShellTag<RunBuilder | ExecBuilder>;
  /**
   * Shows what a function returns, and again whenever something happens in the namespace, until
   * Ctrl-C: `await watch(() => images.list())`.
   *
   * @param look What to show: a function, or what has a `list()`; the containers by default.
   */
  watch(look?: (() => unknown) | { list(): unknown }): Promise<Watched>;
  /**
   * Shows what the containers use, until Ctrl-C.
   *
   * @param options `every`: how often, `"1s"` by default.
   */
  top(options?: { every?: Duration }): Promise<Watched>;
  /** Goes to another namespace: `ns`, `images`, `containers` and the others are its own then. */
  use(namespace: string): Namespace;
  /**
   * Says what there is, or what something is for.
   *
   * @param thing A method, an object, or its name: `help(images.import)`, `help("Image")`.
   */
  help(thing?: unknown): HelpPage;
  /**
   * What a line of docker, nerdctl, podman or ctr is here. Printing it shows the code, awaiting it
   * runs it: `` await cli`docker run --rm alpine ls` ``.
   */
  cli(strings: TemplateStringsArray, ...values: ShellValue[]): CliLine;
  /**
   * Writes what was entered and worked as a script that runs.
   *
   * @param path Such as `"script.ts"`; a file that was not saved so is never written over.
   */
  save(path: string): SavedScript;
  /** How long the last line took that called the SDK, such as `1.42 s`. */
  readonly took: string;
  /** The last line's result, or what it threw; `last.stack` is the stack of an error. */
  readonly last: unknown;
  /** Ends the prompt, as Ctrl-D does. */
  exit(): void;
}

/** Gives the names. */
export function defineGlobals(
  prompt: {
    workspace: Workspace;
    log: LineLog;
    options: PromptOptions;
    interrupts: Pick<Interrupts, "signal">;
  },
): void {
  const { workspace, log, options, interrupts } = prompt;
  let target: Image | RunningContainer | string | undefined;
  const script = (strings: TemplateStringsArray, values: ShellValue[]) => {
    if (target === undefined) {
      throw new InvalidArgumentError(
        'Cannot tell where to run this: say so once by sh("IMAGE") or sh(CONTAINER)',
      );
    }
    const builder = target instanceof RunningContainer ? target.exec() : workspace.ns.run(target);
    return builder.sh(strings, ...values);
  };
  const getters: Record<string, () => unknown> = {
    // Nouns that come later have a name here by themselves.
    ...Object.fromEntries(
      collectionNames(workspace.ns).map((name) => [name, () => Reflect.get(workspace.ns, name)]),
    ),
    davit: () => workspace.client,
    ns: () => workspace.ns,
    last: () => log.last,
    took: () => log.took === undefined ? "" : formatDuration(log.took),
  };
  const functions = {
    container: (name?: string) => workspace.ns.container(name),
    build: (base: Image | string) => workspace.ns.build(base),
    events: (options: Parameters<Namespace["events"]>[0]) => workspace.ns.events(options),
    run: (image: Image | string, ...command: string[]) => {
      const run = workspace.ns.run(image);
      return command.length === 0 ? run : run.command(...command);
    },
    sh: (given: Image | RunningContainer | string) => {
      target = given;
      return (strings: TemplateStringsArray, ...values: ShellValue[]) => script(strings, values);
    },
    $: (strings: TemplateStringsArray, ...values: ShellValue[]) => script(strings, values),
    use: (namespace: string) => workspace.use(namespace),
    watch: async (look: (() => unknown) | { list(): unknown } = workspace.ns.containers) => {
      const { watchValue } = await import("./live/watch.ts");
      const list = typeof look === "function" ? look : () => look.list();
      return await watchValue(workspace.ns, list, interrupts.signal);
    },
    top: async ({ every = "1s" }: { every?: Duration } = {}) => {
      const everyMs = parseDuration(every, "interval");
      const { liveTop } = await import("./live/top.ts");
      return await liveTop(workspace.ns, everyMs, interrupts.signal);
    },
    help: (...thing: unknown[]) =>
      help(
        thing,
        options.docs,
        [...CLASSES, ...collectionsOf(workspace.ns)],
        collectionNames(workspace.ns),
      ),
    cli: (strings: TemplateStringsArray, ...values: ShellValue[]) =>
      cliLine(shTemplate(strings, ...values), workspace, globalThis),
    save: (path: string) =>
      saveScript(path, {
        lines: log.lines.filter(({ worked }) => worked).map(({ text, output }) => ({
          text: cliCode(text) ?? text,
          output,
        })),
        namespace: options.namespace,
        connect: options.connect,
        sdk: options.sdk,
        collections: collectionNames(workspace.ns),
        run: options.run,
        nameOf: (kind, identifier) => workspace.names.nameOf(kind, identifier),
      }),
    exit: () => globalThis.close(),
  };
  for (const [name, get] of Object.entries(getters)) {
    Object.defineProperty(globalThis, name, { get, set: replace(name), configurable: true });
  }
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}

/** An assignment replaces the name, as it does for any other one. */
function replace(name: string): (value: unknown) => void {
  return (value) => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
}
