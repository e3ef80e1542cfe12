import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CONTAINERD_VERSIONS, containerdBin } from "../../.ci/setup/paths.ts";
import {
  containerdAddress,
  criHostsDirs,
  formatContainerdConfig,
  parseContainerdConfig,
  withCriHostsDirs,
} from "../../lib/config/mod.ts";
import { InvalidArgumentError } from "../../lib/errors/errors.ts";

/** Runs containerd's own commands about configurations. */
async function containerd(version: typeof CONTAINERD_VERSIONS[number], ...args: string[]) {
  const { success, stdout, stderr } = await new Deno.Command(containerdBin(version), {
    args,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}

for (const version of CONTAINERD_VERSIONS) {
  Deno.test(`[${version}] containerd reads what formatContainerdConfig() wrote of its own`, async () => {
    const dir = await Deno.makeTempDir({ prefix: "davit-config-" });
    try {
      const defaults = await containerd(version, "config", "default");
      const config = parseContainerdConfig(defaults);
      assertEquals(config.version, version === "2.1" ? 3 : 2);
      assertEquals(containerdAddress(config), "/run/containerd/containerd.sock");
      const file = `${dir}/config.toml`;
      const dump = async (text: string) => {
        await Deno.writeTextFile(file, text);
        const { imports: _, ...rest } = parseContainerdConfig(
          await containerd(version, "--config", file, "config", "dump"),
        );
        return rest;
      };
      // Nothing that it knows is lost or changed.
      assertEquals(await dump(formatContainerdConfig(config)), await dump(defaults));

      const changed = withCriHostsDirs(config, ["/etc/containerd/certs.d", "/etc/docker/certs.d"]);
      changed.oom_score = -999;
      changed.timeouts = { ...changed.timeouts, "io.containerd.timeout.task.state": "7s" };
      changed.proxy_plugins = { stargz: { type: "snapshot", address: "/run/stargz.sock" } };
      const read = await dump(formatContainerdConfig(changed));
      assertEquals(criHostsDirs(read as typeof config), [
        "/etc/containerd/certs.d",
        "/etc/docker/certs.d",
      ]);
      assertEquals(read.oom_score, -999);
      assertEquals(read.timeouts?.["io.containerd.timeout.task.state"], "7s");
      assertEquals(read.proxy_plugins?.["stargz"]?.address, "/run/stargz.sock");
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

Deno.test("parseContainerdConfig() reads version 4, and keeps what it does not know", () => {
  const text = `version = 4
root = "/var/lib/containerd"
new_setting = [1, 2]

[plugins."io.containerd.server.v1.grpc"]
address = "/run/other.sock"

[plugins."io.containerd.cri.v1.images".registry]
config_path = "/a:/b"

[unheard.of]
a = 1.5
`;
  const config = parseContainerdConfig(text);
  assertEquals(containerdAddress(config), "/run/other.sock");
  assertEquals(criHostsDirs(config), ["/a", "/b"]);
  assertEquals(config["unheard"], { of: { a: 1.5 } });
  const again = parseContainerdConfig(formatContainerdConfig(config));
  assertEquals(again, config);
  assertStringIncludes(formatContainerdConfig(config), "new_setting = [1,2]");
});

Deno.test("withCriHostsDirs() refuses what containerd would", () => {
  const config = parseContainerdConfig(
    'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\n' +
      'endpoint = ["https://a.example.com"]\n',
  );
  assertThrows(() => withCriHostsDirs(config, ["/x"]), InvalidArgumentError, "refuses both");
  assertThrows(() => withCriHostsDirs({ version: 3 }, ["/x:y"]), InvalidArgumentError);
});
