/**
 * Turns the instructions of one stage of a Dockerfile into the steps of a build.
 *
 * @module
 */
import { DavitError } from "../../errors/errors.ts";
import { parseDuration } from "../../oci/durations.ts";
import type { ExecutionConfig, Healthcheck } from "../../oci/image_config.ts";
import { checkVariables, imagePath } from "../checks.ts";
import type { BuildMount, BuildStep, CopyOptions, CopyOrigin, StepOrigin } from "../plan.ts";
import { DEFAULT_SHELL } from "../run_step.ts";
import { expandText, expandWord, splitWords } from "./expand.ts";
import { type Instruction, jsonWords, lineError, parseDockerfile } from "./instructions.ts";
import { readMount } from "./mounts.ts";

/** What a stage is read with. */
export interface StageSurroundings {
  /** The Dockerfile's name, for messages. */
  readonly file: string;
  /** Its escape character. */
  readonly escape: string;
  /** The build context. */
  readonly context: { readonly folder: string; readonly ignore: readonly string[] };
  /** Values of arguments: given by the caller, by the start of the file, and by the platform. */
  argument(name: string): string | undefined;
  /** Arguments that commands get without being declared: those of proxies. */
  readonly ambient: Readonly<Record<string, string>>;
  /** A stage or image by its name. */
  from(name: string): Promise<CopyOrigin>;
}

/** Reads one instruction after the other; what it knows is what the image would be so far. */
export class StageReader {
  readonly #around: StageSurroundings;
  readonly #env: Map<string, string>;
  readonly #args = new Map<string, string>();
  readonly #steps: BuildStep[] = [];
  #workdir: string;
  #shell: readonly string[];
  #origin: StepOrigin;

  /** @param base How the stage's base is run. */
  constructor(around: StageSurroundings, base: Readonly<ExecutionConfig>) {
    this.#around = around;
    this.#env = new Map((base.Env ?? []).map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }));
    this.#workdir = base.WorkingDir || "/";
    this.#shell = base.Shell ?? DEFAULT_SHELL;
    this.#origin = { file: around.file, line: 0 };
  }

  /** The steps so far. */
  get steps(): readonly BuildStep[] {
    return this.#steps;
  }

