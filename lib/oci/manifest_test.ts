import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError, UnsupportedError } from "../errors/errors.ts";
import { parseIndex } from "./index_doc.ts";
import { manifestKind, MAX_MANIFEST_BYTES, parseManifest } from "./manifest.ts";
import { DOCKER, OCI } from "./media_types.ts";

const digest = `sha256:${"a".repeat(64)}`;
const config = { mediaType: OCI.config, digest, size: 2 };
const layer = { mediaType: OCI.layerGzip, digest, size: 10 };
const manifest = { schemaVersion: 2, mediaType: OCI.manifest, config, layers: [layer] };
const index = {
  schemaVersion: 2,
  manifests: [{
    mediaType: OCI.manifest,
    digest,
    size: 3,
    platform: { os: "linux", architecture: "arm64", variant: null, "os.features": ["x"] },
  }],
};
const json = (value: unknown) => JSON.stringify(value);

Deno.test("parseManifest() reads bytes and text, and keeps unknown members", () => {
  assertEquals(parseManifest(json({ ...manifest, annotations: { a: "b" } })).annotations?.a, "b");
  const bytes = new TextEncoder().encode(json({ ...manifest, x: 1, subject: layer }));
  assertEquals(parseManifest(bytes), { ...manifest, x: 1, subject: layer } as never);
});

Deno.test("parseManifest() takes Go's nulls for what they mean", () => {
  const parsed = parseManifest(json({ ...manifest, layers: null, annotations: null }));
  assertEquals(parsed.layers, []);
  assertEquals("annotations" in parsed, false);
});

Deno.test("parseManifest() says where a document is malformed", () => {
  const cases: [unknown, string][] = [
    [[], "must be an object"],
    [{ ...manifest, schemaVersion: 3 }, '"schemaVersion" must be 2'],
    [{ ...manifest, config: undefined }, '"config" must be an object'],
    [{ ...manifest, layers: {} }, '"layers" must be a list'],
    [{ ...manifest, layers: [layer, { ...layer, size: -1 }] }, '"layers[1].size"'],
    [{ ...manifest, layers: [{ ...layer, size: 1.5 }] }, '"layers[0].size"'],
    [{ ...manifest, layers: [{ ...layer, digest: "sha256:0" }] }, '"layers[0].digest"'],
    [{ ...manifest, layers: [{ ...layer, mediaType: "" }] }, '"layers[0].mediaType"'],
    [{ ...manifest, layers: [{ ...layer, urls: [1] }] }, '"layers[0].urls[0]"'],
    [{ ...manifest, annotations: { a: 1 } }, '"annotations.a" must be a string'],
    [{ ...manifest, manifests: [] }, "it is an index"],
    [index, "it is an index"],
    [{ ...manifest, mediaType: DOCKER.index }, "it is an index"],
  ];
  for (const [value, why] of cases) {
    assertThrows(() => parseManifest(json(value)), InvalidArgumentError, why);
  }
  assertThrows(() => parseManifest("{"), InvalidArgumentError, "not JSON");
  assertThrows(() => parseManifest(Uint8Array.of(0xff)), InvalidArgumentError, "not UTF-8");
  const huge = new Uint8Array(MAX_MANIFEST_BYTES + 1);
  assertThrows(() => parseManifest(huge), InvalidArgumentError, "at most 4194304");
});

Deno.test("parseManifest() explains Docker schema 1", () => {
  for (
    const value of [
      { schemaVersion: 1, name: "a", fsLayers: [] },
      { schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws" },
    ]
  ) {
    const error = assertThrows(() => parseManifest(json(value)), UnsupportedError, "schema 1");
    assertEquals(error.found, "a Docker schema 1 manifest");
    assertThrows(() => parseIndex(json(value)), UnsupportedError);
  }
});

Deno.test("parseIndex() reads platforms", () => {
  const [first] = parseIndex(json(index)).manifests;
  assertEquals(first?.platform, { os: "linux", architecture: "arm64", "os.features": ["x"] });
  assertEquals(parseIndex(json({ schemaVersion: 2, manifests: null })).manifests, []);
});

Deno.test("parseIndex() refuses a document that is a manifest too", () => {
  for (const value of [manifest, { ...index, config }, { ...index, layers: [] }]) {
    assertThrows(
      () => parseIndex(json(value)),
      InvalidArgumentError,
      "image manifest and no index",
    );
  }
  const broken = { ...index, manifests: [{ ...index.manifests[0], platform: { os: 1 } }] };
  assertThrows(() => parseIndex(json(broken)), InvalidArgumentError, "manifests[0].platform");
});

Deno.test("manifestKind() goes by the media type", () => {
  assertEquals(manifestKind(OCI.manifest), "manifest");
  assertEquals(manifestKind(DOCKER.index), "index");
  assertThrows(() => manifestKind(OCI.config), InvalidArgumentError);
  assertThrows(
    () => manifestKind("application/vnd.docker.distribution.manifest.v1+json"),
    UnsupportedError,
  );
});
