/**
 * The scripts that connect a container to its networks and free them: hooks that the runtime runs on
 * the daemon's host, for `/bin/sh`. All that they need is in them, so that the daemon can start a
 * container again by itself, with whoever made it long gone.
 *
 * @module
 */
import { type CniPlugin, isCniAtLeast, pluginInput } from "../../oci/cni_config.ts";
import type { CniConfig } from "../../oci/cni_config.ts";
import { DHCP_HOSTNAME, subnetsOf } from "../../oci/cni_network.ts";
import type { PortRequest } from "../../oci/ports.ts";
import { shellQuote } from "../../oci/quote.ts";
import { HOSTS_AWK } from "./hosts_awk.ts";
import { attachmentFolder, cniId, hostsFolder, type NetworkPlace } from "./place.ts";
import { PORTS_PERL } from "./ports_perl.ts";

/** A network of a container, and how it is connected to it. */
export interface Attachment {
  /** Its number among the container's networks. */
  readonly index: number;
  /** The network. */
  readonly config: CniConfig;
  /** The name of the interface inside. */
  readonly ifname: string;
  /** The address of IPv4 that was asked for. */
  readonly ip?: string | undefined;
  /** The address of IPv6 that was asked for. */
  readonly ip6?: string | undefined;
  /** The hardware address that was asked for. */
  readonly mac?: string | undefined;
  /** Names besides the container's own. */
  readonly aliases?: readonly string[] | undefined;
}

/** What the scripts are made from. */
export interface HookParts {
  /** Where things are. */
  readonly place: NetworkPlace;
  /** containerd's namespace. */
  readonly namespace: string;
  /** The container's id. */
  readonly id: string;
  /** The folder of its files. */
  readonly stateFolder: string;
  /** The host name inside. */
  readonly hostname: string;
  /** The domain name inside. */
  readonly domainname: string;
  /** Its networks. */
  readonly attachments: readonly Attachment[];
  /** What is published. */
  readonly ports: readonly PortRequest[];
  /** Further names, with their addresses; `host-gateway` for the host's. */
  readonly extraHosts: readonly (readonly [name: string, address: string])[];
  /** Name servers and the like, for plugins that can be told. */
  readonly dns: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
}

/** The file of CNI's lock, in the folder of configurations; nerdctl's. */
export const CNI_LOCK = ".cni-concurrency.lock";

/** How failures begin in what the script writes; then kind, network, plugin and text, by tabs. */
export const FAILURE_MARK = "davit-network:";

/** Where the hooks write what went wrong, in the container's folder; nerdctl's names. */
export const CREATE_LOG = "oci-hook.createRuntime.log";

/**
 * What all containers have in common. Variables: I name for plugins, C id, A folder of attachments,
 * H folder of hosts files, S folder of the container's files, L lock, P folders of plugins, N network
 * namespace (empty when it is gone), T all of this text; for a network: w name, f interface, g
 * arguments, v whether plugins are given earlier results, r the result.
 *
 * An attachment's folder holds `run`, this text; `pid`, the process whose namespace it is and when it
 * started; `ports`; and the result of each network. It goes when all is freed.
 */
