import { assertEquals, assertThrows } from "@std/assert";
import { UnsupportedError } from "../errors/errors.ts";
import {
  DOCKER,
  isConfig,
  isDocker,
  isEncrypted,
  isIndex,
  isKnownConfig,
  isLayer,
  isManifest,
  isNonDistributable,
  isSchema1,
  layerCompression,
  OCI,
  sniffCompression,
} from "./media_types.ts";

Deno.test("media types are told apart", () => {
  const kinds = (type: string) =>
    [isManifest(type), isIndex(type), isConfig(type), isLayer(type), isDocker(type)].map(Number)
      .join("");
  assertEquals(kinds(OCI.manifest), "10000");
  assertEquals(kinds(DOCKER.manifest), "10001");
  assertEquals(kinds(OCI.index), "01000");
  assertEquals(kinds(DOCKER.index), "01001");
  assertEquals(kinds(OCI.config), "00100");
  assertEquals(kinds(DOCKER.config), "00101");
  for (const type of [OCI.layer, OCI.layerGzip, OCI.layerZstd, `${OCI.layerGzip}+encrypted`]) {
    assertEquals(kinds(type), "00010");
  }
  for (const type of [DOCKER.layer, DOCKER.layerGzip, DOCKER.layerZstd, DOCKER.layerForeignGzip]) {
    assertEquals(kinds(type), "00011");
  }
  assertEquals(isLayer("application/vnd.erofs.layer.v1"), true);
  assertEquals(isLayer("application/vnd.docker.image.rootfs.diff.tar.xz"), false);
  assertEquals(isNonDistributable(DOCKER.layerForeign), true);
  assertEquals(isNonDistributable(DOCKER.layer), false);
  assertEquals(isSchema1("application/vnd.docker.distribution.manifest.v1+prettyjws"), true);
  assertEquals(isEncrypted(`${OCI.layer}+encrypted`), true);
  assertEquals(
    isKnownConfig("application/vnd.containerd.container.checkpoint.config.v1+proto"),
    true,
  );
});

Deno.test("layerCompression() reads the suffix", () => {
  assertEquals(layerCompression(OCI.layer), "none");
  assertEquals(layerCompression(OCI.layerGzip), "gzip");
  assertEquals(layerCompression(OCI.layerZstd), "zstd");
  assertEquals(layerCompression(`${OCI.layerZstd}+encrypted`), "zstd");
  assertEquals(layerCompression(`${OCI.layer}+encrypted`), "none");
  assertEquals(layerCompression(DOCKER.layer), "unknown");
  assertEquals(layerCompression(DOCKER.layerGzip), "gzip");
  for (const type of [`${OCI.layer}+bz2`, OCI.config, "", "text/plain"]) {
    assertThrows(() => layerCompression(type), UnsupportedError);
  }
});

Deno.test("sniffCompression() knows the magic numbers", () => {
  assertEquals(sniffCompression(Uint8Array.of(0x1f, 0x8b, 8)), "gzip");
  assertEquals(sniffCompression(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)), "zstd");
  assertEquals(sniffCompression(new Uint8Array()), "none");
});
