import { assertEquals, assertStringIncludes } from "@std/assert";
import { startNodeServer } from "./node_server.ts";

const root = new URL("../..", import.meta.url);

/** Runs a script that imports the transport, without type check. */
async function run(
  body: string,
  address: string,
  grants: readonly string[],
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const script = `
    import { createGrpcTransport } from ${JSON.stringify(`${root}lib/rpc/transport.ts`)};
    import { dialUnix } from ${JSON.stringify(`${root}lib/rpc/dial.ts`)};
    import { toDavitError } from ${JSON.stringify(`${root}lib/rpc/status.ts`)};
    import { echo } from ${JSON.stringify(`${root}tests/rpc/echo_service.ts`)};
    const address = ${JSON.stringify(address)};
    const transport = createGrpcTransport({ address, dial: dialUnix(address) });
    const call = (action, signal) =>
      transport.unary(echo.unary, signal, undefined, { "x-do": action }, {});
    ${body}
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, script);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--config=${new URL("deno.json", root).pathname}`,
      ...grants,
      file,
    ],
    signal: AbortSignal.timeout(20_000),
  }).output();
  await Deno.remove(file);
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function socketGrants(address: string): string[] {
  return [`--allow-read=${address}`, `--allow-write=${address}`, `--allow-net=unix:${address}`];
}

Deno.test("a process with an idle connection ends, and needs the three grants alone", async () => {
  await using server = await startNodeServer();
  const { address } = server;
  const body = `
    await call("echo");
    const controller = new AbortController();
    const aborted = call("never", controller.signal);
    controller.abort();
    await aborted.catch((error) => console.log(error.message));
  `;
  const { success, stdout, stderr } = await run(body, address, socketGrants(address));
  assertEquals([success, stderr], [true, ""]);
  assertStringIncludes(stdout, "[canceled]");
});

Deno.test("a process with a call in flight stays", async () => {
  await using server = await startNodeServer();
  // The timer does not keep the process: it only fires where something else does.
  const body = `
    void call("never").catch(() => {});
    Deno.unrefTimer(setTimeout(() => {
      console.log("still here");
      Deno.exit(0);
    }, 300));
  `;
  const { stdout } = await run(body, server.address, socketGrants(server.address));
  assertEquals(stdout, "still here\n");
});

Deno.test("a missing grant is explained", async () => {
  const body = `
    const context = { method: "a.B/C", address };
    await call("echo").catch((error) => console.log(toDavitError(error, context).message));
  `;
  const { stdout } = await run(body, "/tmp/davit.sock", []);
  assertStringIncludes(
    stdout,
    'Cannot connect to "/tmp/davit.sock": Deno was not granted access; ' +
      "run with --allow-read=/tmp/davit.sock",
  );
});
