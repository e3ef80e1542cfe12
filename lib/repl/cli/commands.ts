/**
 * The other commands of docker, nerdctl and ctr.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import { identifier } from "../names.ts";
import { Code, type Step } from "./chain.ts";
import { flag, type Given, readFlags } from "./flags.ts";
import { ctrRun, dockerRun, pairs } from "./run.ts";
import type { Command, Found } from "./translate.ts";

const RUNNING = new Code(
  '(one) => one.state === "running"',
  (one: { state?: string }) => one.state === "running",
);

const found = (steps: readonly Step[], ...notes: string[]): Found => ({ chain: { steps }, notes });

const list = (...path: string[]): Found =>
  found([...path.map((get) => ({ get })), { call: "list", args: [] }]);

/** A container that runs, by its id. */
const live = (id: string): Step[] => [
  { get: "containers" },
  { get: "byName" },
  { get: identifier(id) },
];

/** A container, whatever it does. */
const container = (id: string): Step[] => [
  { get: "containers" },
  { call: "get", args: [id] },
  { wait: true },
];

/** The one name that a command is about. */
function only(given: Given, what: string): string {
  const [name, second] = given.words;
  if (name === undefined) {
    throw new InvalidArgumentError(`Cannot translate this: it names no ${what}`);
  }
  if (second !== undefined) {
    throw new InvalidArgumentError(`Cannot translate this at once: give one ${what}, not several`);
  }
  return name;
}

const flags = (...texts: string[]) => texts.map(flag);

const ps: Command = (words) => {
  const given = readFlags(words, flags("-a --all", "-q --quiet", "--no-trunc"));
  const all = list("containers");
  if (given.on("--all")) return all;
  return found([...all.chain.steps, { wait: true }, { call: "filter", args: [RUNNING] }]);
};

const images: Command = (words) => {
  readFlags(words, flags("-a --all", "-q --quiet", "--no-trunc", "--digests"));
  return list("images");
};

const removeImage: Command = (words) => {
  const given = readFlags(words, flags("-f --force", "--sync"));
  const set = {
    ...(given.on("--force") ? { force: true } : {}),
    ...(given.on("--sync") ? { sync: true } : {}),
  };
  const options = Object.keys(set).length > 0 ? [set] : [];
  return found([{ get: "images" }, { call: "remove", args: [only(given, "image"), ...options] }]);
};

const remove: Command = (words) => {
  const given = readFlags(words, flags("-f --force", "-v --volumes"));
  const notes = given.on("--force") ? [] : ["its process is ended as well, if it runs"];
  return found([...container(only(given, "container")), { call: "remove", args: [] }], ...notes);
};

const stop: Command = (words) => {
  const given = readFlags(words, flags("-t --time=", "--timeout --time=", "-s --signal="));
  const time = given.one("--time");
  const signal = given.one("--signal");
  const options = {
    ...(signal === undefined ? {} : { with: signal }),
    ...(time === undefined ? {} : { timeout: `${time}s` }),
  };
  const args = Object.keys(options).length > 0 ? [options] : [];
  return found([...live(only(given, "container")), { call: "stop", args }]);
};

const kill = (byDefault: string): Command => (words) => {
  const given = readFlags(words, flags("-s --signal=", "-a --all"));
  const [id, last] = given.words;
  const signal = given.one("--signal") ?? (given.words.length === 2 ? last : byDefault);
  if (id === undefined) {
    throw new InvalidArgumentError("Cannot translate this: it names no container");
  }
  return found([...live(id), { call: "kill", args: [signal] }]);
};

const start: Command = (words) => {
  const given = readFlags(words, []);
  return found([...container(only(given, "container")), { call: "start", args: [] }]);
};

const exec: Command = (words) => {
  const given = readFlags(
    words,
    flags(
      "-i --interactive",
      "-t --tty",
      "-e --env=",
      "-w --workdir=",
      "--cwd --workdir=",
      "-u --user=",
      "--privileged",
      "--exec-id=",
    ),
    { stop: 1 },
  );
  const [id, ...command] = given.words;
  if (id === undefined || command.length === 0) {
    throw new InvalidArgumentError("Cannot translate this: it has a container and a command");
  }
  const steps: Step[] = [...live(id), { call: "exec", args: command }];
  const env = pairs(given.all("--env"), "-e");
  if (env) steps.push({ call: "env", args: [env] });
  for (const [name, call] of [["--workdir", "cwd"], ["--user", "user"]] as const) {
    const value = given.one(name);
    if (value !== undefined) steps.push({ call, args: [value] });
  }
  if (given.on("--tty")) steps.push({ call: "tty", args: [] });
  if (given.on("--privileged")) steps.push({ call: "privileged", args: [] });
  return found(steps, ...given.on("--interactive") ? ["-i: give the input by .stdin(…)"] : []);
};

