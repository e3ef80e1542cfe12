/**
 * From a name to content: which manifest a reference stands for, and its bytes.
 *
 * @module
 */

import { DigestError, InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import type { PullAttempt } from "../errors/image_errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { type Digest, digestAlgorithm, digestOf, isDigest } from "../oci/digest.ts";
import { manifestKind, MAX_MANIFEST_BYTES } from "../oci/manifest.ts";
import { isIndex, isManifest, isSchema1, MANIFEST_ACCEPT, OCI } from "../oci/media_types.ts";
import type { Reference } from "../oci/reference.ts";
import type { Answer } from "./answer.ts";
import type { HostSet } from "./host_set.ts";
import { repositoryScope } from "./scopes.ts";
import { statusError } from "./status_error.ts";
import { type HostTry, tryHosts, type Wanted } from "./try_hosts.ts";

/** What a reference stands for. */
export interface ResolvedReference {
  /** The reference, in canonical form. */
  readonly reference: string;
  /** The manifest or index. */
  readonly descriptor: Descriptor;
  /** The host that answered. */
  readonly host: string;
  /** What other hosts answered before. */
  readonly attempts: readonly PullAttempt[];
}

/** A manifest or an index. */
export interface FetchedManifest extends ResolvedReference {
  /** Its bytes; they have the digest and size of `descriptor`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const ACCEPT = MANIFEST_ACCEPT.join(", ");
/** Answers to HEAD after which GET may still succeed: some registries know no HEAD. */
const NO_HEAD: ReadonlySet<number> = new Set([400, 403, 405, 406, 501]);

/**
 * Asks what a reference stands for, by HEAD; by GET where HEAD does not tell. Hosts need the
 * capability `resolve`, for a digest `pull`.
 *
 * @throws {PullError} When no host knows it.
 * @throws {DigestError} When a host gives something else for a digest.
 * @throws {UnsupportedError} For Docker schema 1.
 */
export async function resolve(
  hosts: HostSet,
  reference: Reference,
  signal?: AbortSignal,
): Promise<ResolvedReference> {
  const what = `resolve "${reference}"`;
  return await ask(hosts, reference, what, undefined, signal, async (attempt, send) => {
    const answer = await send("HEAD");
    await answer.discard();
    if (!answer.ok && !NO_HEAD.has(answer.status)) throw await statusError(answer, what);
    const descriptor = answer.ok ? describe(attempt, answer, reference.digest) : undefined;
    if (descriptor !== undefined) return { descriptor };
    return await get(attempt, await send("GET"), reference, what);
  });
}

/**
 * Fetches a manifest or an index, at most 4 MiB, and checks its digest.
 *
 * @param expected Digest and size where they are known from a descriptor.
 * @throws {PullError} When no host has it, or what they have is no manifest.
 * @throws {DigestError} When the bytes are not what was promised.
 * @throws {UnsupportedError} For Docker schema 1.
 */
export async function fetchManifest(
  hosts: HostSet,
  reference: Reference,
  expected: { size?: number | undefined } = {},
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const what = `fetch the manifest of "${reference}"`;
  return await ask(
    hosts,
    reference,
    what,
    expected.size,
    signal,
    async (attempt, send) => await get(attempt, await send("GET"), reference, what),
  );
}

async function ask<T extends { descriptor: Descriptor }>(
  hosts: HostSet,
  reference: Reference,
  what: string,
  size: number | undefined,
  signal: AbortSignal | undefined,
  run: (attempt: HostTry, send: (method: "HEAD" | "GET") => Promise<Answer>) => Promise<T>,
): Promise<T & ResolvedReference> {
  const { domain, path, tag, digest } = reference;
  const object = digest ?? tag;
  if (object === undefined) {
    throw new InvalidArgumentError(`Cannot ${what}: it has neither tag nor digest; add one`);
  }
  const clients = await hosts.able(domain, digest ? "pull" : "resolve", what);
  const wanted: Wanted = { what, reference: reference.toString(), digest };
  const attempts: PullAttempt[] = [];
  return await tryHosts(clients, wanted, attempts, async (attempt) => {
    const found = await run(
      attempt,
      (method) =>
        attempt.client.send(`${path}/manifests/${object}`, {
          ...attempt.options,
          what,
          method,
          scopes: [repositoryScope(path, ["pull"])],
          headers: { accept: ACCEPT },
          signal,
        }),
    );
    const { host } = attempt.client.host;
    if (size !== undefined && found.descriptor.size !== size) {
      throw new DigestError(
        `Cannot ${what}: "${host}" has ${found.descriptor.size} bytes where ${size} were promised`,
        { expected: digest ?? "", actual: found.descriptor.digest },
      );
    }
    return { ...found, reference: wanted.reference, host, attempts };
  });
}

/** A descriptor from the headers alone; `undefined` when they do not say enough. */
function describe(
  attempt: HostTry,
  answer: Answer,
  wanted: Digest | undefined,
): Descriptor | undefined {
  const said = digestHeader(answer);
  const digest = wanted ?? said;
  const size = answer.contentLength;
  const mediaType = contentType(answer);
  if (isSchema1(mediaType)) {
    attempt.final = true;
    manifestKind(mediaType); // throws
  }
  if (digest === undefined || !size || !(isManifest(mediaType) || isIndex(mediaType))) {
    return undefined;
  }
  // The bytes must tell who is right.
  if (said !== undefined && contradicts(said, digest)) return undefined;
  return { mediaType, digest, size };
}

async function get(
  attempt: HostTry,
  answer: Answer,
  reference: Reference,
  what: string,
): Promise<{ descriptor: Descriptor; bytes: Uint8Array<ArrayBuffer> }> {
  if (!answer.ok) throw await statusError(answer, what);
  const limit = MAX_MANIFEST_BYTES;
  const tooBig = (): InvalidArgumentError =>
    new InvalidArgumentError(
      `Cannot ${what}: it is bigger than the ${limit} bytes that a manifest may have`,
    );
  if ((answer.contentLength ?? 0) > limit) {
    await answer.cancel();
    throw tooBig();
  }
  const bytes = await answer.bytes(limit);
  if (bytes === undefined) throw tooBig();
  const said = digestHeader(answer);
  const wanted = reference.digest ?? said;
  const digest = await digestOf(bytes, wanted ? digestAlgorithm(wanted) : "sha256");
  if (wanted !== undefined && digest !== wanted) {
    throw new DigestError(
      `Cannot ${what}: "${answer.url.host}" promised "${wanted}", but the ${bytes.length} bytes ` +
        `that came hash to "${digest}"; the registry or something on the way changed them`,
      { expected: wanted, actual: digest },
    );
  }
  const mediaType = mediaTypeOf(answer, bytes);
  try {
    manifestKind(mediaType);
  } catch (error) {
    attempt.final = error instanceof UnsupportedError;
    throw error;
  }
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

function digestHeader(answer: Answer): Digest | undefined {
  const text = answer.headers.get("docker-content-digest");
  return isDigest(text) ? text : undefined;
}

/** Digests of different algorithms say nothing about each other. */
function contradicts(a: Digest, b: Digest): boolean {
  return a !== b && digestAlgorithm(a) === digestAlgorithm(b);
}

function contentType(answer: Answer): string {
  return (answer.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The media type: the header's where it is one for manifests, else what the document says. */
function mediaTypeOf(answer: Answer, bytes: Uint8Array): string {
  const said = contentType(answer);
  if (isManifest(said) || isIndex(said) || isSchema1(said)) return said;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const document = value as Record<string, unknown>;
    if (typeof document["mediaType"] === "string") return document["mediaType"];
    if (document["schemaVersion"] === 1) return SCHEMA1;
    if (Array.isArray(document["manifests"])) return OCI.index;
    if (Array.isArray(document["layers"])) return OCI.manifest;
  } catch {
    // No JSON: then the header's word is all there is.
  }
  return said;
}

const SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";
