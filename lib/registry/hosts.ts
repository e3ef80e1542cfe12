/**
 * Which hosts to ask for a registry, in which order and how: from `hosts.toml`, from Docker's
 * folders of certificates, or by default, as containerd decides it.
 *
 * @module
 */

import { parseDuration } from "../oci/durations.ts";
import {
  type ClientPair,
  HOST_CAPABILITIES,
  type HostCapability,
  type HostSettings,
  type HostsFile,
  type HostUrl,
  parseHostsToml,
  parseHostUrl,
} from "./hosts_file.ts";
import {
  envVariable,
  isRoot,
  listOptional,
  readOptionalText,
  statOptional,
} from "./local_files.ts";

/** One host that serves a registry, with all that is needed to talk to it. Plain data. */
export interface RegistryHost {
  /** Host, with the port where one is written. */
  readonly host: string;
  /** The scheme to use, or to try first. */
  readonly scheme: "http" | "https";
  /** The scheme to use when the server turns out not to speak `scheme`. */
  readonly fallback: "http" | "https" | undefined;
  /** Where the API is: `"/v2"`. */
  readonly path: string;
  /** What the host is used for. */
  readonly capabilities: readonly HostCapability[];
  /** PEM files of authorities to trust besides the system's. */
  readonly ca: readonly string[];
  /** Client certificates. */
  readonly client: readonly ClientPair[];
  /** Whether certificates are accepted unseen. */
  readonly skipVerify: boolean;
  /** Headers for every request to this host, and for no other host. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  /** How long a connection may take to open, in milliseconds. */
  readonly dialTimeoutMs: number | undefined;
  /** For a mirror: the registry that is meant, sent as the query `ns`. */
  readonly ns: string | undefined;
}

/** The hosts of one registry, and where that is written. */
export interface HostPlan {
  /** The registry, as references name it: `"docker.io"`. */
  readonly registry: string;
  /** The `hosts.toml`, where there is one. */
  readonly file: string | undefined;
  /** The folder that was found for this registry, where there is one. */
  readonly dir: string | undefined;
  /** The hosts, in the order in which they are tried. */
  readonly hosts: readonly RegistryHost[];
}

/** How {@linkcode planHosts} finds hosts. */
export interface HostOptions {
  /** Folders to look in, the first that has something for the registry counts. */
  dirs: readonly string[];
  /** What a `hosts.toml` would say, by registry; for these no folder is looked at. */
  hosts?: Readonly<Record<string, HostsFile>> | undefined;
  /** Registries without a `hosts.toml` are asked over http. @default false */
  plainHttp?: boolean | undefined;
}

/**
 * The folders that are looked at when none is named: containerd's and Docker's, and in front of
 * them those of the user, where this process is not root's.
 */
export function defaultHostsDirs(): string[] {
  const system = ["/etc/containerd/certs.d", "/etc/docker/certs.d"];
  if (isRoot()) return system;
  const home = envVariable("HOME");
  const config = envVariable("XDG_CONFIG_HOME") ?? (home && `${home}/.config`);
  return config ? [`${config}/containerd/certs.d`, `${config}/docker/certs.d`, ...system] : system;
}

/**
 * Finds the hosts of a registry. Reads files, sends nothing.
 *
 * @param registry The domain of a reference: `"docker.io"`, `"localhost:5000"`.
 * @throws {InvalidArgumentError} When a `hosts.toml` is malformed.
 * @throws {PermissionError} When a file may not be read.
 */
export async function planHosts(registry: string, options: HostOptions): Promise<HostPlan> {
  const given = options.hosts;
  if (given !== undefined && Object.hasOwn(given, registry)) {
    const file = given[registry] ?? { hosts: [] };
    const hosts = hostsOf(registry, file, Deno.cwd(), options);
    return { registry, dir: undefined, file: undefined, hosts };
  }
  const dir = await findHostDir(registry, options.dirs);
  const path = dir && `${dir}/hosts.toml`;
  const text = path && await readOptionalText(path);
  if (dir && path && text) {
    const file = parseHostsToml(text, path);
    return { registry, dir, file: path, hosts: hostsOf(registry, file, dir, options) };
  }
  const certs = dir ? await readCertFolder(dir) : {};
  const hosts = hostsOf(registry, { ...certs, hosts: [] }, dir ?? "", options);
  return { registry, dir, file: undefined, hosts };
}

/** Names of folders for a registry, in containerd's order. */
export function hostDirNames(registry: string): string[] {
  const port = /^(.*):([0-9]+)$/.exec(registry);
  return [...(port ? [`${port[1]}_${port[2]}_`] : []), registry, "_default"];
}

