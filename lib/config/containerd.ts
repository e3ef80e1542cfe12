/**
 * containerd's `config.toml`, versions 2 (containerd 1.3), 3 (2.0) and 4 (2.3), as data.
 *
 * Source: containerd's man page containerd-config.toml(5), and what `containerd config default`
 * prints.
 *
 * @module
 */
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { formatToml, isTable, parseToml, type Shape } from "./schema.ts";

/** The versions that are read and written. */
export type ContainerdConfigVersion = 2 | 3 | 4;

/** A socket that containerd listens on, and whose it is. */
export interface SocketSettings {
  /** Path of the socket. */
  address?: string;
  /** Its owner. */
  uid?: number;
  /** Its group. */
  gid?: number;
  /** What else there is. */
  [key: string]: unknown;
}

/** The API's sockets. Version 4 has them under `plugins`. */
export interface GrpcSettings extends SocketSettings {
  /** Also listen there: `"127.0.0.1:1234"`. */
  tcp_address?: string;
  /** PEM file of authorities of clients. */
  tcp_tls_ca?: string;
  /** PEM file with the server's certificate. */
  tcp_tls_cert?: string;
  /** PEM file with its key. */
  tcp_tls_key?: string;
  /** Largest message that is taken, in bytes. */
  max_recv_message_size?: number;
  /** Largest message that is sent, in bytes. */
  max_send_message_size?: number;
}

/** Logs, and the socket for debugging. Version 4 has the socket under `plugins`. */
export interface DebugSettings extends SocketSettings {
  /** `"trace"`, `"debug"`, `"info"`, `"warn"`, `"error"`, `"fatal"` or `"panic"`. */
  level?: string;
  /** `"text"` or `"json"`. */
  format?: string;
}

/** A plugin in another process. */
export interface ProxyPlugin {
  /** `"snapshot"`, `"content"`, `"diff"` or `"sandbox"`. */
  type?: string;
  /** Path of its socket. */
  address?: string;
  /** The platform that it is for. */
  platform?: string;
  /** What it is told to be able to do. */
  capabilities?: string[];
  /** What it exports. */
  exports?: Record<string, string>;
  /** What else there is. */
  [key: string]: unknown;
}

/** A program that layers are piped through, such as for decryption. */
export interface StreamProcessor {
  /** Media types that it takes. */
  accepts?: string[];
  /** The media type that it gives. */
  returns?: string;
  /** The program. */
  path?: string;
  /** Its arguments. */
  args?: string[];
  /** Its environment, `NAME=value` each. */
  env?: string[];
  /** What else there is. */
  [key: string]: unknown;
}

/**
 * containerd's configuration, in its own words. What is not known here stays as it is; so do the
 * settings of plugins, each a table under its whole name (`"io.containerd.gc.v1.scheduler"`).
 */
export interface ContainerdConfig {
  /** The form of the file. */
  version: ContainerdConfigVersion;
  /** Folder of what lasts. */
  root?: string;
  /** Folder of what ends with the machine's run. */
  state?: string;
  /** Folder of temporary files. */
  temp?: string;
  /** Folder of plugins to load. */
  plugin_dir?: string;
  /** More files to read; patterns are allowed. */
  imports?: string[];
  /** Plugins that are not started. */
  disabled_plugins?: string[];
  /** Plugins without which the daemon does not start. */
  required_plugins?: string[];
  /** The daemon's `oom_score_adj`. */
  oom_score?: number;
  /** The API's sockets. */
  grpc?: GrpcSettings;
  /** The socket that shims send events to. */
  ttrpc?: SocketSettings;
  /** Logs, and the socket for debugging. */
  debug?: DebugSettings;
  /** Where Prometheus finds metrics. */
  metrics?: { address?: string; grpc_histogram?: boolean; [key: string]: unknown };
  /** The daemon's own cgroup. */
  cgroup?: { path?: string; [key: string]: unknown };
  /** Time limits by name, such as `"io.containerd.timeout.shim.load"`: `"5s"`. */
  timeouts?: Record<string, string>;
  /** Programs that layers are piped through, by name. */
  stream_processors?: Record<string, StreamProcessor>;
  /** Plugins in other processes, by name. */
  proxy_plugins?: Record<string, ProxyPlugin>;
  /** Settings of plugins, by their whole names. */
  plugins?: Record<string, Record<string, unknown>>;
  /** What else there is. */
  [key: string]: unknown;
}

const SOCKET: Readonly<Record<string, Shape>> = {
  address: "string",
  uid: "integer",
  gid: "integer",
};

