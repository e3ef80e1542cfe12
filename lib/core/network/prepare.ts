/**
 * Gives a container that is being made its networks: files, labels, and hooks that do the rest each
 * time that it is started.
 *
 * @module
 */
import { AlreadyExistsError, InvalidArgumentError } from "../../errors/errors.ts";
import { makeFolders } from "../../host/folders.ts";
import type { CniConfig } from "../../oci/cni_config.ts";
import { resolverOfNetwork } from "../../oci/cni_network.ts";
import { parseExposed, type PortRequest, withoutPublished } from "../../oci/ports.ts";
import { withHostNetwork, withNamespace } from "../../oci/spec_linux.ts";
import { bindMount, withMounts } from "../../oci/spec_mounts.ts";
import { composeSpecOptions, type SpecOption } from "../../oci/spec_option.ts";
import { containerExists } from "../container/exists.ts";
import type { StepMade, StepPlace } from "../container/step.ts";
import type { Context } from "../context.ts";
import { Images } from "../image/images.ts";
import { stateFolder } from "../logs/place.ts";
import { ensureDefaultNetwork, provisionalDefault } from "./create.ts";
import { joinContainer } from "./join.ts";
import { type Attachment, createHook, type HookParts, hookText, stopHook } from "./hook.ts";
import { networkLabels, PARTS_ANNOTATION, type SavedNetwork } from "./labels.ts";
import { hostsFolder, type NetworkPlace, networkPlace } from "./place.ts";
import {
  type AttachOptions,
  type NetworkPlan,
  type SpecialNetwork,
  specialNetwork,
} from "./plan.ts";
import { formatResolver, type Resolver, resolverOf } from "./resolv.ts";
import { DEFAULT_NETWORK, needNetwork, permissionError } from "./store.ts";

/** What comes of a plan, before anything is made. */
interface Prepared {
  readonly place: NetworkPlace;
  readonly folder: string;
  readonly hosts: string;
  readonly hostname: string;
  readonly resolver: Resolver;
  readonly special: SpecialNetwork | undefined;
  readonly attachments: readonly Attachment[];
  readonly labels: Readonly<Record<string, string>>;
  readonly edit: SpecOption;
}

/** The change of the spec that comes of a plan. Nothing is made. */
export async function networkSpec(step: StepPlace, plan: NetworkPlan): Promise<SpecOption> {
  return (await prepare(step, plan, false)).edit;
}

/** Makes what the container needs besides. */
export async function makeNetwork(step: StepPlace, plan: NetworkPlan): Promise<StepMade> {
  const { context, id } = step;
  const { host } = context.session;
  await needFreeId(context, id);
  const verb = `give container "${id}" its networks`;
  let prepared: Prepared;
  try {
    prepared = await prepare(step, plan, true);
  } catch (error) {
    throw permissionError(error, verb, await networkPlace(context));
  }
  const { folder, hosts, special } = prepared;
  const shared = special?.kind === "host" || special?.kind === "ns";
  const undo = async () => {
    // Somebody else may have made a container of that name meanwhile.
    if (await containerExists(context, id)) return;
    await host.remove(hosts);
    await host.remove(folder);
  };
  if (special?.kind === "container") return { edit: prepared.edit, labels: prepared.labels, undo };
  try {
    await makeFolders(host, folder, 0o711);
    await makeFolders(host, hosts, 0o755);
    const write = (path: string, text: string) =>
      host.writeFile(path, new TextEncoder().encode(text));
    await write(`${folder}/resolv.conf`, formatResolver(prepared.resolver));
    await write(`${folder}/hostname`, `${prepared.hostname}\n`);
    const base = shared ? await readHostFile(context, "/etc/hosts") : LOCALHOST;
    const extra = plan.extraHosts.map(([name, address]) =>
      `${address === "host-gateway" ? "127.0.0.1" : address}\t${name}\n`
    ).join("");
    await write(`${hosts}/hosts`, base + (prepared.attachments.length > 0 ? "" : extra));
  } catch (error) {
    await undo().catch(() => {/* the first error counts */});
    throw permissionError(error, verb, prepared.place);
  }
  return { edit: prepared.edit, labels: prepared.labels, undo };
}

const LOCALHOST = "127.0.0.1\tlocalhost localhost.localdomain\n" +
  "::1\t\tlocalhost localhost.localdomain\n";

