import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { hostDirNames } from "../registry/hosts.ts";
import { formatContainerdConfig, parseContainerdConfig } from "./containerd.ts";
import { hostsTomlPath } from "./hosts.ts";
import { formatNerdctlConfig, parseNerdctlConfig } from "./nerdctl.ts";

Deno.test("parseContainerdConfig() names the key whose value is wrong", () => {
  for (
    const [text, message] of [
      ["version = 3\nroot = 1", 'Cannot read containerd\'s config.toml: "root" must be a string'],
      ["version = 3\n[grpc]\nuid = 1.5", '"grpc.uid" must be a whole number'],
      ["version = 3\ndisabled_plugins = [1]", '"disabled_plugins" must be a list of strings'],
      ['version = 3\ngrpc = "x"', '"grpc" must be a table'],
      [
        'version = 3\n[timeouts]\n"io.containerd.timeout" = 5',
        '"timeouts."io.containerd.timeout"" must be a string',
      ],
      ['version = 3\n[plugins]\n"a" = 1', '"plugins.a" must be a table'],
      ["version = ", "it is not TOML"],
    ] as const
  ) {
    assertThrows(() => parseContainerdConfig(text), InvalidArgumentError, message);
  }
});

Deno.test("parseContainerdConfig() refuses other versions", () => {
  const error = assertThrows(() => parseContainerdConfig('root = "/x"'), UnsupportedError);
  assertEquals(error.found, "version 1");
  assertThrows(() => parseContainerdConfig("version = 5"), UnsupportedError, "version 5");
});

Deno.test("formatContainerdConfig() refuses what TOML cannot say", () => {
  assertThrows(
    () => formatContainerdConfig({ version: 3, plugins: { a: { b: null } } }),
    InvalidArgumentError,
    '"plugins.a.b" is null',
  );
  assertEquals(formatContainerdConfig({ version: 3, root: undefined }), "version = 3\n");
});

Deno.test("parseNerdctlConfig() and formatNerdctlConfig() keep what they do not know", () => {
  const text = 'namespace = "k8s.io"\nhosts_dir = ["/a"]\nfuture = true\n';
  const config = parseNerdctlConfig(text);
  assertEquals(config.namespace, "k8s.io");
  assertEquals(parseNerdctlConfig(formatNerdctlConfig(config)), config);
  assertEquals(config["future"], true);
  assertThrows(
    () => parseNerdctlConfig('debug = "yes"'),
    InvalidArgumentError,
    'Cannot read nerdctl.toml: "debug" must be true or false',
  );
});

Deno.test("hostsTomlPath() writes ports as containerd looks for them", () => {
  assertEquals(hostsTomlPath("/c/", "docker.io"), "/c/docker.io/hosts.toml");
  assertEquals(hostsTomlPath("/c", "localhost:5000"), "/c/localhost_5000_/hosts.toml");
  assertEquals(hostDirNames("localhost:5000").includes("localhost_5000_"), true);
  assertEquals(hostsTomlPath("/c", "_default"), "/c/_default/hosts.toml");
  assertThrows(() => hostsTomlPath("/c", "../x"), InvalidArgumentError);
});
