/**
 * Describes images and builds them, with containerd alone.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import { formatHealthPlan, type HealthCheck, healthPlan } from "../core/health/config.ts";
import { Image } from "../core/image/image.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseDigest } from "../oci/digest.ts";
import { parsePlatform, type Platform } from "../oci/platform.ts";
import { type ShellValue, shTemplate } from "../oci/quote.ts";
import { parseReference } from "../oci/reference.ts";
import {
  checkCopy,
  checkRun,
  checkVariables,
  checkWords,
  imagePath,
  isStageHolder,
  STAGE,
} from "./checks.ts";
import type { BuildOptions } from "./options.ts";
import type {
  AddOptions,
  BuildPlan,
  BuildStep,
  CheckedPlan,
  CopyOptions,
  CopySource,
  RunDescription,
} from "./plan.ts";
import type { Stage, StageBase, StageHolder } from "./stage.ts";

/** What a builder knows. Never changed: every method makes a new one. */
interface State {
  readonly base: StageBase;
  readonly platforms: readonly Platform[];
  readonly steps: readonly BuildStep[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly workdir: string;
  readonly squash: boolean;
  readonly name: string | undefined;
}

/**
 * Describes an image; {@linkcode ImageBuilder.build} makes it. A builder is never changed: every
 * method returns another one, so that several images can branch off from one description. A builder
 * can be the base of another one, and files can be copied out of it: it is a stage then, built once,
 * at the same time as others that do not need it.
 *
 * The same inputs make the same image, digest for digest, wherever and whenever it is built: files
 * are sorted, owned by root, of fixed modes, and as old as `SOURCE_DATE_EPOCH` says (seconds; 1970
 * by default); the compressor is pinned. What commands do is theirs: see `docs/build.md`.
 */
export class ImageBuilder implements StageHolder {
  readonly #context: Context;
  readonly #state: State;
  #stage: Stage | undefined;

  private constructor(context: Context, state: State) {
    this.#context = context;
    this.#state = state;
  }

  /**
   * For `Namespace.build()`.
   *
   * @param context Where the base is, and the image will be.
   * @param base An image, the name of one that is there, another builder, or `"scratch"` for an
   * empty one.
   */
  static of(context: Context, base: StageBase): ImageBuilder {
    return new ImageBuilder(context, {
      base,
      platforms: [],
      steps: [],
      annotations: {},
      tags: [],
      workdir: "/",
      squash: false,
      name: undefined,
    });
  }

  /**
   * What this builder is to others.
   *
   * @ignore
   */
  get [STAGE](): Stage {
    const { base, steps, squash, name } = this.#state;
    return this.#stage ??= { base, steps, squash, name };
  }

  /** Starts another stage: what was described so far is left, names and annotations stay. */
  from(base: StageBase): ImageBuilder {
    return this.#with({ base, steps: [], workdir: "/", squash: false, name: undefined });
  }

  /** Names this stage, for progress and messages. */
  as(name: string): ImageBuilder {
    return this.#with({ name });
  }

