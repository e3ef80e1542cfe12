/**
 * Turns a Dockerfile into the stages of a build.
 *
 * @module
 */
import type { ExecutionConfig } from "../../oci/image_config.ts";
import { formatPlatform, parsePlatform, type Platform } from "../../oci/platform.ts";
import { isStageHolder, STAGE } from "../checks.ts";
import type { CopyOrigin } from "../plan.ts";
import type { Stage, StageBase, StageHolder } from "../stage.ts";
import { loadImage } from "../stages.ts";
import type { BuildWork } from "../work.ts";
import { expandWord, splitWords } from "./expand.ts";
import { type Dockerfile, type Instruction, lineError } from "./instructions.ts";
import { StageReader } from "./stage_reader.ts";

/** Arguments that commands get without being declared. */
const AMBIENT = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** What a Dockerfile is built with. */
export interface LoadOptions {
  /** Values of ARG. */
  readonly args: Readonly<Record<string, string>>;
  /** The stage to build; the last one by default. */
  readonly target: string | undefined;
  /** The build context. */
  readonly context: { readonly folder: string; readonly ignore: readonly string[] };
  /** Bases and origins by name, before images of that name. */
  readonly contexts: Readonly<Record<string, StageBase>>;
}

/** A stage as it is written. */
interface Section {
  readonly from: Instruction;
  readonly name: string | undefined;
  readonly base: string;
  readonly platform: Platform | undefined;
  readonly instructions: Instruction[];
}

/** A stage that was read. */
interface ReadStage {
  readonly holder: StageHolder;
  readonly config: ExecutionConfig;
  readonly triggers: readonly string[];
}

/**
 * The stage that is to be built, with those that it needs.
 *
 * @throws {InvalidArgumentError} With file and line, when something is wrong or not supported.
 */
export async function loadStages(
  dockerfile: Dockerfile,
  options: LoadOptions,
  work: BuildWork,
): Promise<StageHolder> {
  return await new Loader(dockerfile, options, work).target();
}

class Loader {
  readonly #dockerfile: Dockerfile;
  readonly #options: LoadOptions;
  readonly #work: BuildWork;
  readonly #globals = new Map<string, string>();
  readonly #platformArgs: ReadonlyMap<string, string>;
  readonly #sections: Section[] = [];
  readonly #read = new Map<Section, Promise<ReadStage>>();

