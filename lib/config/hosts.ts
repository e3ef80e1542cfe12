/**
 * Where a registry's `hosts.toml` belongs.
 *
 * @module
 */
import { Reference } from "../oci/reference.ts";

/**
 * The path of a registry's `hosts.toml` below a folder such as `/etc/containerd/certs.d`. A port is
 * written as `_5000_`, which every file system takes.
 *
 * @param registry Its host, such as `"docker.io"` or `"localhost:5000"`; `"_default"` for all others.
 * @throws {InvalidArgumentError} When it is no host.
 *
 * @example
 * ```ts
 * import { formatHostsToml, hostsTomlPath } from "@davit/sdk/config";
 *
 * const path = hostsTomlPath("/etc/containerd/certs.d", "docker.io");
 * await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
 * await Deno.writeTextFile(
 *   path,
 *   formatHostsToml({
 *     server: "https://registry-1.docker.io",
 *     hosts: [{ url: "https://mirror.example.com", capabilities: ["pull", "resolve"] }],
 *   }),
 * );
 * ```
 */
export function hostsTomlPath(dir: string, registry: string): string {
  const folder = registry === "_default"
    ? registry
    : new Reference({ domain: registry, path: "x" }).domain.replace(/:(\d+)$/, "_$1_");
  return `${dir.replace(/\/+$/, "")}/${folder}/hosts.toml`;
}
