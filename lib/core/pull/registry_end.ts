/**
 * A registry as the daemon's Transfer service is told of it.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { Reference } from "../../oci/reference.ts";
import { Credentials } from "../../registry/credentials.ts";
import type { Registry, RegistryOptions } from "../../registry/registry.ts";
import type { TransferCredentials, TransferRegistry } from "../transfer/ends.ts";

/** Where containerd's own clients look for hosts, on the daemon's machine. */
const HOSTS_DIR = "/etc/containerd/certs.d";

/**
 * Credentials are looked up here, on the client's side, when the registry asks for them; hosts
 * are looked up on the daemon's machine.
 */
export function registryEnd(
  reference: Reference,
  registry: RegistryOptions | Registry = {},
  signal: AbortSignal | undefined,
): TransferRegistry {
  const options = "resolve" in registry ? {} : registry;
  const { hostsDir = HOSTS_DIR, plainHttp } = options;
  const known = new Credentials(options.credentials, options.configDir);
  return {
    reference: reference.toString(),
    hostDir: typeof hostsDir === "string" ? hostsDir : hostsDir[0] ?? HOSTS_DIR,
    ...(plainHttp ? { scheme: "http" } : {}),
    credentials: async ({ host }): Promise<TransferCredentials | undefined> => {
      const credential = (await known.find(host, signal))?.credential;
      if (!credential) return undefined;
      if ("username" in credential) {
        return { username: credential.username, secret: credential.password };
      }
      if ("identityToken" in credential) {
        return { username: "", secret: credential.identityToken };
      }
      throw new UnsupportedError(
        `Cannot give the daemon a registry token for "${host}": it takes names with passwords and ` +
          'identity tokens only; use via: "client"',
        { needed: "credentials that the Transfer service takes", found: "a registry token" },
      );
    },
  };
}