export const HOOK_LIBRARY: string = String.raw`
fail() { printf '${FAILURE_MARK} %s\t%s\t%s\t%s\n' "$@" >&2; return 1; }
plugin() {
  x=$1 y=$2 z=$3 o=$IFS; IFS=:; set -- $P; IFS=$o
  for d; do
    [ -x "$d/$y" ] || continue
    out=$(printf %s "$z" | CNI_COMMAND=$x CNI_CONTAINERID=$I CNI_NETNS=$N CNI_IFNAME=$f \
      CNI_ARGS=$g CNI_PATH=$P "$d/$y")
    return
  done
  out=$P; return 99
}
use() { k=$1 w=$2 f=$3 g=$4 v=$5 r=; [ ! -s "$A/$k.json" ] || r=$(cat "$A/$k.json"); }
add() {
  : >>"$A/$k.json"
  plugin ADD "$1" "$2$\{r:+,\"prevResult\":$r}}"
  case $? in 0) ;; 99) fail missing "$w" "$1" "$out"; return;; *) fail plugin "$w" "$1" "$out"; return;; esac
  r=$\{out:-$r}; printf %s "$r" >"$A/$k.json"; echo "$1" >>"$A/$k.done"
}
del() {
  p=; [ -z "$v$r" ] || [ -z "$v" ] || p=$\{r:+,\"prevResult\":$r}
  plugin DEL "$1" "$2$p}" && return
  [ $? = 99 ] && ! grep -qsx "$1" "$A/$k.done" && return
  fail undo "$w" "$1" "$out"; bad=1
}
check() { plugin CHECK "$1" "$2$\{r:+,\"prevResult\":$r}}" || fail check "$w" "$1" "$out"; }
masq() {
  c=$1; shift
  for t; do
    "$t" -w -t nat -S "$c" >/dev/null 2>&1 || continue
    "$t" -w -t nat -S POSTROUTING | grep -F -e "-j $c" | sed 's/^-A/-D/' |
      while read -r x; do eval "$t -w -t nat $x"; done
    "$t" -w -t nat -F "$c"; "$t" -w -t nat -X "$c"
  done
}
ticks() { [ -r "/proc/$1/stat" ] && { x=$(cat "/proc/$1/stat"); set -- $\{x##*) }; echo "$\{20}"; }; }
lives() { [ -s "$A/pid" ] && read -r x y <"$A/pid" && [ "$(ticks "$x")" = "$y" ]; }
hosts() {
  exec 8<"$H" || return
  flock 8
  set -- "$H"/*/meta.json
  [ ! -e "$1" ] || awk '${HOSTS_AWK}' "$@"
  exec 8<&-
}
free() {
  bad=; confs
  for i in $BACK; do [ ! -e "$A/$i.json" ] || "down$i"; done
  if [ -s "$A/ports" ]; then
    read -r _ x _ <"$A/ports"
    [ "$x" = 0 ] || ! grep -q "^davit-ports $I" "/proc/$x/cmdline" 2>/dev/null || kill "$x"
  fi
  rm -f "$H/$C/meta.json"; [ ! -d "$H" ] || hosts
  [ -n "$bad" ] || rm -rf "$A"
  [ -z "$bad" ]
}
lock() { mkdir -p "$\{L%/*}"; exec 9>>"$L" && flock 9; }
start() {
  x=$(cat); x=$\{x#*\"pid\":}; x=$\{x# }; pid=$\{x%%[!0-9]*}
  umask 022; mkdir -p "$S" "$H/$C"; exec 3>&2 2>"$S/${CREATE_LOG}"
  chmod 644 "$H/$C/hosts" "$S/hostname" "$S/resolv.conf"
  lock
  [ ! -e "$A/run" ] || (N=; eval "$(cat "$A/run")"; free)
  mkdir -p "$A"; printf %s "$T" >"$A/run"; echo "$pid $(ticks "$pid")" >"$A/pid"
  N=/proc/$pid/ns/net
  if reserve && confs && up && meta; then
    hosts; store; printf '{"started_at":"%s"}' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$S/lifecycle.json"
  else
    free; cat "$S/${CREATE_LOG}" >&3; exit 1
  fi
}
up() { for i in $NETS; do "up$i" || return; done; }
finish() {
  if [ -d "$S" ]; then exec 2>"$S/oci-hook.postStop.log"; else exec 2>/dev/null; fi
  lock; [ ! -e "$A/run" ] || { N=; free; }
}
`.replaceAll("$\\{", "${");

/** The hook that connects a container. */
export function createHook(text: string): string[] {
  return ["sh", "-c", 'T=$1; eval "$T"; start', "davit-network", text];
}

/** The hook that frees what a container had. What is to be freed was written down by the first. */
export function stopHook(parts: Pick<HookParts, "place" | "namespace" | "id">): string[] {
  const folder = attachmentFolder(parts.place, parts.namespace, parts.id);
  return [
    "sh",
    "-c",
    '[ ! -e "$1/run" ] || { eval "$(cat "$1/run")"; finish; }',
    "davit-network",
    folder,
  ];
}

