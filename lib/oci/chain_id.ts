/**
 * Chain ids (OCI image spec, config.md, "Layer ChainID"): names for a stack of layers. containerd
 * keeps the snapshot of an unpacked image under the chain id of all its layers.
 *
 * @module
 */

import { InvalidArgumentError } from "../errors/errors.ts";
import { type Digest, digestOf, parseDigest } from "./digest.ts";

/**
 * The chain id of each layer: of the lowest alone, of the lowest two, and so on.
 *
 * @param diffIds Digests of the uncompressed layers, the lowest first.
 * @throws {InvalidArgumentError} When one is no digest.
 */
export async function chainIds(diffIds: readonly Digest[]): Promise<Digest[]> {
  const chain: Digest[] = [];
  let parent: Digest | undefined;
  for (const diffId of diffIds) {
    parseDigest(diffId);
    parent = parent === undefined ? diffId : await digestOf(`${parent} ${diffId}`);
    chain.push(parent);
  }
  return chain;
}

/**
 * The chain id of a whole stack: the name of its snapshot.
 *
 * @param diffIds Digests of the uncompressed layers, the lowest first; at least one.
 * @throws {InvalidArgumentError} When there are none, or one is no digest.
 */
export async function chainId(diffIds: readonly Digest[]): Promise<Digest> {
  const top = (await chainIds(diffIds)).at(-1);
  if (top !== undefined) return top;
  throw new InvalidArgumentError("Cannot compute a chain id: the image has no layers");
}
