import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect } from "../../lib/client/connect.ts";
import {
  InvalidArgumentError,
  PermissionError,
  ProtocolError,
  TimeoutError,
  UnavailableError,
} from "../../lib/errors/errors.ts";
import { daemonTest } from "../harness/daemons.ts";

/** A Unix socket that answers every connection with `serve`. */
async function withServer(
  serve: (connection: Deno.UnixConn) => Promise<void>,
  test: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "davit-sock-" });
  const path = `${folder}/s`;
  const listener = Deno.listen({ transport: "unix", path });
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) served.push(serve(connection));
  })();
  try {
    await test(path);
  } finally {
    listener.close();
    await accepting.catch(() => {});
    await Promise.allSettled(served);
    await Deno.remove(folder, { recursive: true });
  }
}

daemonTest("connect() reaches a daemon by path and by unix://", async ({ address, version }) => {
  for (const target of [address, `unix://${address}`]) {
    await using client = await connect(target);
    assertStringIncludes((await client.version()).version, version);
    assertEquals(client.address, address);
  }
});

Deno.test("connect() says that no socket is there", async () => {
  const error = await assertRejects(() => connect("/nowhere/c.sock"), UnavailableError);
  assertStringIncludes(error.message, 'Cannot connect to "/nowhere/c.sock"');
  assertStringIncludes(error.message, "CONTAINERD_ADDRESS");
});

Deno.test("connect() says that nobody listens on a socket", async () => {
  const folder = await Deno.makeTempDir({ prefix: "davit-sock-" });
  const listener = Deno.listen({ transport: "unix", path: `${folder}/live` });
  // Closing removes the socket under the name that it was made with.
  await Deno.rename(`${folder}/live`, `${folder}/dead`);
  listener.close();
  try {
    const error = await assertRejects(() => connect(`${folder}/dead`), UnavailableError);
    assertStringIncludes(error.message, "nobody listens there");
    const other = await assertRejects(() => connect(folder), UnavailableError);
    assertStringIncludes(other.message, "it is no socket");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("connect() says that the address is malformed", async () => {
  await assertRejects(() => connect("relative.sock"), InvalidArgumentError, "absolute path");
  await assertRejects(() => connect("tcp://127.0.0.1:1"), InvalidArgumentError);
});

Deno.test("connect() says that what answers is not containerd", async () => {
  const http1 = async (connection: Deno.UnixConn) => {
    await connection.read(new Uint8Array(1024));
    const text = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis is something else";
    await connection.write(new TextEncoder().encode(text)).catch(() => {});
    connection.close();
  };
  await withServer(http1, async (path) => {
    const error = await assertRejects(() => connect(path), ProtocolError);
    assertStringIncludes(error.message, "is not containerd");
  });
});

Deno.test("connect() gives up when the signal aborts, even if nobody answers", async () => {
  const silent = async (connection: Deno.UnixConn) => {
    while (await connection.read(new Uint8Array(1024)).catch(() => null) !== null);
    connection.close();
  };
  await withServer(silent, async (path) => {
    const signal = AbortSignal.timeout(200);
    await assertRejects(() => connect({ address: path, signal }), TimeoutError);
  });
});

Deno.test({
  name: "connect() says that the user may not use the socket (needs root to change the user)",
  ignore: Deno.uid() !== 0,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "davit-sock-" });
    const path = `${folder}/s`;
    const listener = Deno.listen({ transport: "unix", path });
    await Deno.chmod(folder, 0o755);
    await Deno.chmod(path, 0o600);
    try {
      // As one file that the other user can read, with no package to be fetched.
      const library = `${folder}/davit.js`;
      const { success } = await new Deno.Command(Deno.execPath(), {
        args: ["bundle", "--quiet", "--platform=deno", "-o", library, "mod.ts"],
        cwd: new URL("../..", import.meta.url).pathname,
      }).output();
      assert(success);
      // Deno itself may lie where only root can go.
      await Deno.copyFile(Deno.execPath(), `${folder}/deno-run`);
      await Deno.chmod(`${folder}/deno-run`, 0o755);
      const script = `
        import { connect } from "${library}";
        try { await connect("${path}"); } catch (error) { console.log(error.name, error.message); }`;
      const output = await new Deno.Command("setpriv", {
        args: [
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          `${folder}/deno-run`,
          "eval",
          "--no-config",
          script,
        ],
        env: { DENO_DIR: `${folder}/deno`, HOME: folder, NO_COLOR: "1" },
        cwd: folder,
      }).output();
      const text = new TextDecoder().decode(output.stdout);
      const errors = new TextDecoder().decode(output.stderr);
      assertStringIncludes(text, PermissionError.name, errors);
      assertStringIncludes(text, "permission denied; run as root");
    } finally {
      listener.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
