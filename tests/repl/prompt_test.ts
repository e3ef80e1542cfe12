import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { daemonTest } from "../harness/daemons.ts";
import { BUSYBOX } from "../harness/images.ts";
import { TestPrompt } from "./support.ts";

daemonTest("a prompt lists, runs, interrupts, completes and clears up", async (env) => {
  const { address, ns, signal } = env;
  await env.image();
  await using prompt = new TestPrompt(["-a", address, "-n", ns.name], { signal });
  await prompt.prompt();
  assertMatch(prompt.text, /^containerd \S+ at \S+, namespace/);

  const images = await prompt.line("await images.list()");
  assertMatch(images, /^NAME +SIZE +PLATFORM +AGE +DIGEST\ndavit.test\/busybox:latest /);
  assertStringIncludes(images, "\n1 image");
  const image = await prompt.line(`await images.get("${BUSYBOX}")`);
  assertMatch(
    image,
    /^image davit.test\/busybox:latest\n[^]*\n +layers +└─ [0-9a-f]{12} +[\d.]+ .?i?B/,
  );

  const result = await prompt.line(`await run("${BUSYBOX}", "echo", "a b")`);
  assertMatch(result, /^a b\nexit 0 · [\d.]+ m?s$/);
  assertMatch(
    await prompt.line(`await run("${BUSYBOX}", "false")`),
    /^Uncaught ExitError: "false" ended with exit code 1$/,
  );
  assertMatch(await prompt.line("last.stack"), /at .*execute/);
  assertEquals(await prompt.line("last.length > 100"), "true");

  await prompt.enter(`await run("${BUSYBOX}", "sleep", "1000")`);
  await waitForTask(ns);
  await prompt.type("\x03");
  await prompt.prompt();
  assertStringIncludes(prompt.text, "Uncaught CanceledError");
  assertEquals(await prompt.line("await containers.list()"), "no containers");

  await prompt.line(
    `const web = await container("web").image("${BUSYBOX}").command("sleep", "1000").start()`,
  );
  assertMatch(await prompt.line("await containers.list()"), /^ID .*\nweb +running +davit.test/);
  // The names are looked up again after each line, behind the prompt.
  while (await prompt.line('"web" in containers.byName') !== "true");
  await prompt.type("containers.byName.web.chec\t");
  await prompt.until("a completion", (text) => text.endsWith("containers.byName.web.checkpoint"));
  await prompt.type("\x15");
  assertMatch(await prompt.line('await containers.byName.web.exec("echo", "in")'), /^in\nexit 0/);

  await prompt.type("\x04");
  assertEquals(await prompt.end(), 0);
  assertStringIncludes(prompt.text, "Removed 1 container that nobody kept (.keep() does): web");
  assertEquals(await ns.containers.list(), []);
});

async function waitForTask(ns: { containers: { list(): Promise<{ state?: string }[]> } }) {
  while (!(await ns.containers.list()).some(({ state }) => state === "running")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
