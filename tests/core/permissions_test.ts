import { assertEquals, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";

/** Runs a script with the flags that it is given and no others. */
async function withFlags(flags: string[], script: string) {
  const folder = await Deno.makeTempDir({ prefix: "davit-script-" });
  const root = new URL("../..", import.meta.url).pathname;
  try {
    await Deno.writeTextFile(`${folder}/script.ts`, script);
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", `--config=${root}deno.json`, ...flags, `${folder}/script.ts`],
      env: { NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { stdout: decode(output.stdout), stderr: decode(output.stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

daemonTest("calls need grants for the socket only, runs for the folder of output", async (t) => {
  const { address } = t;
  const { name } = await t.image();
  const connecting = `
    import { connect } from "@davit/sdk";
    await using davit = await connect("${address}");
    const ns = davit.namespace("${t.ns.name}");`;
  const socket = [`--allow-write=${address}`, `--allow-net=unix:${address}`];
  const calls = await withFlags(
    [`--allow-read=${address}`, ...socket],
    `${connecting} console.log((await ns.images.list()).map((image) => image.name).join());`,
  );
  assertEquals(calls, { stdout: `${name}\n`, stderr: "" });
  const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
  const runs = await withFlags(
    [`--allow-read=${address},${temporary}`, `--allow-write=${temporary}`, ...socket],
    `${connecting} console.log(await ns.run("${name}").command("echo", "ran").text());`,
  );
  assertEquals(runs, { stdout: "ran\n", stderr: "" });
  const none = await withFlags([], connecting);
  assertStringIncludes(none.stderr, "--allow-");
});
