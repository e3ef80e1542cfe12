import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import type { Descriptor } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import {
  childLabels,
  expireLabel,
  indexLabels,
  manifestLabels,
  snapshotLabel,
  sourceLabel,
  uncompressedLabel,
} from "./gc_labels.ts";
import { DOCKER, OCI } from "./media_types.ts";
import { parseReference } from "./reference.ts";

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const blob = (mediaType: string, letter: string): Descriptor => ({
  mediaType,
  digest: digest(letter),
  size: 1,
});

Deno.test("manifestLabels() names config and layers as containerd does", () => {
  const labels = manifestLabels({
    schemaVersion: 2,
    config: blob(OCI.config, "c"),
    layers: [blob(OCI.layerGzip, "0"), blob(DOCKER.layerGzip, "1")],
  });
  assertEquals(labels, {
    "containerd.io/gc.ref.content.config": digest("c"),
    "containerd.io/gc.ref.content.l.0": digest("0"),
    "containerd.io/gc.ref.content.l.1": digest("1"),
  });
});

Deno.test("indexLabels() names manifests, and only those that are there", () => {
  const index = {
    schemaVersion: 2 as const,
    manifests: [blob(OCI.manifest, "a"), blob(DOCKER.manifest, "b"), blob(OCI.index, "d")],
  };
  assertEquals(indexLabels(index), {
    "containerd.io/gc.ref.content.m.0": digest("a"),
    "containerd.io/gc.ref.content.m.1": digest("b"),
    "containerd.io/gc.ref.content.0": digest("d"),
  });
  assertEquals(indexLabels(index, new Set([digest("b")])), {
    "containerd.io/gc.ref.content.m.0": digest("b"),
  });
});

Deno.test("childLabels() keeps keys apart", () => {
  const referrer = {
    ...blob(OCI.manifest, "a"),
    annotations: { "io.containerd.manifest.subject": digest("b") },
  };
  assertEquals(childLabels([blob(OCI.config, "c"), blob(DOCKER.config, "d"), referrer]), {
    "containerd.io/gc.ref.content.config": digest("c"),
    "containerd.io/gc.ref.content.config1": digest("d"),
    "containerd.io/gc.ref.content.referrer.sha256.aaaaaaaaaaaa": digest("a"),
  });
});

Deno.test("snapshotLabel(), expireLabel() and uncompressedLabel() check what they are given", () => {
  assertEquals(snapshotLabel("overlayfs", digest("a")), {
    "containerd.io/gc.ref.snapshot.overlayfs": digest("a"),
  });
  assertEquals(expireLabel(new Date(0)), { "containerd.io/gc.expire": "1970-01-01T00:00:00.000Z" });
  assertEquals(uncompressedLabel(digest("a")), { "containerd.io/uncompressed": digest("a") });
  assertThrows(() => snapshotLabel("", "x"), InvalidArgumentError);
  assertThrows(() => expireLabel(new Date(NaN)), InvalidArgumentError);
  assertThrows(() => uncompressedLabel("sha256:x"), InvalidArgumentError);
});

Deno.test("sourceLabel() adds a repository to those that are known", () => {
  const reference = parseReference("alpine");
  const key = "containerd.io/distribution.source.docker.io";
  assertEquals(sourceLabel(reference), { [key]: "library/alpine" });
  assertEquals(sourceLabel(reference, { [key]: "library/busybox,a/b,library/alpine" }), {
    [key]: "a/b,library/alpine,library/busybox",
  });
  assertEquals(sourceLabel(parseReference("localhost:5000/x")), {
    "containerd.io/distribution.source.localhost": "x",
  });
  assertEquals(sourceLabel(parseReference("[::1]:5000/x")), {
    "containerd.io/distribution.source.::1": "x",
  });
});