  /**
   * Copies files into a layer of their own.
   *
   * A file goes to `to`, or into it under its own name if `to` ends with `/` or is a folder. Of a
   * folder, the content goes into `to`: files, folders and symbolic links as they are. Missing
   * folders above are made (root, 0755); `to` itself gets the owner and the mode if they are given,
   * even if it is there. Where the base has a symbolic link on the way, it is followed.
   *
   * @param from A path of this machine, maybe a pattern, bytes, a stream, files by their paths under
   * `to`, or several paths. With `options.from`: paths in that stage or image.
   * @param to A path in the image, absolute or relative to the working directory so far.
   * @throws {InvalidArgumentError} When `to` is no path in an image, or a number is out of range.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const image = await davit.namespace().build("scratch")
   *   .copy("./bin/server", "/server", { mode: 0o755 })
   *   .copy({ "app.json": "{}" }, "/etc/app", { uid: 1000, gid: 1000 })
   *   .entrypoint("/server").tag("server:1").build();
   * ```
   */
  copy(from: CopySource, to: string, options: CopyOptions = {}): ImageBuilder {
    const path = imagePath(to, this.#state.workdir, "copy to");
    checkCopy(from, path, to, options);
    return this.#step({ kind: "copy", from, to: path, options: { ...options } });
  }

  /**
   * Copies like {@linkcode copy}, but unpacks a tar of this machine, and takes files from the
   * network by their checksum.
   *
   * @param from A path of this machine, or a URL.
   * @param to A path in the image.
   * @throws {InvalidArgumentError} When a remote file comes without a checksum.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace().build("scratch")
   *   .add("rootfs.tar.gz", "/")
   *   .add("https://example.com/tool", "/bin/", { checksum: `sha256:${"0".repeat(64)}` })
   *   .tag("base").build();
   * ```
   */
  add(from: string | URL, to: string, options: AddOptions = {}): ImageBuilder {
    const path = imagePath(to, this.#state.workdir, "add to");
    const remote = /^https?:/.test(String(from));
    if (!remote) checkCopy(from, path, to, options);
    else {
      checkCopy("remote", path, to, options);
      if (options.checksum === undefined) {
        throw new InvalidArgumentError(
          `Cannot add "${from}": give its checksum, so that it is the same file every time`,
        );
      }
      parseDigest(options.checksum);
    }
    return this.#step({ kind: "add", from, to: path, options: { ...options } });
  }

  /**
   * Runs a command on what is there so far; what it changes becomes a layer. It runs with the
   * network of the daemon's host unless `network: "none"` is given.
   *
   * @param argv Program and arguments; or a description with more of it.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * await davit.namespace().build("debian:12")
   *   .run("apt-get", "update")
   *   .run({
   *     script: "apt-get install -y --no-install-recommends curl",
   *     env: { DEBIAN_FRONTEND: "noninteractive" },
   *     mounts: [{ cache: "apt", to: "/var/cache/apt/archives", sharing: "locked" }],
   *   })
   *   .tag("curl").build();
   * ```
   */
  run(description: RunDescription): ImageBuilder;
  /** Runs a command, by its words. */
  run(...argv: readonly string[]): ImageBuilder;
  run(first?: RunDescription | string, ...rest: readonly string[]): ImageBuilder {
    const run: RunDescription = typeof first === "object"
      ? { ...first }
      : { argv: first === undefined ? [] : [first, ...rest] };
    const cwd = run.cwd === undefined
      ? {}
      : { cwd: imagePath(run.cwd, this.#state.workdir, "run in").replace(/(.)\/$/, "$1") };
    return this.#step({ kind: "run", run: checkRun({ ...run, ...cwd }) });
  }

  /**
   * Runs a script with the image's shell. What is interpolated is quoted, always: it arrives as one
   * word.
   *
   * @example
   * ```ts
   * import { connect } from "@davit/sdk";
   *
   * await using davit = await connect();
   * const name = "it's; rm -rf /";
   * await davit.namespace().build("debian:12").sh`echo ${name} > /greeting`.tag("x").build();
   * ```
   */
  sh(strings: TemplateStringsArray, ...values: ShellValue[]): ImageBuilder {
    return this.#step({ kind: "run", run: checkRun({ script: shTemplate(strings, ...values) }) });
  }

  /**
   * Sets environment variables. Those of the same name are replaced.
   *
   * @throws {InvalidArgumentError} When a name is empty or has `=` in it.
   */
  env(variables: Readonly<Record<string, string>>): ImageBuilder {
    checkVariables(variables);
    return this.#step({ kind: "env", variables: { ...variables } });
  }

  /**
   * Sets the working directory, for what is copied to relative paths and for the process.
   *
   * @param path Absolute, or relative to the working directory so far, which starts as `/`
   * whatever the base says.
   */
  workdir(path: string): ImageBuilder {
    const full = imagePath(path, this.#state.workdir, "set working directory");
    const workdir = full === "/" ? full : full.replace(/\/$/, "");
    return this.#with({
      workdir,
      steps: [...this.#state.steps, { kind: "workdir", path: workdir }],
    });
  }

  /** Sets the user: `user`, `uid`, `user:group` or `uid:gid`, which the image must know. */
  user(user: string | number): ImageBuilder {
    const text = String(user);
    if (!/^[^\s:]+(:[^\s:]+)?$/.test(text)) {
      throw new InvalidArgumentError(
        `Cannot set user ${JSON.stringify(text)}: write user, uid, user:group or uid:gid`,
      );
    }
    return this.#step({ kind: "user", user: text });
  }

  /** Sets labels of the image's configuration. */
  label(labels: Readonly<Record<string, string>>): ImageBuilder {
    return this.#step({ kind: "label", labels: { ...labels } });
  }

  /** Sets the start of the command. As in a Dockerfile, the base's command is dropped. */
  entrypoint(...argv: readonly string[]): ImageBuilder {
    return this.#step({ kind: "entrypoint", argv });
  }

  /** Sets the command, or what follows the entry point unless the user says something else. */
  command(...argv: readonly string[]): ImageBuilder {
    return this.#step({ kind: "command", argv });
  }

  /**
   * Says which ports the process listens on: `80`, `"53/udp"`, `"8000-8010/tcp"`.
   *
   * @throws {InvalidArgumentError} When one is no port.
   */
  expose(...ports: readonly (string | number)[]): ImageBuilder {
    const full = ports.map((port) => {
      const match = /^(\d{1,5})(?:-(\d{1,5}))?(\/(?:tcp|udp|sctp))?$/.exec(String(port));
      const numbers = [match?.[1], match?.[2]].filter((n) => n !== undefined).map(Number);
      if (!match || numbers.some((n) => n < 1 || n > 65535)) {
        throw new InvalidArgumentError(
          `Cannot expose ${
            JSON.stringify(port)
          }: write a port from 1 to 65535, as in 80 or "53/udp"`,
        );
      }
      return match[3] ? match[0] : `${match[0]}/tcp`;
    });
    return this.#step({ kind: "expose", ports: full });
  }

  /** Says which folders hold data of the container. */
  volume(...paths: readonly string[]): ImageBuilder {
    const full = paths.map((path) => imagePath(path, this.#state.workdir, "make volume"));
    return this.#step({ kind: "volume", paths: full });
  }

  /** Sets the signal that asks the process to end: `"SIGTERM"`, `15`. */
  stopSignal(signal: string | number): ImageBuilder {
    const text = String(signal);
    if (!/^(?:(?:SIG)?[A-Z][A-Z0-9+-]*|[1-9]\d?)$/.test(text)) {
      throw new InvalidArgumentError(
        `Cannot set stop signal ${
          JSON.stringify(text)
        }: write a name such as "SIGTERM", or a number`,
      );
    }
    return this.#step({ kind: "stopSignal", signal: text });
  }

  /** Sets the shell of scripts: `["/bin/bash", "-eo", "pipefail", "-c"]`. */
  shell(...argv: readonly string[]): ImageBuilder {
    return this.#step({ kind: "shell", argv: checkWords("shell", argv) });
  }

  /**
   * Says how to ask whether the container is well; `false`: not at all, whatever the base says.
   *
   * @throws {InvalidArgumentError} When a number or a time is out of range.
   */
  healthcheck(check: HealthCheck | false): ImageBuilder {
    const text = check === false ? '{"Test":["NONE"]}' : formatHealthPlan(healthPlan(check));
    return this.#step({ kind: "healthcheck", check: JSON.parse(text) });
  }

  /**
   * Builds for these platforms instead of the daemon's own; the base must have them. Several make
   * one index. Commands run where the daemon's machine can run them.
   */
  platform(...platforms: readonly (Platform | string)[]): ImageBuilder {
    return this.#with({
      platforms: platforms.map((platform) =>
        typeof platform === "string" ? parsePlatform(platform) : platform
      ),
    });
  }

  /** Makes one layer of all layers of the steps. */
  squash(): ImageBuilder {
    return this.#with({ squash: true });
  }

  /** Sets annotations of the image's manifest. */
  annotation(annotations: Readonly<Record<string, string>>): ImageBuilder {
    return this.#with({ annotations: { ...this.#state.annotations, ...annotations } });
  }

  /**
   * Names the image. Several names may be given.
   *
   * @param name A reference, completed as Docker does.
   * @throws {InvalidArgumentError} When it is no reference, or has a digest.
   */
  tag(name: string): ImageBuilder {
    const reference = parseReference(name);
    if (reference.digest !== undefined) {
      throw new InvalidArgumentError(
        `Cannot tag an image "${name}": its digest is not known yet; leave it out`,
      );
    }
    const tags = new Set([...this.#state.tags, reference.toString()]);
    return this.#with({ tags: [...tags] });
  }

  /** Passes the builder through a function, so that steps of one's own fit into the chain. */
  with(extend: (builder: ImageBuilder) => ImageBuilder): ImageBuilder {
    return extend(this);
  }

  /**
   * What {@linkcode build} would do, as data. Without options, nothing is done or looked at. With
   * `cache: true`, files are looked at, and every step says whether its layer is there already, and
   * if not, why.
   */
  plan(): BuildPlan;
  /** The plan, with what the cache has of every step. */
  plan(options: BuildOptions & { readonly cache: true }): Promise<CheckedPlan>;
  plan(options?: BuildOptions & { readonly cache: true }): BuildPlan | Promise<CheckedPlan> {
    const { base, platforms, steps, annotations, tags } = this.#state;
    const name = isStageHolder(base)
      ? base[STAGE].name ?? "(stage)"
      : base instanceof Image
      ? base.name
      : base;
    const plan = { base: name, platforms, steps, annotations, tags };
    return options ? this.#check(plan, options) : plan;
  }

  async #check(plan: BuildPlan, options: BuildOptions): Promise<CheckedPlan> {
    const { checkStages } = await import("./cached_steps.ts");
    const checked = await checkStages(this.#context, plan, () => Promise.resolve(this), options);
    return { ...plan, checked };
  }

  /**
   * Builds the image and unpacks it.
   *
   * @returns The image, by its first name.
   * @throws {BuildError} When a command fails.
   * @throws {InvalidArgumentError} When it has no name, or a source cannot be copied so.
   * @throws {NotFoundError} When the base or a source is not there.
   * @throws {MissingContentError} When blobs of the base are not in the content store.
   * @throws {UnsupportedError} When a command is for a platform that the machine cannot run.
   */
  async build(options: BuildOptions = {}): Promise<Image> {
    // Only who builds pays for loading the tar writer and what else it takes.
    const { buildImage } = await import("./execute.ts");
    const { tags, annotations, platforms } = this.#state;
    const stageFor = () => Promise.resolve(this);
    return await buildImage(this.#context, { tags, annotations, platforms, stageFor }, options);
  }

  #step(step: BuildStep): ImageBuilder {
    return this.#with({ steps: [...this.#state.steps, step] });
  }

  #with(change: Partial<State>): ImageBuilder {
    return new ImageBuilder(this.#context, { ...this.#state, ...change });
  }
}
