/**
 * A client for registries.
 *
 * @module
 */

import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { parseReference, Reference } from "../oci/reference.ts";
import { TokenCache } from "./auth.ts";
import type { BlobSourceInit } from "./blob_source.ts";
import type { RegistryIndexMember, RegistryIndexOptions } from "./copy.ts";
import { Credentials, type CredentialSource } from "./credentials.ts";
import { deleteManifest } from "./delete.ts";
import { explainResolve, type ResolveExplanation } from "./explain.ts";
import {
  type BlobTarget,
  fetchBlob,
  type FetchBlobOptions,
  type FetchedBlob,
} from "./fetch_blob.ts";
import type { ClientContext } from "./host_client.ts";
import { HostSet } from "./host_set.ts";
import { defaultHostsDirs, type HostOptions } from "./hosts.ts";
import type { HostsFile } from "./hosts_file.ts";
import { DEFAULT_RETRY, DEFAULT_TIMEOUTS, type RetryPolicy, type Timeouts } from "./http.ts";
import { listReferrers, listRepositories, listTags, type ReferrersOptions } from "./lists.ts";
import { login, type LoginCredential, type LoginResult, logout } from "./login.ts";
import { type PushedManifest, pushManifest } from "./push_manifest.ts";
import { type FetchedManifest, fetchManifest, resolve, type ResolvedReference } from "./resolve.ts";
import { pushBlob, type PushBlobOptions, type PushedBlob, type PushTarget } from "./upload_blob.ts";

/** How a {@linkcode Registry} finds registries and proves who it is. */
export interface RegistryOptions {
  /**
   * Folders with a `hosts.toml` or certificates for each registry, on this machine; the first that
   * has something for a registry counts.
   * @default `/etc/containerd/certs.d` and `/etc/docker/certs.d`; before them, unless root, the same
   * below `~/.config`
   */
  hostsDir?: string | readonly string[] | undefined;
  /** What a `hosts.toml` would say, by registry; for these no folder is looked at. */
  hosts?: Readonly<Record<string, HostsFile>> | undefined;
  /** Credentials that are preferred to Docker's. */
  credentials?: CredentialSource | undefined;
  /** Folder of Docker's `config.json`. @default `$DOCKER_CONFIG`, else `~/.docker` */
  configDir?: string | undefined;
  /** Registries without a `hosts.toml` are asked over http. @default false */
  plainHttp?: boolean | undefined;
  /** Limits for waits, where others than the default are wanted. */
  timeouts?: Partial<Timeouts> | undefined;
  /** When to try again, where it is not as by default. */
  retry?: Partial<RetryPolicy> | undefined;
}

/** What a registry says to a greeting. */
export interface PingResult {
  /** The host that answered. */
  readonly host: string;
  /** Whether it wanted to know who asks, and accepted the answer. */
  readonly authenticated: boolean;
}

/** What every call takes. */
export interface RegistryCallOptions {
  /** Ends the call: with `CanceledError`, or `TimeoutError` for `AbortSignal.timeout`. */
  signal?: AbortSignal | undefined;
}

/**
 * A client for registries that speak the OCI distribution protocol. It finds hosts and mirrors as
 * containerd does, and credentials as Docker does; it knows nothing of a daemon.
 *
 * References are text (`"alpine:3.20"`) or {@linkcode Reference}. What was fetched is verified. All
 * calls may throw {@linkcode CanceledError} and {@linkcode TimeoutError} when their signal ends them.
 *
 * @example
 * ```ts
 * import { Registry } from "@davit/sdk/registry";
 *
 * await using registry = new Registry();
 * const { descriptor } = await registry.resolve("alpine:3.20");
 * console.log(descriptor.digest);
 * for await (const tag of registry.tags("alpine")) console.log(tag);
 * ```
 */
export class Registry implements AsyncDisposable {
  readonly #hostOptions: HostOptions;
  readonly #context: ClientContext;
  readonly #configDir: string | undefined;
  readonly #hosts: HostSet;

