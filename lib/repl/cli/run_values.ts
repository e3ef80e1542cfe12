/**
 * Values of the options of `run`, as its methods take them.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { MountOptions } from "../../core/container/mounts.ts";

/** `--gpus`: `all`, how many, or `device=0,1`. */
export function gpus(text: string): "all" | number | string[] {
  const what = text.replace(/^"(.*)"$/, "$1").replace(/^count=/, "");
  if (what === "all" || what === "-1") return "all";
  if (/^\d+$/.test(what)) return Number(what);
  const [, devices] = /^device=([^=]+)$/.exec(what) ?? [];
  if (devices) return devices.split(",");
  throw new InvalidArgumentError(
    `Cannot translate "--gpus ${text}": use "all", a number, or "device=0,1"`,
  );
}

/** `--device`: a path, another one inside, and what may be done with it. */
export function device(text: string): string | { device: string; to?: string; access?: string } {
  // The name of a CDI device has a "=" in it.
  if (text.includes("=") && !text.startsWith("/")) return text;
  const [from = "", second, third] = text.split(":");
  if (second === undefined) return from;
  if (third === undefined && /^[rwm]{1,3}$/.test(second)) return { device: from, access: second };
  return { device: from, to: second, ...(third === undefined ? {} : { access: third }) };
}

/** `--ulimit`: a name, the limit, and how far the process may raise it. */
export function ulimit(text: string): [string, unknown] {
  const [, name, soft, hard] = /^([^=]+)=(-1|\d+)(?::(-1|\d+))?$/.exec(text) ?? [];
  if (name === undefined || soft === undefined) {
    throw new InvalidArgumentError(`Cannot translate "--ulimit ${text}": use NAME=SOFT:HARD`);
  }
  const limit = (value: string) => value === "-1" ? "unlimited" : Number(value);
  return [name, hard === undefined ? limit(soft) : { soft: limit(soft), hard: limit(hard) }];
}

/** `-v`: a folder of the machine or a volume, and where. */
export function volume(text: string): MountOptions {
  const [source = "", to, mode] = text.split(":");
  // One word is the place of a volume without a name.
  if (to === undefined) return { volume: true, to: source };
  const readonly = mode?.split(",").includes("ro") ?? false;
  const rest = { to, ...(readonly ? { readonly } : {}) };
  return /^[./~]/.test(source) ? { bind: source, ...rest } : { volume: source, ...rest };
}

/** `--tmpfs`: a place, and what mount(8) is told. */
export function tmpfs(text: string): MountOptions {
  const [to = "", told = ""] = text.split(":");
  let mount: { tmpfs: string | true; to: string; mode?: number; exec?: boolean } = {
    tmpfs: true,
    to,
  };
  const rest: string[] = [];
  for (const option of told.split(",").filter((option) => option !== "")) {
    const [, name = option, value = ""] = /^(size|mode)=(.+)$/.exec(option) ?? [];
    if (name === "size") mount = { ...mount, tmpfs: value };
    else if (name === "mode") mount = { ...mount, mode: parseInt(value, 8) };
    else if (option === "exec") mount = { ...mount, exec: true };
    else rest.push(option);
  }
  return rest.length > 0 ? { ...mount, options: rest } : mount;
}

/** `--mount`: `type=bind,source=/a,target=/b,readonly`, and ctr's `type=bind,src=/a,dst=/b,options=rbind:ro`. */
export function mount(text: string): MountOptions {
  const fields = new Map(
    text.split(",").map((field) => {
      const at = field.indexOf("=");
      return at < 0 ? [field, "true"] : [field.slice(0, at), field.slice(at + 1)];
    }),
  );
  const first = (...names: string[]) =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined);
  const to = first("target", "dst", "destination");
  const bind = first("source", "src");
  const type = fields.get("type") ?? "volume";
  if (to !== undefined && type === "tmpfs") return { tmpfs: fields.get("tmpfs-size") ?? true, to };
  if (to === undefined || (bind === undefined && type !== "volume") || !isMountType(type)) {
    throw new InvalidArgumentError(
      `Cannot translate "--mount ${text}": give a target, and type=bind with a source, ` +
        "type=volume, or type=tmpfs",
    );
  }
  const readonly = ["readonly", "ro"].some((name) => fields.has(name) && first(name) !== "false") ||
    (fields.get("options") ?? "").split(":").includes("ro");
  const rest = { to, ...(readonly ? { readonly } : {}) };
  if (type === "volume") return { volume: bind ?? true, ...rest };
  return { bind: bind ?? "", ...rest };
}

const isMountType = (type: string): boolean => type === "bind" || type === "volume";
