/**
 * Commands about containers that are there.
 *
 * @module
 */
import { InvalidArgumentError } from "../../errors/errors.ts";
import type { Step } from "./chain.ts";
import { readFlags } from "./flags.ts";
import {
  about,
  at,
  call,
  container,
  flags,
  found,
  live,
  only,
  options,
  pairs,
  two,
} from "./parts.ts";
import type { Command } from "./command.ts";

/** `ps` */
export const ps: Command = (words) => {
  const given = readFlags(words, flags("-a --all", "-q --quiet", "--no-trunc"));
  const running = given.on("--all") ? undefined : { state: "running" };
  return found([{ get: "containers" }, call("list", running)]);
};

/** `rm` */
export const remove: Command = (words) => {
  const given = readFlags(words, flags("-f --force", "-v --volumes"));
  const notes = given.on("--force") ? [] : ["its process is ended as well, if it runs"];
  const args = options({ volumes: given.on("--volumes") });
  return found([...container(only(given, "container")), call("remove", args)], ...notes);
};

const stopping = (verb: "stop" | "restart", steps: (id: string) => Step[]): Command => (words) => {
  const given = readFlags(words, flags("-t --time=", "--timeout --time=", "-s --signal="));
  const time = given.one("--time");
  const args = options({
    with: given.one("--signal"),
    timeout: time === undefined ? undefined : `${time}s`,
  });
  return found([...steps(only(given, "container")), call(verb, args)]);
};

/** `stop` */
export const stop: Command = stopping("stop", live);

/** `restart` */
export const restart: Command = stopping("restart", container);

/** `kill`; which signal it sends without one is the tool's. */
export const kill = (byDefault: string): Command => (words) => {
  const given = readFlags(words, flags("-s --signal=", "-a --all"));
  const [id, last] = given.words;
  const signal = given.one("--signal") ?? (given.words.length === 2 ? last : byDefault);
  if (id === undefined) {
    throw new InvalidArgumentError("Cannot translate this: it names no container");
  }
  return found([...live(id), call("kill", signal)]);
};

/** `start` */
export const start: Command = about("container", (id) => [...container(id), call("start")]);

/** `pause`, `unpause` */
export const pause: Command = about("container", (id) => [...live(id), call("pause")]);
/** `unpause` */
export const resume: Command = about("container", (id) => [...live(id), call("resume")]);

/** `top` */
export const top: Command = about("container", (id) => [...live(id), call("top")]);

/** `wait` */
export const wait: Command = about("container", (id) => [...live(id), call("wait")]);

/** `port` */
export const port: Command = about("container", (id) => [...container(id), call("ports")]);

/** `inspect` of a container */
export const inspect: Command = about(
  "container",
  (id) => [...container(id), call("inspect", { format: "docker" })],
);

/** `attach` */
export const attach: Command = (words) => {
  const given = readFlags(words, flags("--detach-keys=", "--sig-proxy="));
  const keys = options({ detachKeys: given.one("--detach-keys") });
  return found([
    { get: "containers" },
    call("running", only(given, "container")),
    { wait: true },
    call("attach"),
    { wait: true },
    call("interactive", keys),
  ]);
};

/** `rename` */
export const rename: Command = (words) => {
  const [from, to] = two(readFlags(words, []), "a container and its new name");
  return found([...container(from), call("rename", to)]);
};

/** `stats` */
export const stats: Command = (words) => {
  const given = readFlags(words, flags("--no-stream", "-a --all", "--no-trunc"));
  if (given.words.length > 0) {
    throw new InvalidArgumentError("Cannot translate this: top() shows all containers");
  }
  return given.on("--no-stream")
    ? found([...at("ns", "tasks"), call("allMetrics")])
    : found([call("top")], "until Ctrl-C");
};

/** `exec` */
export const exec: Command = (words) => {
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
  const steps: Step[] = [...live(id), call("exec", ...command)];
  const env = pairs(given.all("--env"), "-e");
  if (env) steps.push(call("env", env));
  for (const [name, method] of [["--workdir", "cwd"], ["--user", "user"]] as const) {
    const value = given.one(name);
    if (value !== undefined) steps.push(call(method, value));
  }
  if (given.on("--privileged")) steps.push(call("privileged"));
  if (!given.on("--tty")) {
    return found(steps, ...given.on("--interactive") ? ["-i: give the input by .stdin(…)"] : []);
  }
  return found([...steps, call(given.on("--interactive") ? "interactive" : "tty")]);
};

/** `logs` */
export const logs: Command = (words) => {
  const given = readFlags(
    words,
    flags("-f --follow", "-n --tail=", "--since=", "--until=", "-t --timestamps"),
  );
  const tail = given.one("--tail");
  const args = options({
    follow: given.on("--follow"),
    tail: tail === undefined || tail === "all" ? undefined : Number(tail),
    since: given.one("--since"),
    until: given.one("--until"),
  });
  const steps = [...container(only(given, "container")), call("logs", args)];
  return { chain: { steps, each: "text" }, notes: [] };
};

/** `cp` */
export const copy: Command = (words) => {
  const given = readFlags(words, flags("-a --archive", "-q --quiet", "-L --follow-link"));
  const [from, to] = two(given, "what to copy and where to; one of them is CONTAINER:PATH");
  const inside = (text: string) => /^([^/.:][^/:]*):(.+)$/.exec(text);
  const [source, target] = [inside(from), inside(to)];
  const files = (id: string): Step[] => [...container(id), { get: "files" }];
  if (source && !target) return found([...files(source[1]!), call("copyOut", source[2], to)]);
  if (target && !source) return found([...files(target[1]!), call("copyIn", from, target[2])]);
  throw new InvalidArgumentError(
    "Cannot translate this: one of the two is CONTAINER:PATH, the other a path of this machine",
  );
};
