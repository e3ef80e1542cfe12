import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { formatHostsToml, type HostsFile, parseHostsToml, parseHostUrl } from "./hosts_file.ts";

const FULL = `
server = "https://registry.example"
ca = "ca.pem"
future = 1

[host."https://z.example"]
capabilities = ["pull", "Resolve"]
ca = ["/a.pem", "b.pem"]
client = [["a.cert", "a.key"], ["b.cert", ""]]
skip_verify = true
override_path = true
dial_timeout = "1m30s"
  [host."https://z.example".header]
  x-one = "1"
  x-two = ["2", "3"]

[host."a.example:5000"]
client = "both.pem"

[host."http://m.example"]
client = ["one.pem", "two.pem"]
`;

const PARSED: HostsFile = {
  server: "https://registry.example",
  ca: ["ca.pem"],
  other: { future: 1 },
  hosts: [
    {
      url: "https://z.example",
      capabilities: ["pull", "resolve"],
      ca: ["/a.pem", "b.pem"],
      client: [{ cert: "a.cert", key: "a.key" }, { cert: "b.cert" }],
      skipVerify: true,
      overridePath: true,
      dialTimeout: "1m30s",
      header: { "x-one": ["1"], "x-two": ["2", "3"] },
    },
    { url: "a.example:5000", client: [{ cert: "both.pem" }] },
    { url: "http://m.example", client: [{ cert: "one.pem" }, { cert: "two.pem" }] },
  ],
};

Deno.test("parseHostsToml() reads all that containerd knows, hosts in the file's order", () => {
  assertEquals(parseHostsToml(FULL), PARSED);
  assertEquals(parseHostsToml(""), { hosts: [] });
  assertEquals(parseHostsToml("capabilities = []"), { hosts: [] });
});

Deno.test("parseHostsToml() keeps the order of mirrors when a header table comes first", () => {
  const { hosts } = parseHostsToml(
    '[host."https://b".header]\nx = "1"\n[host."https://a"]',
  );
  assertEquals(hosts.map(({ url }) => url), ["https://b", "https://a"]);
});

Deno.test("parseHostsToml() names the key whose value is wrong", () => {
  for (
    const [text, words] of [
      ["server = 1", "server must be a string"],
      ["server = 'ftp://x'", "must begin with https://"],
      ["server = 'https://somebody@x.example'", "has a user in it"],
      ["host = 1", "host must be a table"],
      ["[host]\nx = 1", 'host."x" must be a table'],
      ["capabilities = ['pull', 'fly']", 'capabilities has "fly"; known are pull'],
      ["capabilities = 'pull'", "capabilities must be a list of strings"],
      ["ca = 1", "ca must be a string or a list of strings"],
      ["client = [['a', 'b', 'c']]", "client must be a file name"],
      ["skip_verify = 'yes'", "skip_verify must be true or false"],
      ["override_path = 0", "override_path must be true or false"],
      ["dial_timeout = '3'", 'dial_timeout must be a duration such as "3s"'],
      ["[header]\nx = 1", "header.x must be a string or a list of strings"],
      ["[header]\n'a b' = 'x'", "header.a b is no valid HTTP header"],
      ['[host."https://x"]\nca = 5', 'host."https://x".ca must be'],
      ["server = ", "it is not TOML"],
    ] as const
  ) {
    const error = assertThrows(() => parseHostsToml(text, "/x/hosts.toml"), InvalidArgumentError);
    assertEquals(error.message.startsWith('Cannot read "/x/hosts.toml": '), true, error.message);
    assertEquals(error.message.includes(words), true, `${text}: ${error.message}`);
  }
});

Deno.test("formatHostsToml() writes what parseHostsToml() reads", () => {
  assertEquals(parseHostsToml(formatHostsToml(PARSED)), {
    ...PARSED,
    hosts: PARSED.hosts.map((host) =>
      host.url === "https://z.example"
        // A list of pairs has no place for a single name: the file is named twice.
        ? {
          ...host,
          client: [{ cert: "a.cert", key: "a.key" }, { cert: "b.cert", key: "b.cert" }],
        }
        : host
    ),
  });
  const twice = { hosts: [{ url: "https://x" }, { url: "https://x" }] };
  assertThrows(() => formatHostsToml(twice), InvalidArgumentError, "is in it twice");
});

Deno.test("parseHostUrl() adds what is missing", () => {
  const cases: Array<[string, boolean, string]> = [
    ["x.example", false, "https x.example /v2"],
    ["x.example:443", false, "https x.example:443 /v2"],
    ["http://X.example/", false, "http x.example /v2"],
    ["https://x/v2", false, "https x /v2"],
    ["https://x/v2/", false, "https x /v2"],
    ["https://x//a/b/", false, "https x /a/b/v2"],
    ["https://x/a", true, "https x /a"],
    ["https://x", true, "https x "],
    ["https://[::1]:5000", false, "https [::1]:5000 /v2"],
  ];
  for (const [text, overridePath, expected] of cases) {
    const { scheme, host, path } = parseHostUrl(text, overridePath, "f");
    assertEquals(`${scheme} ${host} ${path}`, expected);
  }
  for (const text of ["https://", "https://x?y", "https://x#y", "https://x y"]) {
    assertThrows(() => parseHostUrl(text, false, "f"), InvalidArgumentError);
  }
});
