import { assert, assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { echo } from "./echo_service.ts";
import { type NodeServer, startNodeServer } from "./node_server.ts";
import { connectNode, davit } from "./subjects.ts";
import { registerBehaviours } from "./suite.ts";

let server: NodeServer | undefined;

Deno.test.beforeAll(async () => {
  server = await startNodeServer();
});

Deno.test.afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

for (const subject of [davit, connectNode]) registerBehaviours(subject, () => server!.address);

Deno.test("davit: a server that dies in the middle of calls ends them all", async () => {
  await using mortal = await startNodeServer();
  const { transport, close } = davit.connect(mortal.address);
  const call = (action: string) =>
    transport.unary(echo.unary, undefined, undefined, { "x-do": action }, {});
  await call("echo");
  const calls = ["never", "never", "die"].map(call);
  for (const result of await Promise.allSettled(calls)) {
    assert(result.status === "rejected");
    assert(result.reason instanceof ConnectError);
    assertEquals(Code[result.reason.code], "Unavailable");
  }
  await mortal.ended;
  const gone = await assertRejects(() => call("echo"), ConnectError);
  assertEquals(Code[gone.code], "Unavailable");
  assert(gone.cause instanceof Deno.errors.ConnectionRefused);
  await close();
});

Deno.test("davit: a server whose answers HPACK compresses and Huffman-codes is understood", async () => {
  const { transport, close } = davit.connect(server!.address);
  for (let i = 0; i < 50; i++) {
    const value = `${i} ${"~".repeat(i)} %`;
    const headers = { "x-do": "echo", "x-echo-long": value };
    const { header, trailer } = await transport.unary(
      echo.unary,
      undefined,
      undefined,
      headers,
      {},
    );
    assertEquals([header.get("x-echo-long"), trailer.get("x-echo-long")], [value, value]);
  }
  await close();
});
