/**
 * Which commands docker, nerdctl and ctr have, and those about namespaces, networks and volumes.
 *
 * @module
 */
import type { Chain } from "./chain.ts";
import * as containers from "./containers.ts";
import { readFlags } from "./flags.ts";
import * as images from "./images.ts";
import { about, at, call, flags, found, list, only, options, pairs, plain, two } from "./parts.ts";
import { ctrRun, dockerCreate, dockerRun } from "./run.ts";
import type { Command } from "./command.ts";

const version = plain(() => found([{ get: "davit" }, call("version")]));

const events = plain(() => {
  const chain: Chain = { steps: [call("events")], each: "event" };
  return { chain, notes: ["until Ctrl-C"] };
});

/** `inspect NAME`: of a container, as docker looks for one first. */
const inspect: Command = (words) => {
  const given = readFlags(words, flags("--type=", "-f --format="));
  const what = given.one("--type") === "image" ? images.inspectImage : containers.inspect;
  return what(given.words);
};

const createVolume: Command = (words) => {
  const given = readFlags(words, flags("--label="));
  const labels = pairs(given.all("--label"), "--label");
  const args = options({ labels });
  return found([{ get: "volumes" }, call("create", given.words[0], args)]);
};

const pruneVolumes: Command = (words) => {
  const given = readFlags(words, flags("-a --all", "-f --force"));
  return found([{ get: "volumes" }, call("prune", options({ all: given.on("--all") }))]);
};

const removeVolume = about("volume", (name) => [
  { get: "volumes" },
  call("get", name),
  { wait: true },
  call("remove"),
], "-f --force");

const createNetwork: Command = (words) => {
  const given = readFlags(words, flags("--subnet=", "--internal", "--label=", "-d --driver="));
  const subnets = given.all("--subnet");
  const args = options({
    driver: given.one("--driver"),
    subnets: subnets.length > 0 ? subnets : undefined,
    internal: given.on("--internal"),
    labels: pairs(given.all("--label"), "--label"),
  });
  return found([{ get: "networks" }, call("create", only(given, "network"), args)]);
};

const joinNetwork = (verb: "connect" | "disconnect"): Command => (words) => {
  const given = readFlags(words, flags("--ip=", "--alias=", "-f --force"));
  const aliases = given.all("--alias");
  const args = options({
    ip: given.one("--ip"),
    aliases: aliases.length > 0 ? aliases : undefined,
  });
  const [network, id] = two(given, "a network and a container");
  return found([{ get: "networks" }, call(verb, network, id, args)]);
};

/** What docker, nerdctl and podman do; the words of a command that has several behind each other. */
export const DOCKER: Readonly<Record<string, Command>> = {
  "run": dockerRun,
  "container run": dockerRun,
  "create": dockerCreate,
  "container create": dockerCreate,
  "ps": containers.ps,
  "container ls": containers.ps,
  "container ps": containers.ps,
  "rm": containers.remove,
  "container rm": containers.remove,
  "stop": containers.stop,
  "container stop": containers.stop,
  "restart": containers.restart,
  "kill": containers.kill("SIGKILL"),
  "start": containers.start,
  "container start": containers.start,
  "exec": containers.exec,
  "container exec": containers.exec,
  "logs": containers.logs,
  "container logs": containers.logs,
  "attach": containers.attach,
  "pause": containers.pause,
  "unpause": containers.resume,
  "rename": containers.rename,
  "wait": containers.wait,
  "top": containers.top,
  "port": containers.port,
  "stats": containers.stats,
  "cp": containers.copy,
  "container cp": containers.copy,
  "inspect": inspect,
  "container inspect": containers.inspect,
  "images": images.images,
  "image ls": images.images,
  "rmi": images.removeImage,
  "image rm": images.removeImage,
  "pull": images.pull,
  "image pull": images.pull,
  "push": images.push,
  "image push": images.push,
  "tag": images.tag,
  "image tag": images.tag,
  "history": images.history,
  "image history": images.history,
  "image inspect": images.inspectImage,
  "image prune": images.pruneImages,
  "save": images.save,
  "load": images.load,
  "build": images.build,
  "buildx build": images.build,
  "builder prune": plain(() => found([{ get: "ns" }, call("pruneBuilds")])),
  "volume create": createVolume,
  "volume ls": plain(() => list("volumes")),
  "volume rm": removeVolume,
  "volume inspect": about("volume", (name) => [{ get: "volumes" }, call("get", name)]),
  "volume prune": pruneVolumes,
  "network create": createNetwork,
  "network ls": plain(() => list("networks")),
  "network rm": about("network", (name) => [{ get: "networks" }, call("remove", name)]),
  "network inspect": about("network", (name) => [{ get: "networks" }, call("inspect", name)]),
  "network prune": plain(() => found([{ get: "networks" }, call("prune")])),
  "network connect": joinNetwork("connect"),
  "network disconnect": joinNetwork("disconnect"),
  "namespace ls": plain(() => list("davit", "namespaces")),
  "events": events,
  "system events": events,
  "info": plain(() => found([{ get: "davit" }, call("features")])),
  "system df": plain(() => found([{ get: "ns" }, call("df")])),
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
  const commands: Record<string, Command> = { "run": ctrRun, "version": version, "events": events };
  const add = (names: readonly string[], verbs: readonly string[], command: Command) => {
    for (const name of names) for (const verb of verbs) commands[`${name} ${verb}`] = command;
  };
  for (const [names, path] of CTR_LISTS) add(names, ["ls", "list"], plain(() => list(...path)));
  const [image, container, tasks, namespace, , snapshot] = CTR_LISTS.map(([names]) => names);
  const REMOVE = ["rm", "remove", "del", "delete"];
  add(image!, REMOVE, images.removeImage);
  add(image!, ["pull"], images.pull);
  add(image!, ["push"], images.push);
  add(image!, ["tag"], images.tag);
  add(image!, ["import"], images.load);
  add(image!, ["export"], images.exportImage);
  add(container!, REMOVE, containers.remove);
  add(container!, ["info"], containers.inspect);
  add(tasks!, ["kill"], containers.kill("SIGTERM"));
  add(tasks!, ["exec"], containers.exec);
  add(tasks!, ["start"], containers.start);
  add(tasks!, ["attach"], containers.attach);
  add(tasks!, ["pause"], containers.pause);
  add(tasks!, ["resume"], containers.resume);
  add(tasks!, ["ps"], containers.top);
  add(
    tasks!,
    ["metrics", "metric"],
    about("task", (id) => [...at("ns", "tasks"), call("metrics", id)]),
  );
  const namespaceCall = (verb: string) =>
    about("namespace", (name) => [...at("davit", "namespaces"), call(verb, name)]);
  add(namespace!, ["create", "c"], namespaceCall("create"));
  add(namespace!, REMOVE, namespaceCall("delete"));
  add(snapshot!, ["tree"], plain(() => found([{ get: "snapshots" }, call("tree")])));
  add(
    ["plugins", "plugin"],
    ["ls", "list"],
    plain(() => found([{ get: "davit" }, call("plugins")])),
  );
  return commands;
}

/** What ctr does. */
export const CTR: Readonly<Record<string, Command>> = ctrCommands();
