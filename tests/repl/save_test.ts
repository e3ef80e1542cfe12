import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { TestPrompt } from "./support.ts";

daemonTest("save() writes a script that does the same", async ({ address, ns, image, signal }) => {
  await image();
  await using prompt = new TestPrompt(["-a", address, "-n", ns.name], { signal });
  await prompt.prompt();
  await prompt.line(`const image = "${BUSYBOX}"`);
  await prompt.line(`await run(image, "nonsense")`);
  await prompt.line(`await run(image, "echo", "a b")`);
  await prompt.line("await sh(image)`echo ${'it\\'s'} | tr a-z A-Z`");
  await prompt.line(`images.byName.busybox`);
  await prompt.line("const n = (await images.list()).length");
  await prompt.line("n");
  await prompt.line("n + 1");
  assertMatch(await prompt.line('save("it.ts")'), /^saved 5 lines; run it: deno run -A .*it.ts$/s);
  assertStringIncludes(await prompt.line('save("it")'), "Cannot save");

  const script = `${prompt.home}/it.ts`;
  const [, command] = /Run it: (.*)/.exec(Deno.readTextFileSync(script)) ?? [];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: command!.split(" ").slice(1),
    cwd: prompt.home,
    signal,
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "a b\nIT'S\n2\n");

  Deno.writeTextFileSync(script, "// mine");
  assertStringIncludes(await prompt.line('save("it.ts")'), "AlreadyExistsError");
  assertEquals(Deno.readTextFileSync(script), "// mine");
  await prompt.type("\x04");
  await prompt.end();
}, { versions: ["2.1"] });
