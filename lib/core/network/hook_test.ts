import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseCniConfig } from "../../oci/cni_config.ts";
import { parsePublish } from "../../oci/ports.ts";
import { type HookParts, hookText } from "./hook.ts";

function partsIn(dir: string, publish: string[]): HookParts {
  const config = parseCniConfig('{"name":"n","plugins":[{"type":"x"}],"cniVersion":"1.0.0"}', "n");
  return {
    place: {
      ...{ confDir: `${dir}/conf`, pluginDirs: [`${dir}/plugins`], path: "/bin" },
      ...{ store: dir, dataDir: undefined, salt: "", resolver: {} },
    },
    ...{ namespace: "ns", id: "it's", stateFolder: `${dir}/state`, hostname: "h", domainname: "" },
    attachments: [{ index: 0, config, ifname: "eth0" }],
    ports: publish.flatMap(parsePublish),
    extraHosts: [],
    dns: { servers: [], searches: [], options: [] },
  };
}

/** Runs a line after the text of a container's hooks, with only some programs at hand. */
async function run(
  publish: string[],
  line: string,
  programs: string[],
): Promise<{ stdout: string; stderr: string }> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/bin`);
    for (const program of programs) {
      const found = ["/bin", "/usr/bin"].map((folder) => `${folder}/${program}`)
        .find((path) => exists(path));
      await Deno.symlink(found!, `${dir}/bin/${program}`);
    }
    const text = await hookText(partsIn(dir, publish));
    const { stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", `${text}\nmkdir -p "$A"\n${line}`],
      env: { PATH: `${dir}/bin` },
      clearEnv: true,
    }).output();
    const shown = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { stdout: shown(stdout), stderr: shown(stderr) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("hookText() chooses and checks ports where there is no Perl", async () => {
  const programs = ["mkdir", "grep", "cat"];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const line = 'reserve && cat "$A/ports" && confs && echo "$c0_0"';
  const taken = await run([`127.0.0.1:${port}:80`], line, programs);
  assertMatch(
    taken.stderr,
    new RegExp(`davit-network: port\\t\\t\\ttaken tcp 127.0.0.1 ${port} another`),
  );
  const free = await run(["80", "81", `127.0.0.1:${port}-${port + 20}:82`], line, programs);
  assertEquals(free.stderr, "");
  const [, pid, first, second, third] = /^ok (\d+) (\d+) (\d+) (\d+)\n/.exec(free.stdout)!.map(
    Number,
  );
  assertEquals(pid, 0);
  assert(first! >= 49153 && second! > first! && third! > port && third! <= port + 20, free.stdout);
});

Deno.test("hookText() quotes whatever is in names", async () => {
  const { stdout, stderr } = await run([], 'meta 2>&1; echo "$C $I"', ["mkdir", "cat"]);
  assertEquals(stderr, "");
  assert(stdout.endsWith("it's ns-it's\n"), stdout);
});
