/**
 * Tests with a containerd of their own.
 *
 * @module
 */
import type { Client } from "../client/client.ts";
import type { Namespace } from "../client/namespace.ts";
import { type FakeContainerd, fakeContainerd, type FakeOptions } from "./fake.ts";

/** What a {@linkcode fakeTest} works with. */
export interface FakeTestContext {
  /** The daemon, empty at first. */
  readonly fake: FakeContainerd;
  /** A client of it; closed after the test. */
  readonly client: Client;
  /** The namespace `"test"` of that client. */
  readonly ns: Namespace;
  /** The context of `Deno.test`, for steps. */
  readonly t: Deno.TestContext;
}

/** How to run a {@linkcode fakeTest}. */
export interface FakeTestOptions extends FakeOptions {
  /** Things that may be left, by the start of their description in {@linkcode FakeContainerd.left}. */
  readonly mayLeave?: readonly string[];
}

/**
 * Registers a test with a fake containerd and a client of its own. When it is over, the client is
 * closed; the test fails if it left anything behind, such as a container, a lease or a
 * subscription, or if an `onRun()` handler failed.
 *
 * @example
 * ```ts
 * import { fakeTest } from "@davit/sdk/testing";
 *
 * fakeTest("cleans up", async ({ fake, ns }) => {
 *   await fake.addImage(ns.name, "alpine:3.20");
 *   fake.onRun(() => ({ untilSignal: true }));
 *   await using web = await ns.container("web").image("alpine:3.20").command("httpd").start();
 *   await web.kill("SIGTERM");
 * });
 * ```
 *
 * @param name The test's name.
 * @param fn The test.
 */
export function fakeTest(
  name: string,
  fn: (context: FakeTestContext) => Promise<void> | void,
  options: FakeTestOptions = {},
): void {
  Deno.test(name, async (t) => {
    await using fake = fakeContainerd(options);
    const client = fake.connect();
    const errors: unknown[] = [];
    try {
      await fn({ fake, client, ns: client.namespace("test"), t });
    } catch (error) {
      errors.push(error);
    }
    try {
      await client.close();
    } catch (error) {
      errors.push(error);
    }
    const left = fake.left().filter((thing) =>
      !options.mayLeave?.some((start) => thing.startsWith(start))
    );
    if (left.length > 0) errors.push(new Error(`The test left behind: ${left.join("; ")}`));
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.join("\n"));
  });
}
