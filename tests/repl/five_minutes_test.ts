import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BUSYBOX } from "../harness/images.ts";
import { fetchFrom, HOST, networkedTest } from "../network/support.ts";
import { TestPrompt } from "./support.ts";

const PAGE = "mkdir /www; echo hello from web > /www/index.html; echo serving; httpd -f -h /www";

networkedTest(
  "someone who knows docker gets from the prompt to a published container, a look inside, a live table and a script",
  ["2.1"],
  async (daemon) => {
    const { address, ns } = daemon;
    const signal = AbortSignal.timeout(120_000);
    await using prompt = new TestPrompt(["-a", address, "-n", ns.name], { signal, columns: 100 });
    await prompt.prompt();
    assertStringIncludes(prompt.text, "help() says what there is");
    assertStringIncludes(await prompt.line("help()"), "cli`docker run --rm alpine ls`");

    // What is there; TAB knows it too.
    await prompt.type("await imag\t");
    await prompt.until("a completion", (text) => text.endsWith("await images"));
    assertMatch(await prompt.line(".list()"), /\n1 image$/);

    // What they would type elsewhere is shown as code, and run.
    const docker = `docker run -d --name web -p 8080:80 ${BUSYBOX} sh -c '${PAGE}'`;
    const code = (await prompt.line(`cli\`${docker}\``)).replace(/\n */g, "");
    assertStringIncludes(code, '.publish("8080:80").keep().start()');
    await prompt.line(`await cli\`${docker}\``);
    assertMatch(await prompt.line("await containers.list()"), /\nweb +running .* 8080->80 /);
    assertEquals(await fetchFrom(daemon, `http://${HOST}:8080/`), "hello from web");

    // A look inside: its log, a command, a shell.
    await prompt.enter("await cli`docker logs -f web`");
    await prompt.until("its log", (text) => text.endsWith("serving"));
    await prompt.type("\x03");
    await prompt.prompt();
    while (await prompt.line('"web" in containers.byName') !== "true");
    assertMatch(
      await prompt.line('await containers.byName.web.exec("cat", "/www/index.html")'),
      /^hello from web\nexit 0/,
    );
    await prompt.enter("await cli`docker exec -it web sh`");
    await prompt.until("the shell", (text) => text.endsWith("/ #"));
    await prompt.type("echo changed > /www/index.html; exit\r");
    await prompt.prompt();
    assertEquals(await fetchFrom(daemon, `http://${HOST}:8080/`), "changed");

    // A live table.
    await prompt.enter("await top({ every: 200 })");
    await prompt.until("numbers", (text) => /\nweb +\d+\.\d % .*\n1 container$/.test(text));
    await prompt.type("\x03");
    await prompt.prompt();

    // A script that does the same, without the prompt.
    await prompt.line("await cli`docker rm -f web`");
    const saved = await prompt.line('save("web.ts")');
    assertMatch(saved, /^saved \d+ lines; run it: deno run -A /);
    await prompt.type("\x04");
    assertEquals(await prompt.end(), 0);

    const script = `${prompt.home}/web.ts`;
    const [, command = ""] = /Run it: (.*)/.exec(Deno.readTextFileSync(script)) ?? [];
    const run = await new Deno.Command(Deno.execPath(), {
      args: command.split(" ").slice(1),
      cwd: prompt.home,
      signal,
    }).output();
    const [output, errors] = [run.stdout, run.stderr].map((b) => new TextDecoder().decode(b));
    assertEquals(run.code, 0, `${Deno.readTextFileSync(script)}\n${output}\n${errors}`);
    assertStringIncludes(output!, "hello from web");
    assertEquals(await ns.containers.list(), []);
  },
);