  /** Reads nothing and sends nothing yet. */
  constructor(options: RegistryOptions = {}) {
    const { hostsDir = defaultHostsDirs(), hosts, plainHttp, configDir } = options;
    this.#hostOptions = {
      dirs: typeof hostsDir === "string" ? [hostsDir] : hostsDir,
      hosts,
      plainHttp,
    };
    this.#configDir = configDir;
    this.#context = {
      credentials: new Credentials(options.credentials, configDir),
      tokens: new TokenCache(),
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      retry: { ...DEFAULT_RETRY, ...options.retry },
    };
    this.#hosts = new HostSet(this.#hostOptions, this.#context);
  }

  /**
   * Asks what a reference stands for; mirrors are asked first, in the order of `hosts.toml`.
   *
   * @throws {PullError} When no host knows it; `attempts` has what each of them said.
   * @throws {UnsupportedError} For Docker schema 1.
   */
  async resolve(
    reference: string | Reference,
    options: RegistryCallOptions = {},
  ): Promise<ResolvedReference> {
    return await resolve(this.#hosts, asReference(reference), options.signal);
  }

  /**
   * Fetches a manifest or an index: at most 4 MiB, with its digest verified.
   *
   * @param descriptor Where given, this one is fetched from the reference's repository.
   * @throws {PullError} When no host has it.
   * @throws {DigestError} When the bytes are not what was promised.
   * @throws {UnsupportedError} For Docker schema 1.
   */
  async manifest(
    reference: string | Reference,
    options: RegistryCallOptions & { descriptor?: Pick<Descriptor, "digest" | "size"> } = {},
  ): Promise<FetchedManifest> {
    const { descriptor, signal } = options;
    const parsed = asReference(reference);
    const exact = descriptor ? parsed.withDigest(descriptor.digest) : parsed;
    return await fetchManifest(this.#hosts, exact, { size: descriptor?.size }, signal);
  }

  /**
   * Opens a blob of the reference's repository. Memory does not grow with its size.
   *
   * @param target Digest and, where known, size: a descriptor will do.
   * @throws {PullError} When no host has it.
   */
  async blob(
    reference: string | Reference,
    target: BlobTarget,
    options: FetchBlobOptions = {},
  ): Promise<FetchedBlob> {
    return await fetchBlob(this.#hosts, asReference(reference), target, options);
  }

  /**
   * Pushes a blob to the reference's repository, unless it is there.
   *
   * @param target Digest and size: a descriptor will do.
   * @param source Its bytes, or a function that opens a stream of them at an offset.
   * @throws {DigestError} When the source is not what the target says.
   * @throws {DavitError} When the registry refuses or cannot be reached.
   */
  async pushBlob(
    reference: string | Reference,
    target: PushTarget,
    source: BlobSourceInit,
    options: PushBlobOptions = {},
  ): Promise<PushedBlob> {
    return await pushBlob(this.#hosts, asReference(reference), target, source, options);
  }

  /**
   * Pushes a manifest or an index under the reference's tag, or its digest. Blobs must be there.
   *
   * @param mediaType What it is, such as `application/vnd.oci.image.manifest.v1+json`.
   * @throws {DavitError} When the registry refuses or cannot be reached.
   */
  async pushManifest(
    reference: string | Reference,
    bytes: Uint8Array<ArrayBuffer>,
    mediaType: string,
    options: RegistryCallOptions = {},
  ): Promise<PushedManifest> {
    const { signal } = options;
    return await pushManifest(this.#hosts, asReference(reference), bytes, mediaType, signal);
  }

  /**
   * Copies an image, of all its platforms, to another repository or registry. What is there is not
   * sent; within a registry, blobs are linked.
   *
   * @param to Where to, with the tag that it gets.
   * @throws {PullError} When no host has it.
   * @throws {DavitError} When the registry that it goes to refuses.
   *
   * @example
   * ```ts
   * import { Registry } from "@davit/sdk/registry";
   *
   * await using registry = new Registry();
   * await registry.copy("alpine:3.20", "registry.example.com/base/alpine:3.20");
   * ```
   */
  async copy(
    from: string | Reference,
    to: string | Reference,
    options: RegistryCallOptions = {},
  ): Promise<PushedManifest> {
    const { copyImage } = await import("./copy.ts");
    return await copyImage(this, asReference(from), asReference(to), options.signal);
  }

  /**
   * Makes an index (a manifest list) of images that registries have, and pushes it: none of them
   * need be pulled. Those of other repositories are copied to its own.
   *
   * @param reference Where to, with the tag that it gets.
   * @param members The images. Of indexes, all that they list is taken.
   * @throws {InvalidArgumentError} When there are none, two for the same platform, or one whose
   * platform is not known.
   *
   * @example
   * ```ts
   * import { Registry } from "@davit/sdk/registry";
   *
   * await using registry = new Registry();
   * const app = "registry.example.com/app";
   * await registry.createIndex(`${app}:1`, [`${app}:1-amd64`, `${app}:1-arm64`]);
   * ```
   */
  async createIndex(
    reference: string | Reference,
    members: readonly (string | Reference | RegistryIndexMember)[],
    options: RegistryIndexOptions = {},
  ): Promise<PushedManifest> {
    const { createRegistryIndex } = await import("./copy.ts");
    return await createRegistryIndex(this, asReference(reference), members, options);
  }

  /**
   * The tags of a repository, page by page.
   *
   * @param repository For example `"alpine"`; a tag or digest in it does not matter.
   * @throws {PullError} When no host knows the repository.
   */
  tags(repository: string | Reference, options: RegistryCallOptions = {}): AsyncGenerator<string> {
    return listTags(this.#hosts, asReference(repository), options.signal);
  }

  /**
   * The repositories of a registry, page by page.
   *
   * @param registry Its host, such as `"localhost:5000"`.
   * @throws {UnsupportedError} When the registry does not tell.
   */
  catalog(registry: string, options: RegistryCallOptions = {}): AsyncGenerator<string> {
    return listRepositories(this.#hosts, asDomain(registry), options.signal);
  }

  /**
   * What refers to a manifest: signatures, attestations, bills of materials.
   *
   * @param reference With a digest.
   */
  async referrers(
    reference: string | Reference,
    options: ReferrersOptions = {},
  ): Promise<Descriptor[]> {
    return await listReferrers(this.#hosts, asReference(reference), options);
  }

  /**
   * Deletes a manifest, and with it all tags that name it.
   *
   * @returns Its digest.
   * @throws {UnsupportedError} When the registry does not allow it.
   */
  async delete(reference: string | Reference, options: RegistryCallOptions = {}): Promise<Digest> {
    return await deleteManifest(this.#hosts, asReference(reference), options.signal);
  }

  /**
   * Greets a registry, with credentials if it asks for them.
   *
   * @param registry Its host, such as `"docker.io"`. Its mirrors are left out.
   * @throws {DavitError} `unauthenticated`, `unavailable`… when it does not answer well.
   */
  async ping(registry: string, options: RegistryCallOptions = {}): Promise<PingResult> {
    const name = asDomain(registry);
    const what = `reach the registry "${name}"`;
    const client = await this.#hosts.server(name);
    const { signal } = options;
    const answer = await client.expect("", { what, method: "GET", scopes: [], signal });
    await answer.discard();
    return { host: client.host.host, authenticated: client.authenticated };
  }

  /**
   * Tries credentials on a registry and keeps them as Docker does: in the helper that `config.json`
   * names, else in `config.json`.
   *
   * @param registry Its host, such as `"docker.io"`.
   * @throws {DavitError} `unauthenticated`, when the registry refuses them. Nothing is kept then.
   */
  async login(
    registry: string,
    credential: LoginCredential,
    options: RegistryCallOptions = {},
  ): Promise<LoginResult> {
    const name = asDomain(registry);
    const { host } = await this.#hosts.server(name);
    const { signal } = options;
    const result = await login(name, host, this.#context, this.#configDir, credential, signal);
    await this.#forget();
    return result;
  }

  /**
   * Forgets the credentials that {@linkcode login} kept.
   *
   * @returns Whether there were any; `true` also when a helper keeps them, which does not tell.
   */
  async logout(registry: string, options: RegistryCallOptions = {}): Promise<boolean> {
    const known = await logout(asDomain(registry), this.#configDir, options.signal);
    await this.#forget();
    return known;
  }

  /**
   * Tells which file, hosts, capabilities, TLS settings and credentials a reference would be resolved
   * with. Reads files; sends nothing, runs no credential helper.
   *
   * @throws {InvalidArgumentError} When the reference, a `hosts.toml` or `config.json` is malformed.
   */
  async explainResolve(reference: string | Reference): Promise<ResolveExplanation> {
    const parsed = asReference(reference);
    return await explainResolve(parsed, this.#hostOptions, this.#context.credentials);
  }

  async #forget(): Promise<void> {
    this.#context.tokens.clear();
    await this.#hosts.forgetCredentials();
  }

  /** Closes connections that are not in use. The client may be used again afterwards. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hosts.close();
  }
}

function asReference(reference: string | Reference): Reference {
  return typeof reference === "string" ? parseReference(reference) : reference;
}

/** Checks a host by the grammar of references. */
function asDomain(registry: string): string {
  const name = registry === "index.docker.io" ? "docker.io" : registry;
  return new Reference({ domain: name, path: "x" }).domain;
}
