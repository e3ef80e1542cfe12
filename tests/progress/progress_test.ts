import { assertEquals, assertStringIncludes } from "@std/assert";

const script = new URL("script.ts", import.meta.url).pathname;
const command = [Deno.execPath(), "run", "-A", script];

Deno.test("showProgress() writes nothing where there is no terminal", async () => {
  const { success, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    env: { CI: "" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stderr), "");
  assertEquals(decoder.decode(stdout), "the end\n");
  assertEquals(success, true);
});

Deno.test("showProgress() writes its lines anew on a terminal, and leaves the last", async () => {
  const { CI: _, ...env } = Deno.env.toObject();
  const { stdout } = await new Deno.Command("script", {
    args: ["-qfec", `stty cols 100 rows 24; exec ${command.join(" ")}`, "/dev/null"],
    env: { ...env, TERM: "xterm-256color" },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertStringIncludes(text, "fetch    0a0a0a0a0a0a");
  assertStringIncludes(text, "300 B / 1000 B");
  assertStringIncludes(text, "1 of 1 done, 1000 B of 1000 B");
  // Each line is erased before it is written again.
  assertStringIncludes(text, "\x1b[");
  assertStringIncludes(text, "the end");
});
