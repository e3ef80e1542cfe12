/**
 * What a registry has: repositories, their tags, and what refers to a manifest.
 *
 * @module
 */

import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import type { PullAttempt } from "../errors/image_errors.ts";
import { checkDescriptor, type Descriptor } from "../oci/descriptor.ts";
import { inside, type JsonObject, present, requireArray } from "../oci/json_check.ts";
import type { Reference } from "../oci/reference.ts";
import type { HostClient, RegistryRequest } from "./host_client.ts";
import type { HostSet } from "./host_set.ts";
import { PAGE_SIZE, readPages } from "./pages.ts";
import { readReferrersTag } from "./referrers_tag.ts";
import { CATALOG_SCOPE, repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";
import { tryHosts } from "./try_hosts.ts";

/**
 * The tags of a repository, in the registry's order. Hosts need the capability `resolve`.
 *
 * @throws {PullError} When no host knows the repository.
 */
export async function* listTags(
  hosts: HostSet,
  reference: Reference,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const what = `list the tags of "${reference.name}"`;
  const clients = await hosts.able(reference.domain, "resolve", what);
  const request: RegistryRequest = {
    what,
    method: "GET",
    scopes: [repositoryScope(reference.path, ["pull"])],
    signal,
  };
  const path = `${reference.path}/tags/list`;
  const { client, answer } = await firstPage(clients, reference, path, request);
  for await (const page of readPages(client, answer, "list of tags", request)) {
    yield* strings(page, "tags", "list of tags");
  }
}

/**
 * The repositories of a registry, in its order. Many registries, Docker Hub among them, do not
 * tell.
 *
 * @param registry Its host: `"localhost:5000"`.
 * @throws {UnsupportedError} When the registry does not tell.
 */
export async function* listRepositories(
  hosts: HostSet,
  registry: string,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const what = `list the repositories of "${registry}"`;
  // Mirrors know only what was asked of them.
  const client = await hosts.server(registry);
  const request: RegistryRequest = { what, method: "GET", scopes: [CATALOG_SCOPE], signal };
  const query = { n: String(PAGE_SIZE) };
  const first = await client.send("_catalog", { ...request, query });
  if (!first.ok) {
    const error = await statusError(first, what);
    if (first.status !== 404) throw error;
    throw new UnsupportedError(
      `${error.message}; it has no catalog`,
      { needed: "a registry with a catalog", found: "status 404" },
      { cause: error },
    );
  }
  for await (const page of readPages(client, first, "catalog", request)) {
    yield* strings(page, "repositories", "catalog");
  }
}

/** What to look for among referrers. */
export interface ReferrersOptions {
  /** Only artifacts of this type. */
  artifactType?: string | undefined;
  /** Ends the search. */
  signal?: AbortSignal | undefined;
}

/**
 * The manifests whose `subject` is this one: signatures, attestations, bills of materials. Asks the
 * referrers API, and where there is none looks at the tag that stands for it. Hosts need the
 * capability `referrers`.
 *
 * @param reference With the digest of the subject.
 * @returns Descriptors; none when nothing refers to it.
 * @throws {PullError} When no host answers.
 */
export async function listReferrers(
  hosts: HostSet,
  reference: Reference,
  options: ReferrersOptions = {},
): Promise<Descriptor[]> {
  const { artifactType, signal } = options;
  const { digest, path } = reference;
  const what = `list what refers to "${reference}"`;
  if (digest === undefined) {
    throw new InvalidArgumentError(`Cannot ${what}: it needs a digest; resolve the tag first`);
  }
  const clients = await hosts.able(reference.domain, "referrers", what);
  const request: RegistryRequest = {
    what,
    method: "GET",
    scopes: [repositoryScope(path, ["pull"])],
    signal,
  };
  const query: Record<string, string> = artifactType === undefined ? {} : { artifactType };
  const wanted = { what, reference: reference.toString(), digest };
  const attempts: PullAttempt[] = [];
  const found = await tryHosts(clients, wanted, attempts, async (attempt) => {
    const { client } = attempt;
    const answer = await client.send(`${path}/referrers/${digest}`, {
      ...attempt.options,
      ...request,
      query,
    });
    const type = answer.headers.get("content-type") ?? "";
    // Registries that know nothing of referrers answer 404, or with a page for people.
    if (answer.status === 404 || answer.status === 405 || (answer.ok && !/json/.test(type))) {
      await answer.discard();
      return undefined;
    }
    if (!answer.ok) throw await statusError(answer, what);
    const descriptors: Descriptor[] = [];
    for await (const page of readPages(client, answer, "list of referrers", request)) {
      descriptors.push(...readDescriptors(page));
    }
    return descriptors;
  });
  const all = found ?? await readReferrersTag(hosts, reference, digest, signal);
  // A registry may ignore the filter.
  return artifactType === undefined
    ? all
    : all.filter((descriptor) => descriptor.artifactType === artifactType);
}

async function firstPage(
  clients: readonly HostClient[],
  reference: Reference,
  path: string,
  request: RegistryRequest,
): Promise<{ client: HostClient; answer: Awaited<ReturnType<HostClient["send"]>> }> {
  const wanted = { what: request.what, reference: reference.name };
  return await tryHosts(clients, wanted, [], async (attempt) => {
    const query = { n: String(PAGE_SIZE) };
    const { client } = attempt;
    const answer = await client.send(path, { ...attempt.options, ...request, query });
    if (!answer.ok) throw await statusError(answer, request.what);
    return { client, answer };
  });
}

function strings(page: JsonObject, key: string, document: string): string[] {
  if (!present(page, key)) return [];
  const place = { document, path: "" };
  return requireArray(page, key, place).filter((item) => typeof item === "string");
}

function readDescriptors(page: JsonObject): Descriptor[] {
  const place = { document: "list of referrers", path: "" };
  if (!present(page, "manifests")) return [];
  return requireArray(page, "manifests", place).map((item, i) => {
    checkDescriptor(item, inside(inside(place, "manifests"), i));
    return item;
  });
}
