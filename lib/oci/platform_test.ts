import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import {
  choosePlatform,
  formatPlatform,
  hostPlatform,
  matchesPlatform,
  normalizePlatform,
  parsePlatform,
  platformPreference,
} from "./platform.ts";

const host = { os: "linux", architecture: "amd64" };

Deno.test("parsePlatform() reads specifiers and normalises them", () => {
  const cases: [string, string][] = [
    ["linux/amd64", "linux/amd64"],
    ["Linux/X86_64", "linux/amd64"],
    ["linux/x86-64/v1", "linux/amd64"],
    ["linux/amd64/v3", "linux/amd64/v3"],
    ["linux/aarch64", "linux/arm64"],
    ["linux/arm64/v8", "linux/arm64"],
    ["linux/arm64/9", "linux/arm64/v9"],
    ["linux/arm", "linux/arm/v7"],
    ["linux/armhf", "linux/arm/v7"],
    ["linux/armel", "linux/arm/v6"],
    ["linux/arm/6", "linux/arm/v6"],
    ["linux/i386", "linux/386"],
    ["macos/arm64", "darwin/arm64"],
    ["linux", "linux/amd64"],
    ["arm64", "linux/arm64"],
    ["x86-64", "linux/amd64"],
    ["riscv64", "linux/riscv64"],
  ];
  for (const [text, formatted] of cases) {
    assertEquals(formatPlatform(parsePlatform(text, host)), formatted, text);
  }
  assertEquals(parsePlatform("windows(10.0.17763+win32k)/amd64"), {
    architecture: "amd64",
    os: "windows",
    "os.version": "10.0.17763",
    "os.features": ["win32k"],
  });
});

Deno.test("parsePlatform() refuses what is no platform", () => {
  for (const text of ["", "linux/", "a/b/c/d", "linux/*", "toaster", "linux(%zz)/amd64", "l(a"]) {
    assertThrows(() => parsePlatform(text, host), InvalidArgumentError, "Cannot parse platform");
  }
});

Deno.test("hostPlatform() names this machine in Go's words", () => {
  const { os, architecture } = hostPlatform();
  assertEquals(os, Deno.build.os);
  assertEquals(["amd64", "arm64"].includes(architecture), true);
});

Deno.test("normalizePlatform() sorts features and fills in the system", () => {
  assertEquals(
    normalizePlatform({ os: "", architecture: "AARCH64", "os.features": ["b", "a", "b"] }),
    { os: "linux", architecture: "arm64", "os.features": ["a", "b"] },
  );
});

Deno.test("platformPreference() lists what else a machine runs, best first", () => {
  const order = (text: string) => platformPreference(parsePlatform(text)).map(formatPlatform);
  assertEquals(order("linux/amd64"), ["linux/amd64", "linux/386"]);
  assertEquals(order("linux/amd64/v3"), [
    "linux/amd64/v3",
    "linux/amd64/v2",
    "linux/amd64",
    "linux/386",
  ]);
  assertEquals(order("linux/arm/v7"), ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]);
  assertEquals(order("linux/arm64"), [
    "linux/arm64",
    "linux/arm/v8",
    "linux/arm/v7",
    "linux/arm/v6",
    "linux/arm/v5",
  ]);
  assertEquals(order("linux/arm64/v9.1").slice(0, 4), [
    "linux/arm64/v9.1",
    "linux/arm64/v9",
    "linux/arm64/v8.6",
    "linux/arm64/v8.5",
  ]);
  assertEquals(order("linux/amd64/weird"), ["linux/amd64/weird", "linux/386"]);
  assertEquals(order("linux/s390x"), ["linux/s390x"]);
});

Deno.test("matchesPlatform() is lenient unless strict", () => {
  const p = (text: string) => parsePlatform(text);
  assertEquals(matchesPlatform(p("linux/386"), p("linux/amd64")), true);
  assertEquals(matchesPlatform(p("linux/386"), p("linux/amd64"), { strict: true }), false);
  assertEquals(matchesPlatform(p("linux/arm64/v8"), p("linux/arm64"), { strict: true }), true);
  assertEquals(matchesPlatform(p("linux/arm/v7"), p("linux/arm/v6")), false);
  assertEquals(matchesPlatform(p("windows/amd64"), p("linux/amd64")), false);
  const features = { ...host, "os.features": ["x"] };
  assertEquals(matchesPlatform(features, host), false);
  assertEquals(matchesPlatform(host, features), true);
  const w = (version: string) => p(`windows(${version})/amd64`);
  assertEquals(matchesPlatform(w("10.0.17763.1"), w("10.0.17763.9")), true);
  assertEquals(matchesPlatform(w("10.0.20348.1"), w("10.0.17763.9")), false);
  assertEquals(matchesPlatform(w("10.0.17763+win32k"), w("10.0.17763")), true);
});

Deno.test("choosePlatform() picks the best descriptor", () => {
  const list = ["linux/386", "linux/arm/v6", "linux/arm/v7", "linux/amd64", "windows/amd64"].map(
    (text, index) => ({ index, platform: parsePlatform(text) }),
  );
  const pick = (text: string) => choosePlatform(list, parsePlatform(text))?.platform;
  assertEquals(pick("linux/amd64/v3"), parsePlatform("linux/amd64"));
  assertEquals(pick("linux/arm64"), parsePlatform("linux/arm/v7"));
  assertEquals(pick("linux/s390x"), undefined);
  assertEquals(choosePlatform(list, [parsePlatform("linux/s390x"), host])?.index, 3);
  assertEquals(choosePlatform(list, parsePlatform("linux/arm64"), { strict: true }), undefined);

  const wish = { ...host, "os.features": ["x", "y"] };
  const special = { platform: { ...host, "os.features": ["x"] } };
  assertEquals(choosePlatform([{ platform: host }, special], wish), special);

  // BuildKit's attestations have the platform unknown/unknown and must never be picked.
  const attestation = { platform: { os: "unknown", architecture: "unknown" } };
  const bare = {};
  assertEquals(choosePlatform([attestation], host), undefined);
  assertEquals(choosePlatform([bare, attestation], host), bare);
  assertEquals(choosePlatform([bare, { platform: host }], host), { platform: host });
});