/** The text that all scripts of one container are made of. */
export async function hookText(parts: HookParts): Promise<string> {
  const { place, namespace, id, attachments } = parts;
  const indexes = attachments.map(({ index }) => index);
  const variables = {
    I: cniId(namespace, id),
    C: id,
    A: attachmentFolder(place, namespace, id),
    H: hostsFolder(place, namespace),
    S: parts.stateFolder,
    L: `${place.confDir}/${CNI_LOCK}`,
    P: place.pluginDirs.join(":"),
    NETS: indexes.join(" "),
    BACK: indexes.toReversed().join(" "),
  };
  const networks = await Promise.all(
    attachments.map((attachment) => networkText(parts, attachment)),
  );
  return [
    ...Object.entries(variables).map(([name, value]) => `${name}=${shellQuote(value)}`),
    HOOK_LIBRARY.trim(),
    `confs() { ${pickPorts(parts)}`,
    ...networks.map(({ confs }) => confs),
    "}",
    ...networks.map(({ functions }) => functions),
    reserveText(parts),
    metaText(parts),
    storeText(parts),
  ].join("\n");
}

const portToken = (i: number) => `@davit:port:${i}@`;

/** Quotes JSON for the shell; the place of a port's number becomes the variable that has it. */
function quoteJson(value: unknown): string {
  return shellQuote(JSON.stringify(value))
    .replaceAll(/"@davit:port:(\d+)@"/g, (_, i) => `'"$p${i}"'`)
    .replaceAll(/"@davit:gateway@"/g, `'"\\"$GW\\""'`);
}

/** Where ports are published: on the first network that has a plugin for it. */
function publishes(parts: HookParts, { index }: Attachment): boolean {
  const first = parts.attachments.find(({ config }) =>
    config.plugins.some(({ capabilities }) => capabilities?.portMappings)
  );
  return first?.index === index;
}

async function networkText(
  parts: HookParts,
  attachment: Attachment,
): Promise<{ confs: string; functions: string }> {
  const { config, index, ifname, ip, ip6, mac, aliases } = attachment;
  const { plugins } = config;
  const ports = publishes(parts, attachment) ? parts.ports : [];
  const capabilities = {
    portMappings: ports.length === 0 ? undefined : ports.map((port, i) => ({
      hostPort: portToken(i),
      containerPort: port.containerPort,
      protocol: port.protocol,
      hostIP: port.hostIp,
    })),
    // Of host-local, which then wants all its ranges to be served by them.
    ips: ip6 === undefined ? undefined : [ip6],
    mac,
    aliases: aliases?.length ? aliases : undefined,
    dns: parts.dns.servers.length > 0 ? parts.dns : undefined,
  };
  const args = [
    "IgnoreUnknown=1",
    ...(ip === undefined ? [] : [`IP=${ip}`]),
    ...(mac === undefined ? [] : [`MAC=${mac}`]),
    `${DHCP_HOSTNAME}=${parts.hostname}`,
  ].join(";");
  const earlier = isCniAtLeast(config.cniVersion, "0.4.0") ? "1" : "";
  const name = (i: number) => `c${index}_${i}`;
  const use = `use ${index} ${shellQuote(config.name)} ${ifname} ${shellQuote(args)} '${earlier}'`;
  const each = (command: string) =>
    plugins.map(({ type }, i) => `${command} ${shellQuote(type)} "$${name(i)}"`);
  const confs = plugins.map((plugin, i) => {
    const json = quoteJson(pluginInput(config, plugin, capabilities));
    // Without the brace at its end: results come behind.
    return `${name(i)}=${json.slice(0, -2)}'`;
  });
  const masquerade = await masqueradeText(parts, config, plugins);
  const check = config.disableCheck || !earlier ? [":"] : each("check");
  return {
    confs: confs.join("\n"),
    functions: [
      `up${index}() { ${[use, ...each("add")].join(" && ")}; }`,
      `down${index}() { ${[use, ...each("del").toReversed(), ...masquerade].join("; ")}; }`,
      `check${index}() { ${[use, ...check].join(" && ")}; }`,
    ].join("\n"),
  };
}

