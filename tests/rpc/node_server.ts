/** server.mjs in a process of Node. */
export interface NodeServer extends AsyncDisposable {
  readonly address: string;
  /** Resolves when the process has ended. */
  readonly ended: Promise<unknown>;
}

/** Starts the server on a socket of its own. Needs `node` on the PATH. */
export async function startNodeServer(): Promise<NodeServer> {
  const folder = await Deno.makeTempDir({ prefix: "davit-rpc-" });
  const address = `${folder}/s.sock`;
  const child = new Deno.Command("node", {
    args: [new URL("./server.mjs", import.meta.url).pathname, address],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  if (value === undefined) throw new Error("Cannot start server.mjs: it ended at once");
  return {
    address,
    ended: child.status,
    async [Symbol.asyncDispose]() {
      await reader.cancel();
      await child.stdin.close().catch(() => {});
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