const logs: Command = (words) => {
  const given = readFlags(words, flags("-f --follow", "-n --tail=", "--since=", "-t --timestamps"));
  const tail = given.one("--tail");
  const options = {
    ...(given.on("--follow") ? { follow: true } : {}),
    ...(tail === undefined || tail === "all" ? {} : { tail: Number(tail) }),
    ...(given.one("--since") === undefined ? {} : { since: given.one("--since") }),
  };
  const args = Object.keys(options).length > 0 ? [options] : [];
  const steps: Step[] = [...container(only(given, "container")), { call: "logs", args }];
  return { chain: { steps, lines: true }, notes: [] };
};

const pull: Command = (words) => {
  const given = readFlags(words, flags("-q --quiet"));
  return found([{ get: "images" }, { call: "pull", args: [only(given, "image")] }]);
};

const tag: Command = (words) => {
  const [from, to] = readFlags(words, flags("--force")).words;
  if (from === undefined || to === undefined) {
    throw new InvalidArgumentError("Cannot translate this: tag has an image and a new name");
  }
  return found([{ get: "images" }, { call: "tag", args: [from, to] }]);
};

const task = (call: "pause" | "resume"): Command => (words) =>
  found([...live(only(readFlags(words, []), "container")), { call, args: [] }]);

const plain = (make: () => Found): Command => (words) => {
  readFlags(words, flags("-q --quiet"));
  return make();
};

const version = plain(() => found([{ get: "davit" }, { call: "version", args: [] }]));

/** What docker, nerdctl and podman do; the words of a command that has several behind each other. */
export const DOCKER: Readonly<Record<string, Command>> = {
  "run": dockerRun,
  "container run": dockerRun,
  "ps": ps,
  "container ls": ps,
  "container ps": ps,
  "images": images,
  "image ls": images,
  "rmi": removeImage,
  "image rm": removeImage,
  "rm": remove,
  "container rm": remove,
  "stop": stop,
  "container stop": stop,
  "kill": kill("SIGKILL"),
  "start": start,
  "exec": exec,
  "logs": logs,
  "pull": pull,
  "image pull": pull,
  "tag": tag,
  "pause": task("pause"),
  "unpause": task("resume"),
  "namespace ls": plain(() => list("davit", "namespaces")),
  "version": version,
};

const CTR_LISTS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["images", "image", "i"], ["images"]],
  [["containers", "container", "c"], ["containers"]],
  [["tasks", "task", "t"], ["ns", "tasks"]],
  [["namespaces", "namespace", "ns"], ["davit", "namespaces"]],
  [["leases", "lease"], ["leases"]],
  [["snapshots", "snapshot"], ["snapshots"]],
];

function ctrCommands(): Record<string, Command> {
  const commands: Record<string, Command> = { "run": ctrRun, "version": version };
  const add = (names: readonly string[], verbs: readonly string[], command: Command) => {
    for (const name of names) for (const verb of verbs) commands[`${name} ${verb}`] = command;
  };
  for (const [names, path] of CTR_LISTS) add(names, ["ls", "list"], plain(() => list(...path)));
  const [image, container, tasks] = CTR_LISTS.map(([names]) => names);
  add(image!, ["rm", "remove", "del", "delete"], removeImage);
  add(image!, ["pull"], pull);
  add(image!, ["tag"], tag);
  add(container!, ["rm", "remove", "del", "delete"], remove);
  add(tasks!, ["kill"], kill("SIGTERM"));
  add(tasks!, ["exec"], exec);
  add(tasks!, ["start"], start);
  add(tasks!, ["pause"], task("pause"));
  add(tasks!, ["resume"], task("resume"));
  return commands;
}

/** What ctr does. */
export const CTR: Readonly<Record<string, Command>> = ctrCommands();