/** The files of a container are named by its id: one that is there keeps its own. */
async function needFreeId(context: Context, id: string): Promise<void> {
  if (!await containerExists(context, id)) return;
  const { sweep } = await import("../session/sweep.ts");
  await sweep(context);
  if (!await containerExists(context, id)) return;
  throw new AlreadyExistsError(
    `Cannot create container "${id}" in namespace "${context.namespace}": it exists; ` +
      "remove it first, or choose another name",
  );
}

async function prepare(step: StepPlace, asked: NetworkPlan, make: boolean): Promise<Prepared> {
  const plan: NetworkPlan = {
    ...asked,
    domainname: domainnameOf(step),
    ports: [...asked.ports, ...asked.imagePorts ? await imagePorts(step, asked.ports) : []],
  };
  const { context, id } = step;
  const place = await networkPlace(context);
  const folder = await stateFolder(context, id);
  const special = specialOf(plan);
  if (special?.kind === "container") {
    const labels = networkLabels({ context, id, folder, names: [`container:${special.id}`] });
    const edit = await joinContainer(context, special.id);
    return {
      ...{ place, folder, hosts: hostsOf(place, context, id), hostname: "", special, labels, edit },
      ...{ resolver: { servers: [], searches: [], options: [] }, attachments: [] },
    };
  }
  const hostname = hostnameOf(step);
  const shared = special?.kind === "host";
  const attachments = special ? [] : await attachmentsOf(context, place, plan, make);
  const resolver = resolverOf(
    plan.dns,
    await readHostFile(context, "/etc/resolv.conf"),
    shared,
    attachments.map(({ config }) => resolverOfNetwork(config)),
    place.resolver,
  );
  const hosts = hostsOf(place, context, id);
  const files = withMounts(
    bindMount(`${folder}/resolv.conf`, "/etc/resolv.conf"),
    bindMount(`${hosts}/hosts`, "/etc/hosts"),
    bindMount(`${folder}/hostname`, "/etc/hostname"),
  );
  const named: SpecOption = (spec) => ({
    ...spec,
    hostname: spec.hostname ?? hostname,
  });
  const parts: HookParts = {
    place,
    namespace: context.namespace,
    id,
    stateFolder: folder,
    hostname,
    domainname: plan.domainname ?? "",
    attachments,
    ports: plan.ports,
    extraHosts: plan.extraHosts,
    dns: resolver,
  };
  const names = special
    ? [special.kind === "ns" ? `ns:${special.path}` : special.kind]
    : attachments.map(({ config }) => config.name);
  const labels = networkLabels({ context, id, folder, names, hostname, plan });
  const join: SpecOption = special?.kind === "host"
    ? withHostNetwork()
    : special?.kind === "ns"
    ? withNamespace("network", special.path)
    : (spec) => spec;
  const edit = composeSpecOptions(
    join,
    named,
    files,
    await withHooks(parts),
    (spec) => ({ ...spec, annotations: { ...spec.annotations, ...labels } }),
  );
  return { place, folder, hosts, hostname, resolver, special, attachments, labels, edit };
}

/** The ports that the image listens on, as far as they are not published. */
async function imagePorts(
  { context, plan, signal }: StepPlace,
  published: readonly PortRequest[],
): Promise<PortRequest[]> {
  const { image, platform } = plan;
  if (image === undefined) return [];
  const found = typeof image === "string"
    ? await new Images(context).get(image, { signal })
    : image;
  const { config } = await found.resolve({ platform, signal });
  const ports = Object.keys(config.config?.ExposedPorts ?? {}).flatMap(parseExposed);
  return withoutPublished(ports, published);
}

/** The hooks of a container that has networks; and what they were made from, to make others. */
export async function withHooks(parts: HookParts): Promise<SpecOption> {
  const text = await hookText(parts);
  const env = [`PATH=${parts.place.path}`];
  const saved: SavedNetwork = {
    hostname: parts.hostname,
    domainname: parts.domainname,
    ports: parts.ports,
    extraHosts: parts.extraHosts,
    dns: parts.dns,
    attachments: parts.attachments,
  };
  return (spec) => ({
    ...spec,
    annotations: { ...spec.annotations, [PARTS_ANNOTATION]: JSON.stringify(saved) },
    hooks: {
      ...spec.hooks,
      createRuntime: [
        ...withoutOurs(spec.hooks?.createRuntime),
        ...parts.attachments.length > 0 ? [{ path: "/bin/sh", args: createHook(text), env }] : [
          // Others may enter the files, which only root could read.
          { path: "/bin/sh", args: readableHook(parts), env },
        ],
      ],
      poststop: [
        ...withoutOurs(spec.hooks?.poststop),
        { path: "/bin/sh", args: stopHook(parts), env },
      ],
    },
  });
}