  /** How the image would be run so far, as far as later stages need it. */
  get config(): ExecutionConfig {
    return {
      Env: [...this.#env].map(([name, value]) => `${name}=${value}`),
      WorkingDir: this.#workdir,
      Shell: [...this.#shell],
    };
  }

  /** Carries out what the base wants done. */
  async triggers(instructions: readonly string[]): Promise<void> {
    for (const text of instructions) {
      const file = `ONBUILD of the base (${text.split("\n")[0]})`;
      for (const one of parseDockerfile(text, file).instructions) {
        await this.#read(one, { file, line: one.line });
      }
    }
  }

  /**
   * Reads an instruction.
   *
   * @throws {InvalidArgumentError} With file and line, when it is wrong or not supported.
   */
  async read(instruction: Instruction): Promise<void> {
    await this.#read(instruction, { file: this.#around.file, line: instruction.line });
  }

  async #read(instruction: Instruction, origin: StepOrigin): Promise<void> {
    this.#origin = origin;
    try {
      await this.#apply(instruction);
    } catch (error) {
      if (error instanceof SyntaxError) throw lineError(origin.file, origin.line, error.message);
      if (error instanceof DavitError && error.code === "invalid_argument") {
        const why = error.message.replace(/^Cannot /, "cannot ");
        throw lineError(origin.file, origin.line, why);
      }
      throw error;
    }
  }

  async #apply(instruction: Instruction): Promise<void> {
    const { keyword, rest } = instruction;
    switch (keyword) {
      case "RUN":
        return await this.#run(instruction);
      case "COPY":
        return await this.#copy(instruction);
      case "ADD":
        return await this.#add(instruction);
      case "ENV":
        return this.#setEnv(this.#pairs(rest));
      case "ARG":
        return this.#arg(rest);
      case "LABEL":
        return this.#step({ kind: "label", labels: this.#pairs(rest) });
      case "MAINTAINER":
        return this.#step({ kind: "label", labels: { maintainer: this.#expand(rest) } });
      case "WORKDIR": {
        const path = imagePath(this.#expand(rest), this.#workdir, "set working directory");
        this.#workdir = path === "/" ? path : path.replace(/\/$/, "");
        return this.#step({ kind: "workdir", path: this.#workdir, create: true });
      }
      case "USER":
        return this.#step({ kind: "user", user: this.#expand(rest) });
      case "EXPOSE":
        return this.#step({ kind: "expose", ports: this.#words(rest).map(port) });
      case "VOLUME": {
        const paths = jsonWords(rest) ?? this.#words(rest);
        const full = paths.map((path) => imagePath(path, this.#workdir, "make volume"));
        return this.#step({ kind: "volume", paths: full });
      }
      case "STOPSIGNAL":
        return this.#step({ kind: "stopSignal", signal: this.#expand(rest) });
      case "SHELL": {
        const argv = jsonWords(rest);
        if (!argv || argv.length === 0) throw new SyntaxError('SHELL takes ["program", "-c"] only');
        this.#shell = argv;
        return this.#step({ kind: "shell", argv });
      }
      case "ENTRYPOINT":
        return this.#step({ kind: "entrypoint", argv: this.#command(rest) });
      case "CMD":
        return this.#step({ kind: "command", argv: this.#command(rest) });
      case "HEALTHCHECK":
        return this.#step({ kind: "healthcheck", check: this.#healthcheck(instruction) });
      case "ONBUILD": {
        const trigger = /^\S+/.exec(rest)?.[0].toUpperCase();
        if (trigger === "ONBUILD" || trigger === "FROM") {
          throw new SyntaxError(`ONBUILD ${trigger} is not allowed`);
        }
        const text = instruction.text.replace(/^\S+\s+/, "");
        parseDockerfile(text, this.#origin.file, this.#origin.line);
        return this.#step({ kind: "onbuild", instruction: text });
      }
      default:
        throw new SyntaxError(`${keyword} is not supported here`);
    }
  }

  #step(step: BuildStep): void {
    this.#steps.push({ ...step, origin: this.#origin });
  }

  get #variables(): Map<string, string> {
    // What ENV sets wins over arguments.
    return new Map([...this.#args, ...this.#env]);
  }

  #expand(word: string): string {
    return expandWord(word, { variables: this.#variables, escape: this.#around.escape });
  }

  #words(rest: string): string[] {
    return splitWords(rest, this.#around.escape).map((word) => this.#expand(word));
  }

  /** `a=b "c d"=e`, or `name all the rest`. */
  #pairs(rest: string): Record<string, string> {
    const words = splitWords(rest, this.#around.escape);
    const [first = ""] = words;
    if (!first.includes("=")) {
      if (words.length < 2) throw new SyntaxError(`${JSON.stringify(first)} needs a value`);
      return { [this.#expand(first)]: this.#expand(rest.slice(first.length).trim()) };
    }
    const pairs: Record<string, string> = {};
    for (const word of words) {
      const at = word.indexOf("=");
      if (at < 1) throw new SyntaxError(`${JSON.stringify(word)} is not of the form name=value`);
      pairs[this.#expand(word.slice(0, at))] = this.#expand(word.slice(at + 1));
    }
    return pairs;
  }

  #setEnv(variables: Record<string, string>): void {
    checkVariables(variables);
    for (const [name, value] of Object.entries(variables)) this.#env.set(name, value);
    this.#step({ kind: "env", variables });
  }

  #arg(rest: string): void {
    for (const word of splitWords(rest, this.#around.escape)) {
      const at = word.indexOf("=");
      const name = at < 0 ? word : word.slice(0, at);
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new SyntaxError(`${JSON.stringify(name)} is no name`);
      const value = this.#around.argument(name) ??
        (at < 0 ? undefined : this.#expand(word.slice(at + 1)));
      if (value !== undefined) this.#args.set(name, value);
    }
  }

  /** The words of CMD and ENTRYPOINT: JSON, or a script for the shell. */
  #command(rest: string): string[] {
    return jsonWords(rest) ?? [...this.#shell, rest];
  }

  #healthcheck({ flags, rest }: Instruction): Healthcheck {
    const [, kind = "", tail = ""] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
    if (kind.toUpperCase() === "NONE") return { Test: ["NONE"] };
    if (kind.toUpperCase() !== "CMD" || tail === "") {
      throw new SyntaxError("HEALTHCHECK takes CMD and a command, or NONE");
    }
    const words = jsonWords(tail);
    const check: Healthcheck = { Test: words ? ["CMD", ...words] : ["CMD-SHELL", tail] };
    for (const [name, value] of flags) {
      if (name === "retries") {
        if (!/^\d+$/.test(value)) throw new SyntaxError(`--retries=${value} is no number`);
        check.Retries = Number(value);
        continue;
      }
      const key = TIMINGS[name];
      if (!key) throw new SyntaxError(`HEALTHCHECK --${name} is not supported`);
      check[key] = parseDuration(value, name) * 1e6;
    }
    return check;
  }

  async #run({ flags, rest, documents }: Instruction): Promise<void> {
    const mounts: BuildMount[] = [];
    let network: "host" | "none" = "host";
    for (const [name, value] of flags) {
      if (name === "mount") {
        mounts.push(
          await readMount(this.#expand(value), {
            inImage: (path) => imagePath(path, this.#workdir, "mount at").replace(/(.)\/$/, "$1"),
            from: this.#around.from,
            context: this.#around.context,
          }),
        );
      } else if (name === "network") {
        if (!["default", "none", "host"].includes(value)) {
          throw new SyntaxError(`--network=${value} is not supported; use none or host`);
        }
        network = value === "none" ? "none" : "host";
      } else if (name !== "security" || value !== "sandbox") {
        throw new SyntaxError(`RUN --${name}${value ? `=${value}` : ""} is not supported`);
      }
    }
    const env = {
      ...this.#around.ambient,
      ...Object.fromEntries([...this.#args].filter(([name]) => !this.#env.has(name))),
    };
    const about = { env, mounts, network };
    const argv = jsonWords(rest);
    if (argv) return this.#step({ kind: "run", run: { argv, ...about } });
    const [document] = documents;
    const alone = documents.length === 1 && /^<<-?["']?[^\s"'<]+["']?$/.test(rest);
    if (!alone || !document) {
      // A shell reads its here-documents by itself.
      const ends = documents.map(({ name, content }) => `${content}${name}\n`);
      const script = documents.length > 0 ? `${rest}\n${ends.join("")}` : rest;
      return this.#step({ kind: "run", run: { script, ...about } });
    }
    const script = document.content;
    const interpreter = /^#!\s*(.+)\n/.exec(script)?.[1];
    if (interpreter === undefined) {
      return this.#step({ kind: "run", run: { script, ...about } });
    }
    const file = `/dev/pipes/${document.name}`;
    const withFile = [...mounts, { content: script, to: file }];
    const run = { argv: [...interpreter.trim().split(/\s+/), file], ...about, mounts: withFile };
    this.#step({ kind: "run", run });
  }

  async #copy(instruction: Instruction): Promise<void> {
    const { flags, documents } = instruction;
    const { options, from } = await this.#copyFlags(flags, "COPY");
    const { sources, to } = this.#copyWords(instruction);
    const { folder, ignore } = this.#around.context;
    const plain = sources.filter((source) => !source.startsWith("<<"));
    if (documents.length > 0) {
      if (plain.length > 0) throw new SyntaxError("COPY takes files or here-documents, not both");
      return this.#documents(documents, to, options);
    }
    if (plain.some((source) => /^https?:/.test(source))) {
      throw new SyntaxError("COPY takes no URLs; use ADD");
    }
    const where = from === undefined
      ? { context: folder, ignore: [...ignore, ...options.ignore ?? []] }
      : { from };
    const single = plain.length === 1 ? plain[0]! : plain;
    this.#step({ kind: "copy", from: single, to, options: { ...options, ...where } });
  }

  #documents(
    documents: Instruction["documents"],
    to: string,
    options: CopyOptions,
  ): void {
    const expand = { variables: this.#variables, escape: this.#around.escape };
    const contents = documents.map(({ name, content, expand: wanted }) =>
      [name, wanted ? expandText(content, expand) : content] as const
    );
    if (to.endsWith("/")) {
      return this.#step({ kind: "copy", from: Object.fromEntries(contents), to, options });
    }
    if (contents.length > 1) throw new SyntaxError(`end ${to} with "/", so that it is a folder`);
    const from = new TextEncoder().encode(contents[0]![1]);
    this.#step({ kind: "copy", from, to, options });
  }

  async #add(instruction: Instruction): Promise<void> {
    const checksums = instruction.flags.filter(([name]) => name === "checksum");
    const unpacks = instruction.flags.filter(([name]) => name === "unpack");
    const others = instruction.flags.filter(([name]) => name !== "checksum" && name !== "unpack");
    const { options } = await this.#copyFlags(others, "ADD");
    const { sources, to } = this.#copyWords(instruction);
    if (instruction.documents.length > 0) {
      return this.#documents(instruction.documents, to, options);
    }
    const checksum = checksums.at(-1)?.[1];
    const unpack = unpacks.at(-1)?.[1];
    const { folder, ignore } = this.#around.context;
    for (const source of sources) {
      if (/^(git@|git:|ssh:)|\.git(#|$)/.test(source)) {
        throw new SyntaxError(`ADD of a git repository is not supported: ${source}`);
      }
      const remote = /^https?:/.test(source);
      if (remote && checksum === undefined) {
        throw new SyntaxError(`ADD ${source} needs --checksum, so that it is the same every time`);
      }
      const more = remote
        ? { checksum: this.#expand(checksum!) }
        : { context: folder, ignore: [...ignore, ...options.ignore ?? []] };
      const unpacked = unpack === undefined ? {} : { unpack: unpack !== "false" };
      this.#step({ kind: "add", from: source, to, options: { ...options, ...more, ...unpacked } });
    }
  }

  async #copyFlags(
    flags: Instruction["flags"],
    keyword: string,
  ): Promise<{ options: CopyOptions; from: CopyOrigin | undefined }> {
    const options: CopyOptions = {};
    let from: CopyOrigin | undefined;
    for (const [name, raw] of flags) {
      const value = this.#expand(raw);
      if (name === "chown") options.owner = value;
      else if (name === "chmod") {
        if (!/^[0-7]{3,4}$/.test(value)) {
          throw new SyntaxError(`--chmod=${value} is not supported; use octal digits`);
        }
        options.mode = parseInt(value, 8);
      } else if (name === "exclude") options.ignore = [...options.ignore ?? [], value];
      else if (name === "from" && keyword === "COPY") from = await this.#around.from(value);
      // Every layer is made without looking at those below, as far as links allow.
      else if (name !== "link") {
        throw new SyntaxError(`${keyword} --${name}${value ? `=${value}` : ""} is not supported`);
      }
    }
    return { options, from };
  }

  #copyWords({ keyword, rest }: Instruction): { sources: string[]; to: string } {
    const words = jsonWords(rest) ?? rest.split(/\s+/).filter((word) => word !== "");
    if (words.length < 2) throw new SyntaxError(`${keyword} needs what to copy, and where to`);
    const expanded = words.map((word) => word.startsWith("<<") ? word : this.#expand(word));
    const to = imagePath(expanded.pop()!, this.#workdir, "copy to");
    if (expanded.length > 1 && !to.endsWith("/")) {
      throw new SyntaxError(`end ${to} with "/": several files can only go into a folder`);
    }
    return { sources: expanded, to };
  }
}

const TIMINGS: Readonly<
  Record<string, "Interval" | "Timeout" | "StartPeriod" | "StartInterval">
> = {
  interval: "Interval",
  timeout: "Timeout",
  "start-period": "StartPeriod",
  "start-interval": "StartInterval",
};

function port(text: string): string {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(\/(?:tcp|udp|sctp))?$/i.exec(text);
  const numbers = [match?.[1], match?.[2]].filter((n) => n !== undefined).map(Number);
  if (!match || numbers.some((n) => n < 1 || n > 65535)) {
    throw new SyntaxError(`EXPOSE ${text}: write a port from 1 to 65535, as in 80 or 53/udp`);
  }
  return match[3] ? text.toLowerCase() : `${text}/tcp`;
}
