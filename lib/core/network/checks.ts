/**
 * Has plugins look at what they made: `CHECK`, `STATUS` and `GC` of CNI.
 *
 * @module
 */
import { FailedPreconditionError, UnsupportedError } from "../../errors/errors.ts";
import { type CniConfig, isCniAtLeast, pluginInput } from "../../oci/cni_config.ts";
import { shellQuote } from "../../oci/quote.ts";
import type { Context } from "../context.ts";
import { attachmentFolderOf, needConnected } from "./connect.ts";
import { CNI_LOCK, HOOK_LIBRARY } from "./hook.ts";
import { runHostScript } from "./host_script.ts";
import { insideOf, readMetas } from "./metas.ts";
import { cniId, type NetworkPlace, networkPlace } from "./place.ts";
import { scriptFailure } from "./start_error.ts";
import { needNetwork } from "./store.ts";

const NOT_RUNNING = 4;

const CHECK = String.raw`
[ -e "$1/run" ] || exit ${NOT_RUNNING}
eval "$(cat "$1/run")"; lock
lives || exit ${NOT_RUNNING}
read -r pid _ <"$A/pid"; N=/proc/$pid/ns/net
confs
for i in $NETS; do "check$i" || exit 1; done
`;

/** Has the plugins of a container's networks look whether all is as they made it. */
export async function checkContainer(
  context: Context,
  id: string,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  const { parts } = await needConnected(context, id);
  const verb = `check the networks of container "${id}"`;
  const args = [await attachmentFolderOf(context, id)];
  await run(context, parts.place, CHECK, args, verb, signal);
}

/** Asks whether a network is ready for containers. */
export async function checkStatus(
  context: Context,
  name: string,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  const chain = await chainOf(context, name);
  const asks = isCniAtLeast(chain.config.cniVersion, "1.1.0");
  await chain.ask(
    `use network "${name}"`,
    signal,
    (type, input) =>
      `find ${type} && ${
        asks ? `{ plugin STATUS ${type} ${input} || fail status "$w" ${type} "$out"; }` : ":"
      }`,
  );
}

/** Tells the plugins of a network which containers there are. */
export async function collectNetworkGarbage(
  context: Context,
  name: string,
  { signal }: { signal?: AbortSignal },
): Promise<void> {
  const { place, config, ask } = await chainOf(context, name);
  if (!isCniAtLeast(config.cniVersion, "1.1.0")) {
    throw new UnsupportedError(
      `Cannot collect the garbage of network "${name}": that came with version 1.1.0 of CNI; ` +
        "sweep() frees what containers have left",
      { needed: "CNI 1.1.0", found: `CNI ${config.cniVersion}` },
    );
  }
  if (config.disableGC) return;
  const { host } = context.session;
  const lock = `${place.confDir}/${CNI_LOCK}`;
  if (!await host.lstat(lock)) await host.createFile(lock).catch(() => {/* it is there now */});
  // Containers that are being connected hold it too: none comes or goes meanwhile.
  using _ = await host.lockDir(lock, signal);
  const attachments = await attachmentsOn(context, place, config.name);
  await ask(
    `collect the garbage of network "${name}"`,
    signal,
    (type, input) => `plugin GC ${type} ${input} || { fail gc "$w" ${type} "$out"; bad=1; }`,
    { "cni.dev/valid-attachments": attachments },
  );
}

/** A network, and how its plugins are asked for something, one after the other. */
interface Chain {
  readonly place: NetworkPlace;
  readonly config: CniConfig;
  /** Runs what `each` makes of a plugin's name and its input, with further input if need be. */
  ask(
    verb: string,
    signal: AbortSignal | undefined,
    each: (type: string, input: string) => string,
    more?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

async function chainOf(context: Context, name: string): Promise<Chain> {
  const place = await networkPlace(context);
  const { config } = await needNetwork(context, name, place);
  return {
    place,
    config,
    async ask(verb, signal, each, more = {}) {
      const script = [
        HOOK_LIBRARY,
        `P=${shellQuote(place.pluginDirs.join(":"))} w=${shellQuote(config.name)}`,
        "I= N= f= g= bad=",
        'find() { o=$IFS; IFS=:; for d in $P; do [ -x "$d/$1" ] && { IFS=$o; return; }; done; ' +
        'IFS=$o; fail missing "$w" "$1" "$P"; }',
        ...config.plugins.map((plugin) => {
          const input = { ...pluginInput(config, plugin, {}), ...more };
          return `${each(shellQuote(plugin.type), shellQuote(JSON.stringify(input)))} || exit 1`;
        }),
        '[ -z "$bad" ]',
      ].join("\n");
      await run(context, place, script, [], verb, signal);
    },
  };
}

async function run(
  context: Context,
  place: NetworkPlace,
  script: string,
  args: readonly string[],
  verb: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { args, path: place.path, what: verb, signal };
  const { exitCode, stderr } = await runHostScript(context, script, options);
  if (exitCode === NOT_RUNNING) {
    throw new FailedPreconditionError(`Cannot ${verb}: it does not run`);
  }
  if (exitCode !== 0) throw scriptFailure({ exitCode, stderr }, verb);
}

/** The containers on a network, in all namespaces, as plugins name them. */
async function attachmentsOn(
  context: Context,
  place: NetworkPlace,
  name: string,
): Promise<{ containerID: string; ifname: string }[]> {
  return (await readMetas(context, place)).flatMap(({ namespace, id, file }) => {
    const result = file.Networks?.[name];
    if (!result) return [];
    return { containerID: cniId(namespace, id), ifname: insideOf(result)?.name ?? "eth0" };
  });
}
