/**
 * Mounts of RUN, as a Dockerfile writes them: `type=cache,target=/x,id=y`.
 *
 * @module
 */
import type { BuildMount, CopyOrigin } from "../plan.ts";

/** What a mount is read with. */
export interface MountPlace {
  /** A path in the image, in full. */
  inImage(path: string): string;
  /** A stage or image by its name. */
  from(name: string): Promise<CopyOrigin>;
  /** The build context. */
  readonly context: { readonly folder: string; readonly ignore: readonly string[] };
}

const BOOLEANS = new Set(["", "true", "1"]);

/**
 * Reads the value of `--mount`.
 *
 * @throws {SyntaxError} When it is malformed, or not supported.
 */
export async function readMount(value: string, place: MountPlace): Promise<BuildMount> {
  const fields = new Fields(value);
  const type = fields.take("type") ?? "bind";
  const target = fields.take("target", "dst", "destination");
  const to = (fallback?: string): string => {
    const path = target ?? fallback;
    if (path === undefined) throw new SyntaxError(`--mount=${value} needs a target`);
    return place.inImage(path);
  };
  const mount = await (async (): Promise<BuildMount> => {
    switch (type) {
      case "tmpfs":
        return { tmpfs: tmpfsSize(fields.take("size")), to: to() };
      case "cache": {
        const sharing = fields.take("sharing") ?? "shared";
        if (sharing !== "shared" && sharing !== "locked") {
          throw new SyntaxError(`sharing=${sharing} of a cache is not supported; use locked`);
        }
        const mode = fields.take("mode");
        const [uid, gid] = [fields.number("uid"), fields.number("gid")];
        return {
          cache: (fields.take("id") ?? to()).replace(/[^\w./:@+-]/g, "_"),
          to: to(),
          sharing,
          ...(mode === undefined ? {} : { mode: parseInt(mode, 8) }),
          ...(uid === undefined ? {} : { uid }),
          ...(gid === undefined ? {} : { gid }),
        };
      }
      case "secret": {
        const env = fields.take("env");
        const id = fields.take("id", "source", "src") ?? target?.split("/").at(-1) ?? env;
        if (id === undefined) throw new SyntaxError(`--mount=${value} needs an id`);
        const required = BOOLEANS.has(fields.take("required") ?? "false");
        return {
          secret: id,
          required,
          ...(env === undefined ? {} : { env }),
          ...(target === undefined ? {} : { to: to() }),
        };
      }
      case "bind": {
        const from = fields.take("from");
        const source = fields.take("source", "src") ?? "/";
        const writable = ["rw", "readwrite"].some((name) => fields.flag(name));
        fields.flag("ro");
        fields.flag("readonly");
        const about = { to: to(), ...(writable ? { writable } : {}) };
        if (from !== undefined) return { bind: source, from: await place.from(from), ...about };
        const { folder, ignore } = place.context;
        return { bind: source, context: folder, ignore, ...about };
      }
      default:
        throw new SyntaxError(`--mount=type=${type} is not supported`);
    }
  })();
  fields.end(value);
  return mount;
}

function tmpfsSize(size: string | undefined): number | true {
  if (size === undefined) return true;
  const match = /^(\d+)([kmg]?)b?$/i.exec(size);
  if (!match) throw new SyntaxError(`size=${size} is no size`);
  return Number(match[1]) * 1024 ** ["", "k", "m", "g"].indexOf(match[2]!.toLowerCase());
}

/** The fields of a mount, which are taken one by one. */
class Fields {
  readonly #values = new Map<string, string>();

  constructor(text: string) {
    for (const field of text.split(",")) {
      const [name, ...value] = field.split("=");
      this.#values.set(name!.trim().toLowerCase(), value.join("=").replace(/^"(.*)"$/, "$1"));
    }
  }

  take(...names: readonly string[]): string | undefined {
    let found: string | undefined;
    for (const name of names) {
      found ??= this.#values.get(name);
      this.#values.delete(name);
    }
    return found;
  }

  flag(name: string): boolean {
    const value = this.take(name);
    return value !== undefined && BOOLEANS.has(value);
  }

  number(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value)) throw new SyntaxError(`${name}=${value} is no number`);
    return Number(value);
  }

  end(text: string): void {
    const [name] = this.#values.keys();
    if (name !== undefined) throw new SyntaxError(`"${name}" in --mount=${text} is not supported`);
  }
}
