/**
 * Work with a client for registries that may be given, or made for it.
 *
 * @module
 */
import { Registry, type RegistryOptions } from "./registry.ts";

/** Runs `work` with the client that is given, which stays open; or with one that ends with it. */
export async function usingRegistry<T>(
  given: RegistryOptions | Registry | undefined,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  if (given instanceof Registry) return await work(given);
  await using registry = new Registry(given);
  return await work(registry);
}
