import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { TestPrompt } from "./support.ts";

daemonTest("cli`…` shows what a line of another tool is here, and runs it", async (env) => {
  const { address, ns, signal } = env;
  await env.image();
  await using prompt = new TestPrompt(["-a", address, "-n", ns.name], {
    signal,
    columns: 120,
    env: { NO_COLOR: "1" },
  });
  await prompt.prompt();
  assertEquals(
    await prompt.line(`cli\`docker run --rm -e A=b ${BUSYBOX} sh -c 'echo $A'\``),
    `await run("${BUSYBOX}").command("sh", "-c", "echo $A").env({ A: "b" })\n` +
      `  it has no network but its own; .network("bridge") gives it docker's\n` +
      "  put await in front to run it",
  );
  assertMatch(
    await prompt.line(`await cli\`docker run --rm -e A=b ${BUSYBOX} sh -c 'echo $A'\``),
    /^b\nexit 0/,
  );
  await prompt.line(`await cli\`nerdctl run -d --name web ${BUSYBOX} sleep 1000\``);
  assertMatch(await prompt.line("await cli`docker exec web echo ${'a  b'}`"), /^a {2}b\nexit 0/);
  assertMatch(await prompt.line("await cli`docker ps`"), /^ID .*\nweb +running /);
  assertMatch(await prompt.line("await cli`docker cp web:/etc/group g.txt`"), /./);
  assertStringIncludes(Deno.readTextFileSync(`${prompt.home}/g.txt`), "root:x:0:");
  await prompt.enter("await cli`docker exec -it web sh`");
  await prompt.until("the shell", (text) => text.endsWith("/ #"));
  await prompt.type("echo $((40 + 2)); exit 3\r");
  await prompt.prompt();
  assertMatch(prompt.text, /\n42\n[^]*exitCode: 3/);
  assertEquals(await prompt.line("1 + 1"), "2");
  assertStringIncludes(await prompt.line("await cli`docker kill web`"), "undefined");
  await prompt.line("await cli`docker rm -f web`");
  assertEquals(await prompt.line("await cli`docker ps -a`"), "no containers");
  assertStringIncludes(await prompt.line("cli`docker run --isolation process x`"), '"--isolation"');
  // deno-lint-ignore no-control-regex
  assertEquals(/\x1b\[[\d;]*[1-9]m/.test(prompt.raw), false, "there are colours");
  await prompt.type("\x04");
  assertEquals(await prompt.end(), 0);
}, { versions: ["2.1"] });
