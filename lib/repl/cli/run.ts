/**
 * `run`: containers that run once, and such that stay.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { MountOptions } from "../../core/container/mounts.ts";
import type { Step } from "./chain.ts";
import { type Flag, flag, type Given, readFlags } from "./flags.ts";
import { options, pairs } from "./parts.ts";
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
    "--net --network=",
    "--network-alias=",
    "--ip=",
    "-p --publish=",
    "--add-host=",
    "--dns=",
    "--domainname=",
    "--detach-keys=",
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

/** `docker create [OPTIONS] IMAGE [COMMAND…]` */
export function dockerCreate(words: readonly string[]): Found {
  const given = readFlags(words, DOCKER, { stop: 1 });
  const [image, ...command] = given.words;
  if (image === undefined) throw new InvalidArgumentError("Cannot translate this: it has no image");
  return runOf(given, { image, command, name: given.one("--name"), ends: "create" });
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
  what: { image: string; command: readonly string[]; name: string | undefined; ends?: "create" },
): Found {
  const { image, command, name, ends = "start" } = what;
  const detached = given.on("--detach") || ends === "create";
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
  const terminal = given.on("--tty");
  const input = given.on("--interactive");
  if (detached && terminal) add("tty");
  if (detached && terminal && input) add("openStdin");
  if (input && !terminal) notes.push("-i: give the input by .stdin(…)");
  if (given.all("--network").length === 0 && given.all("--publish").length === 0) {
    notes.push(`it has no network but its own; .network("bridge") gives it docker's`);
  }
  if (given.one("--pull")) notes.push("--pull is left out; images.pull() pulls");
  if (!detached) {
    if (!given.on("--rm")) notes.push("the container is removed afterwards, as with --rm");
    if (terminal) add(...interactive(given, input));
    return { chain: { steps }, notes };
  }
  if (given.on("--rm")) notes.push("the container goes when the prompt ends, not by itself");
  else add("keep");
  add(ends);
  return { chain: { steps }, notes };
}

/** A terminal that one types into, or one that is only written to. */
function interactive(given: Given, input: boolean): [string, ...unknown[]] {
  const keys = given.one("--detach-keys");
  if (!input) return ["tty"];
  return keys === undefined ? ["interactive"] : ["interactive", { detachKeys: keys }];
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
  value("--domainname", "domainname");
  if (given.on("--read-only")) add("readonlyRootfs");
  const mounts = [
    ...given.all("--volume").map(volume),
    ...given.all("--mount").map(mount),
    ...given.all("--tmpfs").map(tmpfs),
  ];
  if (mounts.length > 0) add("mount", ...mounts);
  const ports = given.all("--publish");
  if (ports.length > 0) add("publish", ...ports);
  const networks = given.all("--network");
  const aliases = given.all("--network-alias");
  const joins = options({
    ip: given.one("--ip"),
    aliases: aliases.length > 0 ? aliases : undefined,
  });
  for (const network of networks) add("network", network, ...joins ? [joins] : []);
  const hosts = given.all("--add-host").map((text) => text.replace(/[:=]/, "="));
  if (hosts.length > 0) add("addHost", pairs(hosts, "--add-host"));
  const servers = given.all("--dns");
  if (servers.length > 0) add("dns", { servers });
}

function volume(text: string): MountOptions {
  const [source = "", to, mode] = text.split(":");
  // One word is the place of a volume without a name.
  if (to === undefined) return { volume: true, to: source };
  const readonly = mode?.split(",").includes("ro") ?? false;
  const rest = { to, ...(readonly ? { readonly } : {}) };
  return /^[./~]/.test(source) ? { bind: source, ...rest } : { volume: source, ...rest };
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
