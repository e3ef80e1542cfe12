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
    'run("alpine").command("sh", "-c", "ls -l").cwd("/x").user("1:2").interactive()',
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
  "docker run --rm --privileged --cap-drop all --cap-add NET_ADMIN --read-only alpine":
    'run("alpine").readonlyRootfs().privileged()' +
    '.capabilities({ add: ["NET_ADMIN"], drop: ["ALL"] })',
  "docker run --rm --device /dev/null --device /dev/a:/dev/b:r --device /dev/c:rw --device a.com/b=c a":
    'run("a").device("/dev/null", { device: "/dev/a", to: "/dev/b", access: "r" }, ' +
    '{ device: "/dev/c", access: "rw" }, "a.com/b=c")',
  "docker run --rm --gpus all --init --shm-size 64m --ulimit nofile=64:128 --ulimit core=-1 a":
    'run("a").gpus("all").init().shmSize("64m").ulimit("nofile", { soft: 64, hard: 128 })' +
    '.ulimit("core", "unlimited")',
  "docker run --rm --gpus '\"device=0,1\"' --init-binary /sbin/tini a":
    'run("a").gpus(["0", "1"]).init("/sbin/tini")',
  "docker run --rm --tmpfs /t:rw,size=1m,mode=1770,exec --dns-search a.b --dns-opt ndots:2 a":
    'run("a").mount({ tmpfs: "1m", to: "/t", mode: 1016, exec: true, options: ["rw"] })' +
    '.dns({ searches: ["a.b"], options: ["ndots:2"] })',
  "docker run -d --restart on-failure:3 --health-cmd 'test -e /ok' --health-interval 5s nginx":
    'container().image("nginx").healthcheck({ exec: "test -e /ok", interval: "5s" })' +
    '.restart("on-failure:3").keep().start()',
  "docker run -d --no-healthcheck nginx":
    'container().image("nginx").healthcheck(false).keep().start()',
  "docker ps -a": "containers.list()",
  "docker ps": 'containers.list({ state: "running" })',
  "docker run -d -p 8080:80 -p 53:53/udp --net back --network-alias db --ip 10.9.0.3 nginx":
    'container().image("nginx").publish("8080:80", "53:53/udp")' +
    '.network("back", { ip: "10.9.0.3", aliases: ["db"] }).keep().start()',
  "docker run --rm -v data:/x -v /anonymous --add-host db:10.0.0.1 --dns 1.1.1.1 alpine":
    'run("alpine").mount({ volume: "data", to: "/x" }, { volume: true, to: "/anonymous" })' +
    '.addHost({ db: "10.0.0.1" }).dns({ servers: ["1.1.1.1"] })',
  "docker run --rm --volumes-from db:ro --volumes-from web -v /x:/y alpine":
    'run("alpine").mount({ bind: "/x", to: "/y" }).volumesFrom("db", "ro").volumesFrom("web")',
  "docker run -d -P --expose 81 --expose 53/udp nginx":
    'container().image("nginx").publishAll("81", "53/udp").keep().start()',
  "docker create -it --name sh alpine sh":
    'container("sh").image("alpine").command("sh").tty().openStdin().keep().create()',
  "docker run --rm --mount source=data,target=/b alpine":
    'run("alpine").mount({ volume: "data", to: "/b" })',
  "docker exec -it web sh": 'containers.byName.web.exec("sh").interactive()',
  "docker attach web": '(await (await containers.running("web")).attach()).interactive()',
  "docker restart -t 1 web": '(await containers.get("web")).restart({ timeout: "1s" })',
  "docker rename web site": '(await containers.get("web")).rename("site")',
  "docker inspect web": '(await containers.get("web")).inspect({ format: "docker" })',
  "docker image inspect a:1": '(await images.get("a:1")).inspect({ format: "docker" })',
  "docker top web": "containers.byName.web.top()",
  "docker stats": "top()",
  "docker port web": '(await containers.get("web")).ports()',
  "docker cp web:/etc/hosts ./h":
    '(await containers.get("web")).files.copyOut("/etc/hosts", "./h")',
  "docker cp ./h web:/etc": '(await containers.get("web")).files.copyIn("./h", "/etc")',
  "docker history a": '(await images.get("a")).history()',
  "docker push a": '(await images.get("a")).push()',
  "docker save -o a.tar a": '(await images.get("a")).exportTo("a.tar")',
  "docker load -i a.tar": 'images.import("a.tar")',
  "docker build -t a:1 --build-arg V=2 --target app .":
    'ns.buildDockerfile(".", { tags: "a:1", target: "app", args: { V: "2" } })',
  "docker volume create data": 'volumes.create("data")',
  "docker volume rm data": '(await volumes.get("data")).remove()',
  "docker network create --subnet 10.9.0.0/24 back":
    'networks.create("back", { subnets: ["10.9.0.0/24"] })',
  "docker network connect back web": 'networks.connect("back", "web")',
  "docker image prune -af": "images.prune({ all: true })",
  "docker system df": "ns.df()",
  "ctr snapshots tree": "snapshots.tree()",
  "ctr ns create x": 'davit.namespaces.create("x")',
  "ctr i export a.tar a:1": '(await images.get("a:1")).exportTo("a.tar")',
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
    code("docker logs -f --tail 5 web"),
    'for await (const { text } of (await containers.get("web")).logs({ follow: true, tail: 5 })) ' +
      "console.log(text)",
  );
  assertEquals(
    code("docker events"),
    "for await (const { topic, event } of events()) console.log(topic, event)",
  );
  assertEquals(translate("nerdctl -n ci ps").namespace, "ci");
  assertEquals(translate("nerdctl --namespace=ci ps").namespace, "ci");
});

