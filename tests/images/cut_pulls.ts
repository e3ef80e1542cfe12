/** Pulls whose connections are cut, over and over. @module */
import { DavitError } from "../../lib/errors/errors.ts";
import type { Namespace } from "../../lib/client/namespace.ts";
import type { RegistryOptions } from "../../lib/registry/registry.ts";
import { startFaultProxy } from "../harness/fault_proxy.ts";

/** What came of it. */
export interface CutPulls {
  /** How many pulls failed before one succeeded. */
  readonly failures: number;
  /** Blobs that were asked for again although they were in the store. */
  readonly refetched: readonly string[];
  /** How many bytes of blobs were sent in all. */
  readonly sentBytes: number;
}

/**
 * Pulls an image through a proxy that goes away at random points of the way, as often as is said, and
 * is there again for the next pull.
 *
 * @param sizes The sizes of the image's blobs, by digest.
 * @param random From 0 to 1.
 */
export async function cutPulls(
  ns: Namespace,
  registryUrl: string,
  repository: string,
  sizes: ReadonlyMap<string, number>,
  options: { cuts: number; random: () => number; registry: RegistryOptions },
): Promise<CutPulls> {
  await using proxy = startFaultProxy(registryUrl);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const sent = (): number =>
    proxy.requests.filter(({ method, path }) => method === "GET" && path.includes("/blobs/"))
      .reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const points = Array.from({ length: options.cuts }, () => Math.floor(options.random() * total))
    .sort((a, b) => a - b);
  const reference = `${proxy.host}/${repository}`;
  const registry: RegistryOptions = {
    ...options.registry,
    retry: { attempts: 1, baseDelayMs: 1, maxDelayMs: 2 },
  };
  let failures = 0;
  const stored = new Set<string>();
  const refetched: string[] = [];
  for (const point of [...points, Infinity]) {
    let away = false;
    proxy.rule = ({ method, path }) => {
      if (away) return { kind: "status", status: 503 };
      const digest = path.split("/").at(-1)!;
      const size = sizes.get(digest);
      if (method !== "GET" || size === undefined) return undefined;
      if (stored.has(digest)) refetched.push(digest);
      const left = point - sent();
      // The one that would go beyond the point is cut there, and then all is away.
      if (left >= size) return undefined;
      away = true;
      return { kind: "cut", afterBytes: Math.max(0, left) };
    };
    try {
      await ns.images.pull(reference, { via: "client", registry });
    } catch (error) {
      if (!(error instanceof DavitError) || point === Infinity) throw error;
      failures++;
    }
    for await (const { digest } of ns.content.list()) stored.add(digest);
  }
  return { failures, refetched, sentBytes: sent() };
}
