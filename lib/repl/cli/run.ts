/**
 * `run`: containers that run once, and such that stay.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { MountOptions } from "../../core/container/mounts.ts";
import type { Step } from "./chain.ts";
import { type Flag, flag, type Given, readFlags } from "./flags.ts";
import type { Found } from "./translate.ts";

const COMMON = [
  "--rm",
  "-d --detach",
  "-t --tty",
  "-e --env=",
  "-w --workdir=",
  "-u --user=",
  "-l --label=",
  "--mount=",
  "--cpus=",
  "--runtime=",
  "--read-only",
].map(flag);

const DOCKER: readonly Flag[] = [
  ...COMMON,
  ...[
    "-i --interactive",
    "-v --volume=",
    "--tmpfs=",
    "--name=",
    "-h --hostname=",
    "-m --memory=",
    "--pids-limit=",
    "--entrypoint=",
    "--network=",
    "--pull=",
    "-q --quiet",
    "--snapshotter=",
  ].map(flag),
];

const CTR: readonly Flag[] = [
  ...COMMON.filter(({ names }) => !names.includes("--workdir") && !names.includes("--runtime")),
  ...["--cwd --workdir=", "--memory-limit --memory=", "--snapshotter=", "--runtime="].map(flag),
];

/** `docker run [OPTIONS] IMAGE [COMMAND…]` */
export function dockerRun(words: readonly string[]): Found {
  const given = readFlags(words, DOCKER, { stop: 1 });
  const [image, ...command] = given.words;
  if (image === undefined) throw new InvalidArgumentError("Cannot translate this: it has no image");
  return runOf(given, { image, command, name: given.one("--name") });
}

/** `ctr run [OPTIONS] IMAGE ID [COMMAND…]` */
export function ctrRun(words: readonly string[]): Found {
  const given = readFlags(words, CTR, { stop: 2 });
  const [image, name, ...command] = given.words;
  if (image === undefined || name === undefined) {
    throw new InvalidArgumentError("Cannot translate this: ctr run has an image and an id");
  }
  return runOf(given, { image, command, name });
}

function runOf(
  given: Given,
  what: { image: string; command: readonly string[]; name: string | undefined },
): Found {
  const { image, command, name } = what;
  const detached = given.on("--detach");
  const notes: string[] = [];
  const steps: Step[] = detached
    ? [
      { call: "container", args: name === undefined ? [] : [name] },
      { call: "image", args: [image] },
    ]
    : [{ call: "run", args: [image] }];
  const add = (call: string, ...args: unknown[]) => void steps.push({ call, args });
  if (!detached && name !== undefined) add("name", name);
  const entrypoint = given.one("--entrypoint");
  if (entrypoint !== undefined) add("entrypoint", ...entrypoint === "" ? [] : [entrypoint]);
  if (command.length > 0) add("command", ...command);
  describe(given, add);
  if (given.on("--interactive")) notes.push("-i: give the input by .stdin(…)");
  if (given.one("--pull")) notes.push("--pull is left out; images.pull() pulls");
  if (!detached) {
    if (!given.on("--rm")) notes.push("the container is removed afterwards, as with --rm");
    return { chain: { steps }, notes };
  }
  if (given.on("--rm")) notes.push("the container goes when the prompt ends, not by itself");
  else add("keep");
  add("start");
  return { chain: { steps }, notes };
}

function describe(given: Given, add: (call: string, ...args: unknown[]) => void): void {
  const value = (name: string, call: string, read: (text: string) => unknown = (text) => text) => {
    const text = given.one(name);
    if (text !== undefined) add(call, read(text));
  };
  const env = pairs(given.all("--env"), "-e");
  if (env) add("env", env);
  const labels = pairs(given.all("--label"), "--label");
  if (labels) add("labels", labels);
  value("--workdir", "cwd");
  value("--user", "user");
  value("--hostname", "hostname");
  value("--memory", "memory", (text) => /^\d+$/.test(text) ? Number(text) : text);
  value("--cpus", "cpus", Number);
  value("--pids-limit", "pids", Number);
  value("--runtime", "runtime");
  value("--snapshotter", "snapshotter");
  if (given.on("--tty")) add("tty");
  if (given.on("--read-only")) add("readonlyRootfs");
  const mounts = [
    ...given.all("--volume").map(volume),
    ...given.all("--mount").map(mount),
    ...given.all("--tmpfs").map(tmpfs),
  ];
  if (mounts.length > 0) add("mount", ...mounts);
  const network = given.one("--network");
  if (network !== undefined && network !== "none") {
    throw new InvalidArgumentError(
      `Cannot translate "--network ${network}": the prompt knows no networks (yet)`,
    );
  }
}

/** `NAME=VALUE` options as an object. */
export function pairs(
  texts: readonly string[],
  option: string,
): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at <= 0) {
      throw new InvalidArgumentError(
        `Cannot translate "${option} ${text}": give its value, NAME=VALUE`,
      );
    }
    found[text.slice(0, at)] = text.slice(at + 1);
  }
  return texts.length === 0 ? undefined : found;
}

function volume(text: string): MountOptions {
  const [bind = "", to, mode] = text.split(":");
  if (to === undefined || !/^[./]/.test(bind)) {
    throw new InvalidArgumentError(
      `Cannot translate "-v ${text}": give FOLDER:PLACE; volumes with names are not known here`,
    );
  }
  const readonly = mode?.split(",").includes("ro") ?? false;
  return { bind, to, ...(readonly ? { readonly } : {}) };
}

function tmpfs(text: string): MountOptions {
  const [to = "", options] = text.split(":");
  return { tmpfs: /(?:^|,)size=([^,]+)/.exec(options ?? "")?.[1] ?? true, to };
}

/** `type=bind,source=/a,target=/b,readonly`, and ctr's `type=bind,src=/a,dst=/b,options=rbind:ro`. */
function mount(text: string): MountOptions {
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
  if (to === undefined || bind === undefined || type !== "bind") {
    throw new InvalidArgumentError(
      `Cannot translate "--mount ${text}": give type=bind with source and target, or type=tmpfs`,
    );
  }
  const readonly = ["readonly", "ro"].some((name) => fields.has(name) && first(name) !== "false") ||
    (fields.get("options") ?? "").split(":").includes("ro");
  return { bind, to, ...(readonly ? { readonly } : {}) };
}
