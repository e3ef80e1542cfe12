/**
 * Explains how a reference would be resolved, without doing it.
 *
 * @module
 */

import type { Reference } from "../oci/reference.ts";
import type { CredentialPlan, Credentials } from "./credentials.ts";
import type { HostOptions, RegistryHost } from "./hosts.ts";
import { planHosts } from "./hosts.ts";
import type { ClientPair, HostCapability } from "./hosts_file.ts";

/** How one host would be used. */
export interface HostExplanation {
  /** The root of its API: `"https://registry-1.docker.io/v2"`. */
  readonly url: string;
  /** The root that is used instead, if the server does not speak the first one's scheme. */
  readonly fallbackUrl: string | undefined;
  /** What it may be used for. */
  readonly capabilities: readonly HostCapability[];
  /** Whether the reference would be looked up there. */
  readonly resolves: boolean;
  /** Whether content would be fetched there. */
  readonly pulls: boolean;
  /** Whether a push would go there: to the first that can. */
  readonly pushes: boolean;
  /** How connections are secured; `undefined` for plain http. */
  readonly tls: {
    /** Files of authorities that are trusted besides the system's. */
    readonly ca: readonly string[];
    /** Client certificates. */
    readonly client: readonly ClientPair[];
    /** Whether certificates are accepted unseen. */
    readonly skipVerify: boolean;
  } | undefined;
  /** Names of headers that are added; their values may be secret. */
  readonly headers: readonly string[];
  /** The registry that is named to a mirror in the query `ns`. */
  readonly ns: string | undefined;
  /** Who to be there, if the host asks. */
  readonly credential: CredentialPlan;
}

/** How a reference would be resolved. */
export interface ResolveExplanation {
  /** The reference, in canonical form. */
  readonly reference: string;
  /** The registry that it belongs to. */
  readonly registry: string;
  /** The `hosts.toml` that decides; `undefined` where defaults do. */
  readonly file: string | undefined;
  /** The folder of that file, or of certificates. */
  readonly dir: string | undefined;
  /** The hosts, in the order in which they would be asked. */
  readonly hosts: readonly HostExplanation[];
}

/** Works out {@linkcode ResolveExplanation}. Reads files; sends nothing and runs no helper. */
export async function explainResolve(
  reference: Reference,
  options: HostOptions,
  credentials: Credentials,
): Promise<ResolveExplanation> {
  const plan = await planHosts(reference.domain, options);
  const pusher = plan.hosts.find((host) => host.capabilities.includes("push"));
  // What a digest names needs no trust in who resolves it.
  const needed: HostCapability = reference.digest ? "pull" : "resolve";
  const hosts = await Promise.all(plan.hosts.map(async (host): Promise<HostExplanation> => ({
    url: `${host.scheme}://${host.host}${host.path}`,
    fallbackUrl: host.fallback && `${host.fallback}://${host.host}${host.path}`,
    capabilities: host.capabilities,
    resolves: host.capabilities.includes(needed),
    pulls: host.capabilities.includes("pull"),
    pushes: host === pusher,
    tls: explainTls(host),
    headers: [...new Set(host.headers.map(([name]) => name))],
    ns: host.ns,
    credential: await credentials.explain(host.host),
  })));
  return {
    reference: reference.toString(),
    registry: plan.registry,
    file: plan.file,
    dir: plan.dir,
    hosts,
  };
}

function explainTls(host: RegistryHost): HostExplanation["tls"] {
  if (host.scheme === "http" && host.fallback === undefined) return undefined;
  return { ca: host.ca, client: host.client, skipVerify: host.skipVerify };
}