/** The bridge plugin leaves its rules behind when the container's network namespace is gone. */
async function masqueradeText(
  parts: HookParts,
  config: CniConfig,
  plugins: readonly CniPlugin[],
): Promise<string[]> {
  if (!plugins.some(({ ipMasq }) => ipMasq === true)) return [];
  const text = new TextEncoder().encode(config.name + cniId(parts.namespace, parts.id));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-512", text)).toHex();
  const six = subnetsOf(config).some(({ subnet }) => subnet.includes(":"));
  return [`masq CNI-${hash.slice(0, 24)} iptables${six ? " ip6tables" : ""}`];
}

function reserveText({ ports }: HookParts): string {
  if (ports.length === 0) return "reserve() { :; }";
  const wanted = ports.map(({ protocol, hostIp, hostPort, hostPortEnd }) =>
    `${protocol} ${hostIp} ${hostPort} ${hostPortEnd}`
  ).join(" ");
  return String.raw`
taken() { printf '%s' "$(printf ':%04X ' "$2")" | { read -r h; grep -q "$h [0-9A-F:]* 0[7A]" "/proc/net/$1" "/proc/net/$1"6 2>/dev/null; }; }
reserve() {
  set -- ${wanted}
  if command -v perl >/dev/null; then
    x=$(perl -e '${PORTS_PERL}' "$I" "$@" 9>&- 3>&-)
  else
    x='ok 0'
    while [ $# -gt 0 ]; do
      p=$3; [ "$p" -gt 0 ] || p=49153; e=$4; [ "$e" -gt 0 ] || e=60999
      while taken "$1" "$p" || case " $x " in *" $p "*) :;; *) false;; esac; do
        p=$((p+1)); [ "$p" -le "$e" ] || { x="taken $1 $2 $3 another process"; break 2; }
      done
      x="$x $p"; shift 4
    done
  fi
  case $x in ok*) echo "$x" >"$A/ports";; *) fail port '' '' "$x";; esac
}`.trim();
}

/** Reads the ports that were taken. Without any, nothing of the container is published yet. */
function pickPorts({ ports }: HookParts): string {
  if (ports.length === 0) return ":";
  const names = ports.map((_, i) => `p${i}`);
  const none = names.map((name) => `${name}=0`).join(" ");
  return `${none}; [ ! -s "$A/ports" ] || read -r _ _ ${names.join(" ")} <"$A/ports"`;
}

/** Writes what other containers need to know, in nerdctl's form. */
function metaText(parts: HookParts): string {
  const { id, attachments, hostname, domainname } = parts;
  const extra = parts.extraHosts.map(([name, address]) =>
    [name, address === "host-gateway" ? "@davit:gateway@" : address] as const
  );
  const aliases = attachments.filter(({ aliases }) => aliases?.length)
    .map(({ config, aliases }) => [config.name, aliases] as const);
  const head = { ID: id };
  const tail = {
    Hostname: hostname,
    ExtraHosts: Object.fromEntries(extra),
    Name: id,
    Domainname: domainname,
    Aliases: Object.fromEntries(aliases),
  };
  const networks = attachments.map(({ index, config }, i) =>
    `printf %s ${shellQuote(`${i > 0 ? "," : ""}${JSON.stringify(config.name)}:`)}; ` +
    `if [ -s "$A/${index}.json" ]; then cat "$A/${index}.json"; else echo {}; fi`
  );
  const gateway = parts.extraHosts.some(([, address]) => address === "host-gateway")
    ? [`GW=$(cat "$A"/*.json | grep -o '"gateway": *"[^"]*"' | head -n1 | cut -d'"' -f4)`]
    : [];
  return [
    "meta() {",
    ...gateway,
    `{ printf %s ${quoteJson(head).slice(0, -2)},"Networks":{'`,
    ...networks,
    `printf %s '},'${quoteJson(tail).replace("{", "")}; } >"$H/$C/meta.new"`,
    'mv "$H/$C/meta.new" "$H/$C/meta.json"; }',
  ].join("\n");
}

/** Writes which ports were published, in nerdctl's form. */
function storeText({ ports }: HookParts): string {
  const mappings = ports.map((port, i) => ({
    HostPort: portToken(i),
    ContainerPort: port.containerPort,
    Protocol: port.protocol,
    HostIP: port.hostIp,
  }));
  const text = quoteJson(ports.length === 0 ? {} : { portMappings: mappings });
  return `store() { printf %s ${text} >"$S/network-config.json"; }`;
}
