import { assert, assertEquals } from "@std/assert";
import { logWriterUri } from "./writer.ts";

/** Runs a writer as a shim does, with nothing to write, and returns its exit code. */
async function runWriter(uri: string): Promise<number> {
  const script = new URL(uri).searchParams.get("-c")!;
  const { code } = await new Deno.Command("/bin/sh", {
    args: ["-c", 'exec 3</dev/null 4</dev/null 5>/dev/null; exec /bin/sh -c "$0"', script],
    env: { CONTAINER_ID: "some" },
    stderr: "null",
    signal: AbortSignal.timeout(30_000),
  }).output();
  return code;
}

Deno.test("logWriterUri() of a writer that comes late leaves a removed folder alone", async () => {
  const dir = Deno.makeTempDirSync({ prefix: "davit-writer-" });
  const folder = `${dir}/it's/here`;
  const limits = { maxBytes: 65536, maxFiles: 2 };
  try {
    assert(await runWriter(logWriterUri(folder, limits, "{}")) !== 0);
    assertEquals([...Deno.readDirSync(dir)], []);
    assertEquals(await runWriter(logWriterUri(folder, { ...limits, makesFolder: true }, "{}")), 0);
    const made = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(made, ["log-config.json", "some-json.log"]);
    assertEquals(await runWriter(logWriterUri(folder, limits, "{}")), 0);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
