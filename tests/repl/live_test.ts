import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { TestPrompt } from "./support.ts";

daemonTest("watch() follows what happens and top() what is used, until Ctrl-C", async (env) => {
  const { address, ns, signal } = env;
  await env.image();
  await using prompt = new TestPrompt(["-a", address, "-n", ns.name], { signal });
  await prompt.prompt();

  await prompt.enter("await watch(containers)");
  await prompt.until("the first look", (text) => text.endsWith("no containers"));
  const web = await ns.container("web").image(BUSYBOX).command("sleep", "1000").start();
  await prompt.until("the container", (text) => /\nweb +running .*\n1 container$/.test(text));
  const paused = await web.pause();
  await prompt.until("its pause", (text) => /\nweb +paused .*\n1 container$/.test(text));
  await prompt.type("\x03");
  await prompt.prompt();
  assertMatch(prompt.text, /watched for .*, [2-4] updates\n>$/);
  // It was drawn in place: what it showed before is not there any more.
  assertEquals(prompt.text.includes("running"), false);
  await paused.resume();

  await prompt.enter("await top({ every: 200 })");
  await prompt.until("numbers", (text) => /\nweb +\d+\.\d % .*B +1\n1 container$/.test(text));
  await prompt.type("\x03");
  await prompt.prompt();
  assertStringIncludes(prompt.text, "watched for");

  // What a function throws at first is its error; nouns that nobody described are tables too.
  assertMatch(
    await prompt.line("await watch(() => images.get('nope'))"),
    /Uncaught NotFoundError: Cannot find image/,
  );
  assertMatch(await prompt.line("await (await containers.running('web')).top()"), /^PID .*\n\d+/);
  assertMatch(await prompt.line("await tasks.list()"), /^CONTAINER +STATE .*\nweb +running/);
  // Whoever forgets to await is told how.
  assertMatch(await prompt.line("tasks.list()"), /^a promise.*: await tasks\.list\(\)$/);
  assertMatch(await prompt.line("new Promise(() => {})"), /^a promise: /);
  await web.remove();
  await prompt.type("\x04");
  assertEquals(await prompt.end(), 0);
}, { versions: ["2.1"] });