const SHAPE: Shape = {
  keys: {
    version: "integer",
    root: "string",
    state: "string",
    temp: "string",
    plugin_dir: "string",
    imports: "strings",
    disabled_plugins: "strings",
    required_plugins: "strings",
    oom_score: "integer",
    grpc: {
      keys: {
        ...SOCKET,
        tcp_address: "string",
        tcp_tls_ca: "string",
        tcp_tls_cert: "string",
        tcp_tls_key: "string",
        max_recv_message_size: "integer",
        max_send_message_size: "integer",
      },
    },
    ttrpc: { keys: SOCKET },
    debug: { keys: { ...SOCKET, level: "string", format: "string" } },
    metrics: { keys: { address: "string", grpc_histogram: "boolean" } },
    cgroup: { keys: { path: "string" } },
    timeouts: { each: "string" },
    stream_processors: {
      each: {
        keys: {
          accepts: "strings",
          returns: "string",
          path: "string",
          args: "strings",
          env: "strings",
        },
      },
    },
    proxy_plugins: {
      each: {
        keys: {
          type: "string",
          address: "string",
          platform: "string",
          capabilities: "strings",
          exports: { each: "string" },
        },
      },
    },
    plugins: { each: { keys: {} } },
  },
};

const DOCUMENT = "containerd's config.toml";

/**
 * Reads a `config.toml`.
 *
 * @throws {InvalidArgumentError} When it is malformed; the message names the key.
 * @throws {UnsupportedError} When its version is another one. A file that names none is of version 1,
 * which containerd 2.0 dropped.
 *
 * @example
 * ```ts
 * import { formatContainerdConfig, parseContainerdConfig } from "@davit/sdk/config";
 *
 * const path = "/etc/containerd/config.toml";
 * const config = parseContainerdConfig(await Deno.readTextFile(path));
 * config.disabled_plugins = [...config.disabled_plugins ?? [], "io.containerd.nri.v1.nri"];
 * await Deno.writeTextFile(path, formatContainerdConfig(config));
 * ```
 */
export function parseContainerdConfig(text: string): ContainerdConfig {
  const table: unknown = parseToml(text, DOCUMENT, SHAPE);
  checkVersion(table, "read");
  return table;
}

/**
 * Prints a `config.toml`. Comments of the file that it was read from are lost.
 *
 * @throws {InvalidArgumentError} When a value has the wrong type.
 */
export function formatContainerdConfig(config: ContainerdConfig): string {
  checkVersion(config, "write");
  return formatToml(config, DOCUMENT, SHAPE);
}

function checkVersion(table: unknown, verb: string): asserts table is ContainerdConfig {
  const version = isTable(table) ? table["version"] : undefined;
  if (version === 2 || version === 3 || version === 4) return;
  const found = `version ${String(version ?? 1)}`;
  throw new UnsupportedError(
    `Cannot ${verb} ${DOCUMENT}: it is of ${found}; 2, 3 and 4 are known; "containerd config ` +
      'migrate" brings older ones up to date',
    { needed: "version 2, 3 or 4", found },
  );
}

/**
 * Where the API's socket is.
 *
 * @returns `undefined` where the file does not say: `/run/containerd/containerd.sock` then.
 */
export function containerdAddress(config: ContainerdConfig): string | undefined {
  const plugin = config.plugins?.["io.containerd.server.v1.grpc"]?.["address"];
  const known = config.version === 4 && typeof plugin === "string" ? plugin : config.grpc?.address;
  return known === "" ? undefined : known;
}

/** The plugin of the CRI that pulls images. */
const CRI_IMAGES = {
  2: "io.containerd.grpc.v1.cri",
  3: "io.containerd.cri.v1.images",
  4: "io.containerd.cri.v1.images",
} as const;

/**
 * The folders of `hosts.toml` files that the CRI, so Kubernetes, goes by.
 *
 * @returns None where the file does not say.
 */
export function criHostsDirs(config: ContainerdConfig): string[] {
  const registry = config.plugins?.[CRI_IMAGES[config.version]]?.["registry"];
  const path = isTable(registry) ? registry["config_path"] : undefined;
  return typeof path === "string" ? path.split(":").filter((one) => one !== "") : [];
}

/**
 * The same configuration with other folders of `hosts.toml` files for the CRI.
 *
 * @throws {InvalidArgumentError} When a folder has a colon in its name, or mirrors are set in the
 * file itself: containerd refuses both at once.
 */
export function withCriHostsDirs(
  config: ContainerdConfig,
  dirs: readonly string[],
): ContainerdConfig {
  const wrong = dirs.find((dir) => dir === "" || dir.includes(":"));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`Cannot use "${wrong}" as a folder of hosts.toml files`);
  }
  const name = CRI_IMAGES[config.version];
  const plugin = config.plugins?.[name] ?? {};
  const registry = isTable(plugin["registry"]) ? plugin["registry"] : {};
  if (isTable(registry["mirrors"]) && Object.keys(registry["mirrors"]).length > 0) {
    throw new InvalidArgumentError(
      `Cannot set folders of hosts.toml files: plugins."${name}".registry.mirrors is set, and ` +
        "containerd refuses both; move the mirrors into hosts.toml files",
    );
  }
  const changed = { ...plugin, registry: { ...registry, config_path: dirs.join(":") } };
  return { ...config, plugins: { ...config.plugins, [name]: changed } };
}
