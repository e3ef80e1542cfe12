/**
 * Clients of services whose generated code is loaded by their first call: most scripts use a few
 * services only, and every one that is loaded costs a script a millisecond at its start.
 *
 * @module
 */
import type { DescService } from "@bufbuild/protobuf";
import type { RpcOptions, ServiceClient } from "./client.ts";

/** What a method answers: one message, or a stream of them. */
type Answers = "one" | "stream";

/** Every method of a service, so that the compiler finds one that is missing. */
export type MethodTable<S extends DescService> = Readonly<
  {
    [M in keyof S["method"]]: S["method"][M]["methodKind"] extends
      "server_streaming" | "bidi_streaming" ? "stream" : "one";
  }
>;

type AnyMethod = (request: unknown, options?: RpcOptions) => unknown;

/**
 * Makes a client that loads itself.
 *
 * @param methods Its methods, so that they are there before the service is.
 * @param load Loads the service and makes the real client.
 */
export function lazyClient<S extends DescService>(
  methods: MethodTable<S>,
  load: () => Promise<ServiceClient<S>>,
): ServiceClient<S> {
  let loaded: Promise<Readonly<Record<string, AnyMethod>>> | undefined;
  const ready = () => loaded ??= load() as Promise<Readonly<Record<string, AnyMethod>>>;
  const client: Record<string, AnyMethod> = {};
  for (const [name, answers] of Object.entries<Answers>(methods)) {
    client[name] = answers === "one"
      ? async (request, options) => await (await ready())[name]!(request, options)
      : (request, options) => {
        const opened = ready().then((real) =>
          real[name]!(request, options) as AsyncIterableIterator<unknown>
        );
        return deferred(opened);
      };
  }
  return client as ServiceClient<S>;
}

/** A stream that is still being opened. */
function deferred(opened: Promise<AsyncIterableIterator<unknown>>): AsyncIterableIterator<unknown> {
  // The first next() reports a failure; until then it must not count as unhandled.
  opened.catch(() => {});
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => (await opened).next(),
    async return() {
      const stream = await opened.catch(() => undefined);
      await stream?.return?.();
      return { done: true, value: undefined };
    },
  };
}