Deno.test("translate() says what it does not know", () => {
  const lines = {
    "docker run --pid host alpine": '"--pid"',
    "docker run --gpus capabilities=utility alpine": "device=0,1",
    "docker run --ulimit nofile alpine": "NAME=SOFT:HARD",
    "docker run --restart always alpine": "add -d",
    "docker run -d --health-retries 3 alpine": "--health-cmd",
    "docker run": "no image",
    "docker run -e A alpine": "-e A",
    "docker cp a b": "CONTAINER:PATH",
    "docker version now": '"now"',
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
    list: ({ state }: { state?: string } = {}) => Promise.resolve(state ? ["a"] : ["a", "b"]),
    get: (id: string) =>
      Promise.resolve({
        state: "running",
        async *logs(options: { tail: number }) {
          for (let i = 0; i < options.tail; i++) yield await { text: `${id} ${i}` };
        },
      }),
    byName: { off: { state: "stopped" } },
  };
  const print = (line: unknown) => void lines.push(String(line));
  const run = (line: string) => runChain(translate(line).chain, { containers }, print);
  assertEquals(await run("docker ps"), ["a"]);
  await run("docker logs --tail 2 web");
  assertEquals(lines, ["web 0", "web 1"]);
  await run("docker stop gone").then(() => lines.push("stopped"), (e) => lines.push(e.message));
  await run("docker stop off").then(() => lines.push("stopped"), (e) => lines.push(e.message));
  await run("docker start web").then(() => lines.push("started"), (e) => lines.push(e.message));
  assertEquals(lines.slice(2), [
    'Cannot find "gone"; look with containers.list()',
    "Cannot call stop(): the container is stopped",
    "Cannot call start(): the container is running",
  ]);
});

Deno.test("translate() writes code that type-checks", async () => {
  const lines = Object.keys(CASES).map((line) => {
    // What is there is known at the prompt alone.
    const text = chainCode(translate(line).chain)
      .replace(/containers\.byName\.\w+/, '(await containers.running("web"))');
    return `async () => { ${text}; },`;
  });
  const path = Deno.makeTempFileSync({ suffix: ".ts" });
  const source = `import type { PromptGlobals } from "${new URL("../globals.ts", import.meta.url)}";
type Names = PromptGlobals & Pick<PromptGlobals["ns"], "networks" | "volumes">;
declare const names: Names;
const { davit, ns, images, containers, snapshots, networks, volumes, run, container, events, top } =
  names;
const { leases, tasks } = names;
export const all = [leases, tasks, events, ${lines.join("\n")}];
`;
  try {
    Deno.writeTextFileSync(path, source);
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", `--config=${config}`, path],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
  } finally {
    Deno.removeSync(path);
  }
});