function withoutOurs<T extends { args?: string[] }>(hooks: readonly T[] = []): T[] {
  return hooks.filter(({ args }) => args?.[3] !== "davit-network");
}

function readableHook({ place, namespace, id, stateFolder }: HookParts): string[] {
  const script = 'chmod 644 "$1/hostname" "$1/resolv.conf" "$2/hosts"';
  const hosts = `${hostsFolder(place, namespace)}/${id}`;
  return ["sh", "-c", script, "davit-network", stateFolder, hosts];
}

function hostsOf(place: NetworkPlace, context: Context, id: string): string {
  return `${hostsFolder(place, context.namespace)}/${id}`;
}

/** What was asked for instead of networks; it must have been asked for alone. */
function specialOf({ networks, ports }: NetworkPlan): SpecialNetwork | undefined {
  const special = networks.find(({ name }) => specialNetwork(name));
  if (!special) return undefined;
  if (networks.length > 1) {
    throw new InvalidArgumentError(
      `Cannot connect a container to "${special.name}" and to other networks: choose one`,
    );
  }
  if (ports.length > 0) {
    throw new InvalidArgumentError(
      `Cannot publish ports of a container whose network is "${special.name}"`,
    );
  }
  return specialNetwork(special.name);
}

async function attachmentsOf(
  context: Context,
  place: NetworkPlace,
  plan: NetworkPlan,
  make: boolean,
): Promise<Attachment[]> {
  const wanted = plan.networks.length > 0 ? plan.networks : [{ name: DEFAULT_NETWORK }];
  const attachments: Attachment[] = [];
  for (const { name, ...options } of wanted) {
    if (name === DEFAULT_NETWORK && make) await ensureDefaultNetwork(context, place);
    const config = name === DEFAULT_NETWORK && !make
      ? await provisionalDefault(context, place)
      : (await needNetwork(context, name, place)).config;
    checkFits(config, options);
    const index = attachments.length;
    attachments.push({ ...options, config, index, ifname: `eth${index}` });
  }
  const can = (key: string) =>
    attachments.some(({ config }) => config.plugins.some((p) => p.capabilities?.[key]));
  if (plan.ports.length > 0 && !can("portMappings")) {
    const names = attachments.map(({ config }) => `"${config.name}"`).join(", ");
    throw new InvalidArgumentError(
      `Cannot publish ports of a container on ${names}: no plugin of that does it; ` +
        "add a network that is no internal one",
    );
  }
  return attachments;
}

/**
 * Checks that a network can give what was asked for.
 *
 * @throws {InvalidArgumentError} When it cannot.
 */
export function checkFits({ name, plugins }: CniConfig, { ip6, mac }: AttachOptions): void {
  const [first] = plugins;
  if (ip6 !== undefined && !first?.capabilities?.ips) {
    throw new InvalidArgumentError(`Cannot give ${ip6} on network "${name}": it has no IPv6`);
  }
  const takesMac = first?.type === "bridge" || first?.type === "macvlan" ||
    plugins.some(({ capabilities }) => capabilities?.mac);
  if (mac !== undefined && !takesMac) {
    throw new InvalidArgumentError(
      `Cannot give ${mac} on network "${name}": its driver "${first?.type}" gives no hardware address`,
    );
  }
}

/** The host name: what was asked for, else the container's id. */
function domainnameOf({ plan }: StepPlace): string | undefined {
  const step = plan.steps.find(({ key }) => key === "domainname");
  return step?.edit?.({ ociVersion: "1.0.0" }).domainname;
}

function hostnameOf({ id, plan }: StepPlace): string {
  const step = plan.steps.find(({ key }) => key === "hostname");
  const asked = step?.edit?.({ ociVersion: "1.0.0" }).hostname;
  return asked ?? id.replaceAll("_", "-").slice(0, 63).replace(/[-.]+$/, "");
}

async function readHostFile(context: Context, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await context.session.host.readFile(path));
  } catch {
    return "";
  }
}
