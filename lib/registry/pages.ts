/**
 * Lists that registries give page by page (OCI distribution spec, "Listing Tags"; RFC 8288).
 *
 * @module
 */

import { InvalidArgumentError, ProtocolError } from "../errors/errors.ts";
import { type JsonObject, parseObject } from "../oci/json_check.ts";
import type { Answer } from "./answer.ts";
import type { HostClient, RegistryRequest } from "./host_client.ts";

/** The largest page that is read. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
/** More pages than this are a loop. */
const MAX_PAGES = 100_000;

/** How many entries are asked for at once; registries may give fewer. */
export const PAGE_SIZE = 1000;

/**
 * Reads the pages that follow from a first answer.
 *
 * @param document What a page is, for errors.
 * @param request How to ask for the next page.
 * @throws {ProtocolError} When a page is no JSON object, or the pages never end.
 */
export async function* readPages(
  client: HostClient,
  first: Answer,
  document: string,
  request: RegistryRequest,
): AsyncGenerator<JsonObject> {
  let answer = first;
  const seen = new Set<string>();
  for (;;) {
    const next = nextPage(answer);
    yield await readPage(answer, document, request.what);
    if (next === undefined) return;
    if (seen.has(next.href) || seen.size === MAX_PAGES) {
      throw new ProtocolError(
        `Cannot ${request.what}: the pages of "${client.host.host}" never end`,
      );
    }
    seen.add(next.href);
    answer = await client.expect(next, request);
  }
}

/** The URL of the next page, where a `Link` header names one. */
export function nextPage(answer: { headers: Headers; url: URL }): URL | undefined {
  for (const [, target, params] of (answer.headers.get("link") ?? "").matchAll(LINK)) {
    const isNext = /;\s*rel\s*=\s*(?:"[^"]*\bnext\b[^"]*"|next\b)/i.test(params ?? "");
    if (isNext && target !== undefined && URL.canParse(target, answer.url)) {
      return new URL(target, answer.url);
    }
  }
  return undefined;
}

const LINK = /<([^>]*)>((?:\s*;\s*[^,;"]*(?:"[^"]*")?)*)/g;

async function readPage(answer: Answer, document: string, what: string): Promise<JsonObject> {
  const bytes = await answer.bytes(MAX_PAGE_BYTES);
  if (bytes === undefined) {
    throw new ProtocolError(`Cannot ${what}: a page is bigger than ${MAX_PAGE_BYTES} bytes`);
  }
  try {
    return parseObject(bytes, document, MAX_PAGE_BYTES);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new ProtocolError(`Cannot ${what}: ${cause.message}`, { cause });
  }
}
