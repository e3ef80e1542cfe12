import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  compareReferences,
  imageName,
  parseReference,
  Reference,
  tryParseReference,
} from "./reference.ts";

const hex = "0123456789abcdef".repeat(4);
const digest = `sha256:${hex}` as const;

// From the distribution grammar and its normalisation rules: input, canonical, familiar.
const valid: [string, string, string][] = [
  ["alpine", "docker.io/library/alpine:latest", "alpine:latest"],
  ["alpine:3.20", "docker.io/library/alpine:3.20", "alpine:3.20"],
  ["docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
  ["index.docker.io/alpine", "docker.io/library/alpine:latest", "alpine:latest"],
  ["index.docker.io/library/alpine:1", "docker.io/library/alpine:1", "alpine:1"],
  ["user/app", "docker.io/user/app:latest", "user/app:latest"],
  ["library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"],
  ["localhost/app", "localhost/app:latest", "localhost/app:latest"],
  ["localhost:5000/app:1", "localhost:5000/app:1", "localhost:5000/app:1"],
  ["localhost:5000", "docker.io/library/localhost:5000", "localhost:5000"],
  [
    "ghcr.io/a/b__c/d-e--f.g:v1_2.3-x",
    "ghcr.io/a/b__c/d-e--f.g:v1_2.3-x",
    "ghcr.io/a/b__c/d-e--f.g:v1_2.3-x",
  ],
  [
    "Registry.Example.com:443/a",
    "Registry.Example.com:443/a:latest",
    "Registry.Example.com:443/a:latest",
  ],
  ["HOST/a", "HOST/a:latest", "HOST/a:latest"],
  ["[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest"],
  ["[2001:db8::1]/a:1", "[2001:db8::1]/a:1", "[2001:db8::1]/a:1"],
  ["127.0.0.1/a", "127.0.0.1/a:latest", "127.0.0.1/a:latest"],
  [`alpine@${digest}`, `docker.io/library/alpine@${digest}`, `alpine@${digest}`],
  [`alpine:3@${digest}`, `docker.io/library/alpine:3@${digest}`, `alpine:3@${digest}`],
  [
    "xn--n3h.com/myimage:xn--n3h.com",
    "xn--n3h.com/myimage:xn--n3h.com",
    "xn--n3h.com/myimage:xn--n3h.com",
  ],
  [`a:${"t".repeat(128)}`, `docker.io/library/a:${"t".repeat(128)}`, `a:${"t".repeat(128)}`],
];

Deno.test("parseReference() normalises as the distribution grammar says", () => {
  for (const [text, canonical, familiar] of valid) {
    const reference = parseReference(text);
    assertEquals(reference.toString(), canonical);
    assertEquals(reference.familiar, familiar);
    assertEquals(parseReference(canonical).toString(), canonical, "the canonical form is stable");
    assertEquals(parseReference(familiar).toString(), canonical, "so is the way back");
  }
});

Deno.test("parseReference() refuses what the grammar does not allow, and says why", () => {
  const invalid: [string, string][] = [
    ["", "it is empty"],
    ["Alpine", 'lower case; try "library/alpine"'],
    ["ghcr.io/A/b", "lower case"],
    ["a b", "white space"],
    ["https://ghcr.io/a/b", "it is a URL"],
    ["ghcr.io//b", "empty part"],
    ["ghcr.io/", "empty part"],
    ["-a", '"-a" may have'],
    ["a_.b", "may have"],
    ["a___b", "may have"],
    ["a:", 'the tag ""'],
    ["a:.b", "the tag"],
    [`a:${"t".repeat(129)}`, "the tag"],
    ["a@sha256:abc", "sha256 has 64 hex digits, not 3"],
    [`a@sha256:${hex.toUpperCase()}`, "0-9 and a-f"],
    ["a@md5:abc", '"md5" is unknown'],
    [hex, "bare image id"],
    [digest, "without a name"],
    ["my_host.io/a", "no registry host"],
    ["[::1%eth0]/a", "no registry host"],
    ["host:port/a", "no registry host"],
    [`ghcr.io/${"a".repeat(256)}`, "256 characters"],
    ["ünicode", "may have"],
  ];
  for (const [text, why] of invalid) {
    assertThrows(() => parseReference(text), InvalidArgumentError, why);
    assertEquals(tryParseReference(text), undefined);
  }
});

Deno.test("parseReference() leaves out the tag when asked to", () => {
  assertEquals(parseReference("a", { defaultTag: null }).toString(), "docker.io/library/a");
  assertEquals(parseReference("a", { defaultTag: "edge" }).tag, "edge");
});

Deno.test("Reference is valid by construction and changes by copies", () => {
  const base = parseReference(`ghcr.io/a/b:1@${digest}`);
  assertEquals(base.name, "ghcr.io/a/b");
  assertEquals(base.withTag("2").toString(), "ghcr.io/a/b:2");
  assertEquals(base.withTag("2").withDigest(digest).toString(), `ghcr.io/a/b:2@${digest}`);
  assertEquals(JSON.stringify({ base }), `{"base":"ghcr.io/a/b:1@${digest}"}`);
  assertThrows(() => base.withTag("a b"), InvalidArgumentError);
  assertThrows(() => new Reference({ domain: "a/b", path: "c" }), InvalidArgumentError);
  assertThrows(() => new Reference({ domain: "a", path: "" }), InvalidArgumentError);
});

Deno.test("compareReferences() orders by name, tag and digest", () => {
  const sorted = ["b:1", `a:1@${digest}`, "a:1", "a:02", "a"].map((t) =>
    parseReference(t, { defaultTag: null })
  ).sort(compareReferences).map((r) => r.familiar);
  assertEquals(sorted, ["a", "a:02", "a:1", `a:1@${digest}`, "b:1"]);
});

Deno.test("imageName() keeps names that are no references", () => {
  assertEquals(imageName("alpine"), "docker.io/library/alpine:latest");
  assertEquals(imageName("import-2024-01-01@weird"), "import-2024-01-01@weird");
  assertThrows(() => imageName(""), InvalidArgumentError);
});
