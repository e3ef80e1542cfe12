import { assertEquals, assertNotEquals } from "@std/assert";
import { containerdBin, containerdDir, HELLO_BIN, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";

const FOLDER = new URL("../../examples/", import.meta.url).pathname;

/** Examples that need more than a daemon: why they are not run here. */
const NOT_RUN: Record<string, string> = {
  "interactive.ts": "needs a terminal; tests/core/terminal_test.ts covers it",
  "dns.ts": "needs a network of its own; tests/network/dns_test.ts runs it there",
  "network.ts": "needs a network of its own; tests/network/example_test.ts runs it there",
  "remote.ts": "needs another machine; tests/remote/example_test.ts covers it",
  "testing.ts": "is a test file; tests/testing runs it",
};

for (const { name } of [...Deno.readDirSync(FOLDER)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  const reason = NOT_RUN[name];
  if (!name.endsWith(".ts")) continue;
  Deno.test({
    name: `examples/${name} runs${reason ? ` (skipped: ${reason})` : ""}`,
    ignore: reason !== undefined || Deno.uid() !== 0,
    async fn() {
      const dir = await Deno.makeTempDir({ prefix: "davit-ex-" });
      // A daemon of its own: examples leave their images, as a user would want.
      await using daemon = await startDaemon({
        dir,
        containerd: containerdBin("2.1"),
        path: [containerdDir("2.1"), TOOLS_BIN],
        ephemeral: true,
      });
      const run = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", `${FOLDER}${name}`],
        env: {
          CONTAINERD_ADDRESS: daemon.address,
          PATH: `${HELLO_BIN}:${TOOLS_BIN}:${Deno.env.get("PATH")}`,
          NO_COLOR: "1",
        },
        stdin: "null",
        signal: AbortSignal.timeout(60_000),
      }).output();
      const [output, errors] = [run.stdout, run.stderr].map((b) => new TextDecoder().decode(b));
      await daemon.stop();
      await Deno.remove(dir, { recursive: true }).catch(() => {/* the daemon's end removed it */});
      assertEquals(run.code, 0, `${output}\n${errors}`);
      assertNotEquals(output, "", "an example shows something");
    },
  });
}
