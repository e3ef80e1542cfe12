/**
 * Describes images and builds them, with containerd alone.
 *
 * @module
 */
import type { Context } from "../core/context.ts";
import type { Image } from "../core/image/image.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parsePlatform, type Platform } from "../oci/platform.ts";
import { parseReference } from "../oci/reference.ts";
import type { BuildOptions } from "./execute.ts";
import { imagePath } from "./paths.ts";
import type { BuildPlan, BuildStep, CopyOptions, CopySource } from "./plan.ts";

/** What a builder knows. Never changed: every method makes a new one. */
interface State {
  readonly base: Image | string;
  readonly platform: Platform | undefined;
  readonly steps: readonly BuildStep[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly workdir: string;
}

/**
 * Describes an image; {@linkcode ImageBuilder.build} makes it. A builder is never changed: every
 * method returns another one, so that several images can branch off from one description.
 *
 * The same inputs make the same image, digest for digest, wherever and whenever it is built: files
 * are sorted, owned by root, of fixed modes, and as old as `SOURCE_DATE_EPOCH` says (seconds; 1970
 * by default). With gzip this holds as long as Deno's zlib stays the same; the layers' diff ids and
 * the configuration do not depend on it.
 */
export class ImageBuilder {
  readonly #context: Context;
  readonly #state: State;

  private constructor(context: Context, state: State) {
    this.#context = context;
    this.#state = state;
  }

  /**
   * For `Namespace.build()`.
   *
   * @param context Where the base is, and the image will be.
   * @param base An image, the name of one that is there, or `"scratch"` for an empty one.
   */
  static of(context: Context, base: Image | string): ImageBuilder {
    return new ImageBuilder(context, {
      base,
      platform: undefined,
      steps: [],
      annotations: {},
      tags: [],
      workdir: "/",
    });
  }

  /**
   * Copies files into a layer of their own.
   *
   * A file goes to `to`, or into it under its own name if `to` ends with `/`. Of a folder, the
   * content goes into `to`: files, folders and symbolic links as they are. Missing folders above
   * are made (root, 0755); `to` itself gets the owner and the mode if they are given, even if it is
   * there. Where the base has a symbolic link on the way, it is followed.
   *
   * @param from A path of this machine, bytes, or files by their paths under `to`.
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
    if (from === "") throw new InvalidArgumentError('Cannot copy "": the path is empty');
    if (from instanceof URL && from.protocol !== "file:") {
      throw new InvalidArgumentError(`Cannot copy "${from}": only file: URLs can be copied`);
    }
    if (from instanceof Uint8Array && path.endsWith("/")) {
      throw new InvalidArgumentError(
        `Cannot copy bytes to "${to}": it is a folder; name the file too`,
      );
    }
    checkNumber("mode", options.mode, 0o7777);
    checkNumber("uid", options.uid, 0xffff_fffe);
    checkNumber("gid", options.gid, 0xffff_fffe);
    return this.#step({ kind: "copy", from, to: path, options: { ...options } });
  }

  /**
   * Sets environment variables. Those of the same name are replaced.
   *
   * @throws {InvalidArgumentError} When a name is empty or has `=` in it.
   */
  env(variables: Readonly<Record<string, string>>): ImageBuilder {
    for (const [name, value] of Object.entries(variables)) {
      if (name === "" || /[=\0]/.test(name) || value.includes("\0")) {
        throw new InvalidArgumentError(
          `Cannot set environment variable ${JSON.stringify(name)}: a name must not be empty nor ` +
            'have "=" in it, and nothing may have a NUL in it',
        );
      }
    }
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

  /** Builds for this platform instead of the daemon's own; the base must have it. */
  platform(platform: Platform | string): ImageBuilder {
    return this.#with({
      platform: typeof platform === "string" ? parsePlatform(platform) : platform,
    });
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

  /** What {@linkcode build} would do, as data. Nothing is done or looked at. */
  plan(): BuildPlan {
    const { base, platform, steps, annotations, tags } = this.#state;
    const name = typeof base === "string" ? base : base.name;
    return { base: name, platform, steps, annotations, tags };
  }

  /**
   * Builds the image and unpacks it.
   *
   * @returns The image, by its first name.
   * @throws {InvalidArgumentError} When it has no name, or a source cannot be copied so.
   * @throws {NotFoundError} When the base or a source is not there.
   * @throws {MissingContentError} When blobs of the base are not in the content store.
   */
  async build(options: BuildOptions = {}): Promise<Image> {
    // Only who builds pays for loading the tar writer and what else it takes.
    const { buildImage } = await import("./execute.ts");
    return await buildImage(this.#context, this.#state.base, this.plan(), options);
  }

  #step(step: BuildStep): ImageBuilder {
    return this.#with({ steps: [...this.#state.steps, step] });
  }

  #with(change: Partial<State>): ImageBuilder {
    return new ImageBuilder(this.#context, { ...this.#state, ...change });
  }
}

function checkNumber(name: string, value: number | undefined, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= max)) return;
  throw new InvalidArgumentError(
    `Cannot copy with ${name} ${value}: it must be a whole number from 0 to ` +
      (name === "mode" ? "0o7777" : max),
  );
}
