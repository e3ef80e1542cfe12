/**
 * Connects containers that are there to networks, and takes them off.
 *
 * @module
 */
import { JSON_TYPES, packSpec, unpackSpec } from "../../api/any.ts";
import { AlreadyExistsError, FailedPreconditionError, NotFoundError } from "../../errors/errors.ts";
import type { Spec } from "../../oci/runtime_spec.ts";
import { CHANGE_TIMEOUT_MS, throwIfAborted } from "../call/abort.ts";
import type { Context } from "../context.ts";
import { stateFolder } from "../logs/place.ts";
import { type HookParts, hookText } from "./hook.ts";
import { runHostScript } from "./host_script.ts";
import { NETWORKS_LABEL, PARTS_ANNOTATION, type SavedNetwork } from "./labels.ts";
import { attachmentFolder, networkPlace } from "./place.ts";
import { type AttachOptions, checkAttachOptions } from "./plan.ts";
import { checkFits, withHooks } from "./prepare.ts";
import { scriptFailure } from "./start_error.ts";
import { needNetwork } from "./store.ts";

/** A container with networks, as its record tells of them. */
interface Connected {
  readonly spec: Spec;
  readonly labels: Readonly<Record<string, string>>;
  readonly parts: HookParts;
}

/*
 * Connects a running container by one more network ($2), with all that its hooks are to be from now
 * on ($1). Nothing happens when it does not run. The network is undone when it fails half-way.
 */
const CONNECT = String.raw`
T=$1; eval "$T"; lock
[ -e "$A/run" ] && lives || exit 0
read -r pid _ <"$A/pid"; N=/proc/$pid/ns/net
confs
if "up$2" && printf %s "$T" >"$A/run" && meta; then hosts; exit 0; fi
bad=; "down$2"; rm -f "$A/$2".*; exit 1
`;

/* Takes a running container off network $2; $1 is what its hooks are to be from now on. */
const DISCONNECT = String.raw`
T=$1; eval "$T"; lock
[ -e "$A/run" ] && lives || exit 0
read -r pid _ <"$A/pid"; N=/proc/$pid/ns/net
(eval "$(cat "$A/run")"; confs; bad=; "down$2"; [ -z "$bad" ]) || exit 1
rm -f "$A/$2".*; printf %s "$T" >"$A/run"; confs; meta; hosts; exit 0
`;

/** Connects a container to one more network. */
export async function connectContainer(
  context: Context,
  network: string,
  id: string,
  { signal, ...options }: AttachOptions & { signal?: AbortSignal },
): Promise<void> {
  const { name: _, ...attach } = checkAttachOptions(network, options);
  const connected = await needConnected(context, id);
  const { config } = await needNetwork(context, network);
  checkFits(config, attach);
  const { attachments } = connected.parts;
  if (attachments.some((other) => other.config.name === config.name)) {
    throw new AlreadyExistsError(
      `Cannot connect container "${id}" to network "${config.name}": it is on it`,
    );
  }
  let index = 0;
  while (attachments.some((other) => other.index === index)) index++;
  const added = { ...attach, config, index, ifname: `eth${index}` };
  const parts = { ...connected.parts, attachments: [...attachments, added] };
  const verb = `connect container "${id}" to network "${config.name}"`;
  await runHook(context, parts, CONNECT, index, verb, signal);
  try {
    await save(context, id, connected, parts);
  } catch (error) {
    await runHook(context, connected.parts, DISCONNECT, index, verb).catch(
      () => {/* the first error counts */},
    );
    throw error;
  }
}

/** Takes a container off a network. */
export async function disconnectContainer(
  context: Context,
  network: string,
  id: string,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  const connected = await needConnected(context, id);
  const { attachments } = connected.parts;
  const gone = attachments.find(({ config }) => config.name === network);
  if (!gone) {
    const names = attachments.map(({ config }) => `"${config.name}"`).join(", ");
    throw new NotFoundError(
      `Cannot disconnect container "${id}" from network "${network}": ` +
        (names ? `it is on ${names}` : "it is on none"),
    );
  }
  const parts = {
    ...connected.parts,
    attachments: attachments.filter((other) => other !== gone),
  };
  const verb = `disconnect container "${id}" from network "${network}"`;
  // The record first: when the daemon starts it again meanwhile, it is off already.
  await save(context, id, connected, parts);
  await runHook(context, parts, DISCONNECT, gone.index, verb, signal);
}

async function runHook(
  context: Context,
  parts: HookParts,
  script: string,
  index: number,
  verb: string,
  signal?: AbortSignal,
): Promise<void> {
  throwIfAborted(signal, verb);
  const args = [await hookText(parts), `${index}`];
  const options = { args, path: parts.place.path, what: verb };
  const { exitCode, stderr } = await runHostScript(context, script, options);
  if (exitCode !== 0) throw scriptFailure({ exitCode, stderr }, verb);
}

/** A container with networks of its own. */
export async function needConnected(context: Context, id: string): Promise<Connected> {
  const { container } = await context.api.containers.get({ id }).catch((error) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(
      `Cannot find container "${id}" in namespace "${context.namespace}"`,
      { cause: error },
    );
  });
  const spec = container?.spec && unpackSpec(container.spec);
  const saved = spec?.annotations?.[PARTS_ANNOTATION];
  // A fork has the annotation, and no networks.
  if (!container || !spec || saved === undefined || !container.labels[NETWORKS_LABEL]) {
    throw new FailedPreconditionError(
      `Cannot change the networks of container "${id}": it was not made with network() or publish()`,
    );
  }
  const special = JSON.parse(container.labels[NETWORKS_LABEL] ?? "[]")
    .find((name: string) => /^(host|none|ns:.*)$/.test(name));
  if (special !== undefined) {
    throw new FailedPreconditionError(
      `Cannot change the networks of container "${id}": its network is "${special}"`,
    );
  }
  const parts: HookParts = {
    ...(JSON.parse(saved) as SavedNetwork),
    place: await networkPlace(context),
    namespace: context.namespace,
    id,
    stateFolder: await stateFolder(context, id),
  };
  return { spec, labels: container.labels, parts };
}

async function save(
  context: Context,
  id: string,
  { spec, labels }: Connected,
  parts: HookParts,
): Promise<void> {
  const names = JSON.stringify(parts.attachments.map(({ config }) => config.name));
  const hooked = (await withHooks(parts))(spec);
  const annotations = { ...hooked.annotations, [NETWORKS_LABEL]: names };
  const changed: Spec = { ...hooked, annotations };
  await context.api.containers.update({
    container: {
      id,
      spec: packSpec(JSON_TYPES.spec, changed),
      labels: { ...labels, [NETWORKS_LABEL]: names },
    },
    updateMask: { paths: ["spec", `labels.${NETWORKS_LABEL}`] },
  }, { timeoutMs: CHANGE_TIMEOUT_MS });
}

/** The folder of a running container's networks. */
export async function attachmentFolderOf(context: Context, id: string): Promise<string> {
  return attachmentFolder(await networkPlace(context), context.namespace, id);
}
