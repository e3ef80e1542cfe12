import { assertMatch, assertStringIncludes } from "@std/assert";
import { TestPrompt } from "./support.ts";

Deno.test("help() shows the documentation of methods, objects and names", async () => {
  await using prompt = new TestPrompt(["-a", "/nowhere/c.sock"], {
    signal: AbortSignal.timeout(60_000),
  });
  await prompt.until("the question", (text) => text.replace(/\s/g, "").endsWith("[y/N]"));
  await prompt.type("\r");
  await prompt.until("the prompt", (text) => text.endsWith("\n>"));
  const method = await prompt.line("help(images.import)");
  assertMatch(method, /^import\(source: ArchiveSource, options\?: ImportOptions\)/);
  assertStringIncludes(method, "options: ImportOptions\n  name? ");
  assertMatch(await prompt.line("help(images)"), /^Images\n[^]*\n {2}get\(name, options\) +Finds/);
  assertMatch(await prompt.line("help(run)"), /^run\(image: Image \| string, \.\.\.command/);
  assertMatch(await prompt.line('help("ns.events")'), /^events\(/);
  assertMatch(await prompt.line('help("Image")'), /^Image\n/);
  assertMatch(await prompt.line('help(run("x").memory)'), /^memory\(limit: Size/);
  assertStringIncludes(await prompt.line("help(3)"), "Cannot tell about this");
});
