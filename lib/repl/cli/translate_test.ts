import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../../errors/errors.ts";
import { chainCode, runChain } from "./chain.ts";
import { translate } from "./translate.ts";
import { splitWords } from "./words.ts";

const code = (line: string): string => chainCode(translate(line).chain);

const CASES: Readonly<Record<string, string>> = {
  "docker run --rm -e A=b alpine echo hi": 'run("alpine").command("echo", "hi").env({ A: "b" })',
  "docker run --rm alpine": 'run("alpine")',
  "docker run -it --rm -w /x -u 1:2 alpine sh -c 'ls -l'":
    'run("alpine").command("sh", "-c", "ls -l").cwd("/x").user("1:2").tty()',
  "docker run --rm -m 64m --cpus 1.5 --pids-limit=9 alpine -e x":
    'run("alpine").command("-e", "x").memory("64m").cpus(1.5).pids(9)',
  "nerdctl run -d --name web -v ./a:/b:ro --tmpfs /t:size=1m nginx":
    'container("web").image("nginx")' +
    '.mount({ bind: "./a", to: "/b", readonly: true }, { tmpfs: "1m", to: "/t" }).keep().start()',
  "docker run -d --rm --entrypoint='' nginx x":
    'container().image("nginx").entrypoint().command("x").start()',
  "docker run --rm --mount type=bind,source=/a,target=/b,readonly alpine":
    'run("alpine").mount({ bind: "/a", to: "/b", readonly: true })',
  "ctr run --rm --mount type=bind,src=/a,dst=/b,options=rbind:ro docker.io/library/alpine:1 x ls":
    'run("docker.io/library/alpine:1").name("x").command("ls")' +
    '.mount({ bind: "/a", to: "/b", readonly: true })',
  "docker ps -a": "containers.list()",
  "ctr -n k8s.io images ls -q": "images.list()",
  "docker images": "images.list()",
  "ctr t ls": "ns.tasks.list()",
  "docker rmi -f a:1": 'images.remove("a:1", { force: true })',
  "docker rm -f web": '(await containers.get("web")).remove()',
  "docker stop -t 5 my-web": 'containers.byName.my_web.stop({ timeout: "5s" })',
  "ctr tasks kill -s SIGHUP web": 'containers.byName.web.kill("SIGHUP")',
  "docker kill web": 'containers.byName.web.kill("SIGKILL")',
  "docker exec -eA=b=c web ps -ef": 'containers.byName.web.exec("ps", "-ef").env({ A: "b=c" })',
  "docker pull alpine:3": 'images.pull("alpine:3")',
  "docker tag a b": 'images.tag("a", "b")',
  "docker version": "davit.version()",
};

Deno.test("translate() knows the usual lines of docker, nerdctl and ctr", () => {
  for (const [line, expected] of Object.entries(CASES)) {
    assertEquals(code(line), `await ${expected}`, line);
  }
  assertEquals(
    code("docker ps"),
    '(await containers.list()).filter((one) => one.state === "running")',
  );
  assertEquals(
    code("docker logs -f --tail 5 web"),
    'for await (const { text } of (await containers.get("web")).logs({ follow: true, tail: 5 })) ' +
      "console.log(text)",
  );
  assertEquals(translate("nerdctl -n ci ps").namespace, "ci");
  assertEquals(translate("nerdctl --namespace=ci ps").namespace, "ci");
});

Deno.test("translate() says what it does not know", () => {
  const lines = {
    "docker run --gpus all alpine": '"--gpus"',
    "docker run -p 80:80 nginx": '"-p"',
    "docker run": "no image",
    "docker run -e A alpine": "-e A",
    "docker run -v data:/x alpine": "-v data:/x",
    "docker compose up": '"docker compose"',
    "docker run alpine ls | wc": '"|"',
    "docker run alpine echo $HOME": '"$"',
    "docker rm a b": "one container",
    "docker stop -t": '"-t"',
    "kubectl get pods": '"kubectl"',
    "docker -H tcp://x ps": "--address",
    "docker 'ps": "has no end",
  };
  for (const [line, text] of Object.entries(lines)) {
    assertThrows(() => translate(line), InvalidArgumentError, text, line);
  }
});

Deno.test("splitWords() splits as a shell does", () => {
  assertEquals(splitWords(`a  'b  c'"d e" '' \\$x 'it'\\''s' a\\\n b`), [
    "a",
    "b  cd e",
    "",
    "$x",
    "it's",
    "a",
    "b",
  ]);
});

Deno.test("runChain() does what chainCode() says", async () => {
  const lines: string[] = [];
  const containers = {
    list: () => Promise.resolve([{ state: "running", id: "a" }, { state: undefined, id: "b" }]),
    get: (id: string) =>
      Promise.resolve({
        async *logs(options: { tail: number }) {
          for (let i = 0; i < options.tail; i++) yield await { text: `${id} ${i}` };
        },
      }),
    byName: { off: {} },
  };
  const print = (line: string) => void lines.push(line);
  const run = (line: string) => runChain(translate(line).chain, { containers }, print);
  assertEquals(await run("docker ps"), [{ state: "running", id: "a" }]);
  await run("docker logs --tail 2 web");
  assertEquals(lines, ["web 0", "web 1"]);
  await run("docker stop gone").then(() => lines.push("stopped"), (e) => lines.push(e.message));
  await run("docker stop off").then(() => lines.push("stopped"), (e) => lines.push(e.message));
  assertEquals(lines.slice(2), [
    'Cannot find "gone"; look with containers.list()',
    "Cannot call stop(): the container does not run",
  ]);
});
