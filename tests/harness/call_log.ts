/**
 * Notes the last calls of a client, so that a test that does not end tells where it is.
 *
 * @module
 */
import type { GrpcTransport } from "../../lib/rpc/transport.ts";

/** How many calls are remembered. */
const KEPT = 25;

interface Call {
  readonly name: string;
  readonly began: number;
  end?: string;
}

/** The last calls of a transport. */
export class CallLog {
  readonly #calls: Call[] = [];

  #begin(name: string): Call {
    const call: Call = { name, began: performance.now() };
    this.#calls.push(call);
    // What has not ended is what is looked for.
    if (this.#calls.length > KEPT) {
      const ended = this.#calls.findIndex(({ end }) => end !== undefined);
      this.#calls.splice(Math.max(ended, 0), 1);
    }
    return call;
  }

  #end(call: Call, how: string): void {
    call.end = `${how} after ${Math.round(performance.now() - call.began)} ms`;
  }

  /** The same transport, noted. */
  watch(transport: GrpcTransport): GrpcTransport {
    return {
      address: transport.address,
      close: () => transport.close(),
      [Symbol.asyncDispose]: () => transport.close(),
      unary: async (method, ...rest) => {
        const call = this.#begin(`${method.parent.name}.${method.name}`);
        try {
          const answer = await transport.unary(method, ...rest);
          this.#end(call, "ok");
          return answer;
        } catch (error) {
          this.#end(call, String(error));
          throw error;
        }
      },
      stream: (method, ...rest) => {
        this.#end(this.#begin(`${method.parent.name}.${method.name}`), "stream, opened");
        return transport.stream(method, ...rest);
      },
    };
  }

  /** The calls in the order in which they began, one a line, with how long ago that was. */
  toString(): string {
    const now = performance.now();
    return this.#calls.map(({ name, began, end }) =>
      `${Math.round(now - began)} ms ago ${name}: ${end ?? "HAS NOT ENDED"}`
    ).join("\n");
  }
}