async function findHostDir(
  registry: string,
  dirs: readonly string[],
): Promise<string | undefined> {
  for (const root of dirs) {
    for (const name of hostDirNames(registry)) {
      const dir = `${root}/${name}`;
      if ((await statOptional(dir))?.isDirectory) return dir;
    }
  }
  return undefined;
}

/** Docker's layout: `*.crt` are authorities, `*.cert` client certificates with `*.key` beside. */
async function readCertFolder(dir: string): Promise<HostSettings> {
  const names = await listOptional(dir);
  const ca = names.filter((name) => name.endsWith(".crt"));
  const client = names.filter((name) => name.endsWith(".cert")).map((cert): ClientPair => {
    const key = `${cert.slice(0, -".cert".length)}.key`;
    return names.includes(key) ? { cert, key } : { cert };
  });
  const settings: HostSettings = {};
  if (ca.length > 0) settings.ca = ca;
  if (client.length > 0) settings.client = client;
  return settings;
}

function hostsOf(
  registry: string,
  file: HostsFile,
  dir: string,
  options: HostOptions,
): RegistryHost[] {
  const name = `${dir}/hosts.toml`;
  const hosts = file.hosts.map((entry) =>
    makeHost(registry, parseHostUrl(entry.url, entry.overridePath ?? false, name), entry, dir)
  );
  if (file.server !== undefined) {
    const url = parseHostUrl(file.server, file.overridePath ?? false, name);
    hosts.push(makeHost(registry, url, file, dir));
  } else {
    hosts.push(defaultHost(registry, file, dir, options));
  }
  return hosts;
}

function makeHost(
  registry: string,
  url: HostUrl,
  settings: HostSettings,
  dir: string,
): RegistryHost {
  const absolute = (path: string): string => path.startsWith("/") ? path : `${dir}/${path}`;
  // With TLS settings an http URL is ambiguous; containerd then tries https first.
  const ambiguous = url.scheme === "http" && hasTls(settings) && portOf(url.host) !== "80";
  return {
    host: url.host,
    scheme: ambiguous ? "https" : url.scheme,
    fallback: ambiguous ? "http" : undefined,
    path: url.path,
    capabilities: settings.capabilities ?? HOST_CAPABILITIES,
    ca: (settings.ca ?? []).map(absolute),
    client: (settings.client ?? []).map((pair): ClientPair =>
      pair.key === undefined
        ? { cert: absolute(pair.cert) }
        : { cert: absolute(pair.cert), key: absolute(pair.key) }
    ),
    skipVerify: settings.skipVerify ?? false,
    headers: Object.entries(settings.header ?? {}).flatMap(([name, values]) =>
      values.map((value) => [name, value] as const)
    ),
    dialTimeoutMs: settings.dialTimeout === undefined
      ? undefined
      : parseDuration(settings.dialTimeout),
    ns: isMirror(registry, url.host) ? registry : undefined,
  };
}

/** The registry itself, where no `server` is written. Capabilities are then always all. */
function defaultHost(
  registry: string,
  settings: HostSettings,
  dir: string,
  options: HostOptions,
): RegistryHost {
  const own = { ...settings, capabilities: undefined };
  const at = (scheme: "http" | "https"): HostUrl => ({ scheme, host: registry, path: "/v2" });
  if (registry === "docker.io") {
    return makeHost(registry, { ...at("https"), host: "registry-1.docker.io" }, own, dir);
  }
  if (options.plainHttp) return makeHost(registry, at("http"), own, dir);
  const port = portOf(registry);
  if (!isLocalhost(registry)) return makeHost(registry, at("https"), own, dir);
  if (port === "80") return makeHost(registry, at("http"), own, dir);
  if (hasTls(settings)) {
    const host = makeHost(registry, at("https"), own, dir);
    return port === undefined || port === "443" ? host : { ...host, fallback: "http" };
  }
  // Registries on this machine rarely have a certificate that anyone would trust.
  const open = makeHost(registry, at("https"), { ...own, skipVerify: true }, dir);
  return port === undefined || port === "443"
    ? open
    : { ...open, scheme: "http", fallback: "https" };
}

function hasTls(settings: HostSettings): boolean {
  return settings.ca !== undefined || settings.client !== undefined ||
    settings.skipVerify !== undefined;
}

function isMirror(registry: string, host: string): boolean {
  return host !== registry && !(registry === "docker.io" && host === "registry-1.docker.io");
}

function portOf(registry: string): string | undefined {
  return /:([0-9]+)$/.exec(registry)?.[1];
}

/** Whether a registry is this machine: `localhost` or a loopback address, with or without a port. */
export function isLocalhost(registry: string): boolean {
  const host = registry.replace(/:[0-9]+$/, "");
  return host === "localhost" || /^127(?:\.[0-9]+){3}$/.test(host) || host === "[::1]";
}