  constructor(dockerfile: Dockerfile, options: LoadOptions, work: BuildWork) {
    this.#dockerfile = dockerfile;
    this.#options = options;
    this.#work = work;
    this.#platformArgs = new Map([
      ...platformArgs("TARGET", work.platform),
      ...platformArgs("BUILD", work.context.session.platform),
    ]);
    for (const instruction of dockerfile.instructions) this.#sort(instruction);
  }

  async target(): Promise<StageHolder> {
    const { target } = this.#options;
    const { file } = this.#dockerfile;
    if (this.#sections.length === 0) throw lineError(file, 1, "it has no FROM");
    const section = target === undefined ? this.#sections.at(-1) : this.#find(target);
    if (!section) {
      const names = this.#sections.flatMap(({ name }) => name ?? []).join(", ");
      throw lineError(file, 1, `it has no stage "${target}"; there are: ${names || "none"}`);
    }
    return (await this.#stage(section)).holder;
  }

  /** Puts an instruction where it belongs: before all stages, or into the last one. */
  #sort(instruction: Instruction): void {
    const { keyword, rest, line } = instruction;
    const { file, escape } = this.#dockerfile;
    if (keyword === "FROM") return void this.#sections.push(this.#section(instruction));
    const section = this.#sections.at(-1);
    if (section) return void section.instructions.push(instruction);
    if (keyword !== "ARG") throw lineError(file, line, `${keyword} comes before the first FROM`);
    for (const word of splitWords(rest, escape)) {
      const at = word.indexOf("=");
      const name = at < 0 ? word : word.slice(0, at);
      const value = this.#options.args[name] ??
        (at < 0 ? undefined : this.#expand(word.slice(at + 1)));
      if (value !== undefined) this.#globals.set(name, value);
    }
  }

  #expand(word: string): string {
    const variables = new Map([...this.#platformArgs, ...this.#globals]);
    return expandWord(word, { variables, escape: this.#dockerfile.escape });
  }

  #section(from: Instruction): Section {
    const { file, escape } = this.#dockerfile;
    try {
      const [base = "", as, name, ...more] = splitWords(from.rest, escape).map((word) =>
        this.#expand(word)
      );
      const known = as === undefined || (as.toUpperCase() === "AS" && name !== undefined);
      if (base === "" || !known || more.length > 0) {
        throw new SyntaxError("FROM takes an image, and AS with a name");
      }
      if (name !== undefined && !/^[a-z][a-z0-9_.-]*$/i.test(name)) {
        throw new SyntaxError(`${JSON.stringify(name)} is no name of a stage`);
      }
      let platform: Platform | undefined;
      for (const [flag, value] of from.flags) {
        if (flag !== "platform") throw new SyntaxError(`FROM --${flag} is not supported`);
        platform = parsePlatform(this.#expand(value));
      }
      return { from, name: name?.toLowerCase(), base, platform, instructions: [] };
    } catch (error) {
      throw lineError(file, from.line, (error as Error).message);
    }
  }

  #find(name: string): Section | undefined {
    const lower = name.toLowerCase();
    const named = this.#sections.findLast((section) => section.name === lower);
    return named ?? (/^\d+$/.test(name) ? this.#sections[Number(name)] : undefined);
  }

  #stage(section: Section): Promise<ReadStage> {
    let read = this.#read.get(section);
    if (!read) this.#read.set(section, read = this.#readStage(section));
    return read;
  }

  async #readStage(section: Section): Promise<ReadStage> {
    const { file, escape } = this.#dockerfile;
    const { args, context } = this.#options;
    const index = this.#sections.indexOf(section);
    const base = await this.#base(section, index);
    const reader = new StageReader({
      file,
      escape,
      context,
      argument: (name) => args[name] ?? this.#globals.get(name) ?? this.#platformArgs.get(name),
      ambient: Object.fromEntries(
        AMBIENT.flatMap((name) => args[name] === undefined ? [] : [[name, args[name]]]),
      ),
      from: async (name) => await this.#origin(name, index),
    }, base.config);
    await reader.triggers(base.triggers);
    for (const instruction of section.instructions) await reader.read(instruction);
    const stage: Stage = {
      base: base.base,
      steps: reader.steps,
      squash: false,
      name: section.name,
      platform: section.platform,
    };
    const triggers = reader.steps.flatMap((step) =>
      step.kind === "onbuild" ? [step.instruction] : []
    );
    return { holder: { [STAGE]: stage }, config: reader.config, triggers };
  }

  async #base(
    { base, platform, from }: Section,
    index: number,
  ): Promise<{ base: StageBase; config: ExecutionConfig; triggers: readonly string[] }> {
    const earlier = this.#sections.slice(0, index).findLast(({ name }) =>
      name === base.toLowerCase()
    );
    if (earlier) {
      const { holder, config, triggers } = await this.#stage(earlier);
      return { base: holder, config, triggers };
    }
    if (base === "scratch") return { base, config: {}, triggers: [] };
    const given = this.#options.contexts[base];
    if (isStageHolder(given)) {
      return { base: given, config: {}, triggers: [] };
    }
    const name = given ?? base;
    const work = platform ? { ...this.#work, platform } : this.#work;
    try {
      const { config } = await loadImage(work, name);
      const execution = config.config ?? {};
      return { base: name, config: execution, triggers: execution.OnBuild ?? [] };
    } catch (error) {
      if (error instanceof Error) {
        error.message = `${this.#dockerfile.file}:${from.line}: ${error.message}`;
      }
      throw error;
    }
  }

  async #origin(name: string, index: number): Promise<CopyOrigin> {
    const given = this.#options.contexts[name];
    if (given !== undefined) return given;
    const section = this.#find(name);
    if (!section) return name;
    if (this.#sections.indexOf(section) >= index) {
      throw new SyntaxError(`stage "${name}" does not come before this one`);
    }
    return (await this.#stage(section)).holder;
  }
}

function platformArgs(prefix: string, platform: Platform): [string, string][] {
  return [
    [`${prefix}PLATFORM`, formatPlatform(platform)],
    [`${prefix}OS`, platform.os],
    [`${prefix}ARCH`, platform.architecture],
    [`${prefix}VARIANT`, platform.variant ?? ""],
  ];
}
