/**
 * `run`: containers that run once, and such that stay.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Step } from "./chain.ts";
import { type Flag, flag, type Given, readFlags } from "./flags.ts";
import { call, options, pairs } from "./parts.ts";
import { device, gpus, mount, tmpfs, ulimit, volume } from "./run_values.ts";
import type { Found } from "./command.ts";

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
  "--privileged",
  "--cap-add=",
  "--cap-drop=",
  "--device=",
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
    "--dns-search=",
    "--dns-opt --dns-option=",
    "--restart=",
    "--gpus=",
    "--init",
    "--init-binary=",
    "--shm-size=",
    "--ulimit=",
    "--health-cmd=",
    "--health-interval=",
    "--health-timeout=",
    "--health-retries=",
    "--health-start-period=",
    "--health-start-interval=",
    "--no-healthcheck",
    "--domainname=",
    "--volumes-from=",
    "-P --publish-all",
    "--expose=",
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
  const watched = watching(given);
  if (!detached && watched.length > 0) {
    throw new InvalidArgumentError(
      "Cannot translate --restart and health checks of what runs in the foreground: add -d",
    );
  }
  steps.push(...watched);
  const terminal = given.on("--tty");
  const input = given.on("--interactive");
  if (detached && terminal) add("tty");
  if (detached && terminal && input) add("openStdin");
  if (input && !terminal) notes.push("-i: give the input by .stdin(…)");
  const published = given.on("--publish-all") || given.all("--publish").length > 0;
  if (given.all("--network").length === 0 && !published) {
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

/** What the daemon and this client do for one that stays: health checks, and starts anew. */
function watching(given: Given): Step[] {
  const steps: Step[] = [];
  const exec = given.one("--health-cmd");
  const retries = given.one("--health-retries");
  const timing = options({
    interval: given.one("--health-interval"),
    timeout: given.one("--health-timeout"),
    startPeriod: given.one("--health-start-period"),
    startInterval: given.one("--health-start-interval"),
    retries: retries === undefined ? undefined : Number(retries),
  });
  if (given.on("--no-healthcheck")) steps.push(call("healthcheck", false));
  else if (exec !== undefined) steps.push(call("healthcheck", { exec, ...timing }));
  else if (timing) {
    throw new InvalidArgumentError("Cannot translate the times of health checks: add --health-cmd");
  }
  const policy = given.one("--restart");
  if (policy !== undefined) steps.push(call("restart", policy));
  return steps;
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
  if (given.on("--privileged")) add("privileged");
  const names = (option: string) => {
    const found = given.all(option).flatMap((text) => text.toUpperCase().split(","));
    return found.length > 0 ? found : undefined;
  };
  const capabilities = options({ add: names("--cap-add"), drop: names("--cap-drop") });
  if (capabilities) add("capabilities", capabilities);
  const devices = given.all("--device").map(device);
  if (devices.length > 0) add("device", ...devices);
  value("--gpus", "gpus", gpus);
  const binary = given.one("--init-binary");
  if (given.on("--init") || binary !== undefined) add("init", ...binary ? [binary] : []);
  value("--shm-size", "shmSize");
  for (const limit of given.all("--ulimit")) add("ulimit", ...ulimit(limit));
  const mounts = [
    ...given.all("--volume").map(volume),
    ...given.all("--mount").map(mount),
    ...given.all("--tmpfs").map(tmpfs),
  ];
  if (mounts.length > 0) add("mount", ...mounts);
  for (const text of given.all("--volumes-from")) add("volumesFrom", ...text.split(":"));
  const ports = given.all("--publish");
  if (ports.length > 0) add("publish", ...ports);
  if (given.on("--publish-all")) add("publishAll", ...given.all("--expose"));
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
  const searches = given.all("--dns-search");
  const resolver = given.all("--dns-option");
  const dns = options({
    servers: servers.length > 0 ? servers : undefined,
    searches: searches.length > 0 ? searches : undefined,
    options: resolver.length > 0 ? resolver : undefined,
  });
  if (dns) add("dns", dns);
}
