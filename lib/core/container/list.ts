/**
 * Container records, one by one: a list of many would be larger than a message may be (16 MiB),
 * since each has its whole spec.
 *
 * @module
 */
import { UnsupportedError } from "../../errors/errors.ts";
import type { Container } from "../../gen/containerd/services/containers_pb.ts";
import type { Context } from "../context.ts";

/**
 * Lists container records as they come.
 *
 * @param options `filters`: containerd's; any of them must hold.
 */
export async function* listContainers(
  context: Context,
  options: { filters?: readonly string[]; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Container, void, undefined> {
  const { containers } = context.api;
  const { signal } = options;
  const request = { filters: [...options.filters ?? []] };
  try {
    for await (const { container } of containers.listStream(request, { signal })) {
      if (container) yield container;
    }
  } catch (error) {
    // Not every daemon that speaks containerd's API streams them; it is refused before any comes.
    if (!(error instanceof UnsupportedError)) throw error;
    yield* (await containers.list(request, { signal })).containers;
  }
}
