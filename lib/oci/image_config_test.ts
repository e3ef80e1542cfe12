import { assertEquals, assertThrows } from "@std/assert";
import { InvalidArgumentError } from "../errors/errors.ts";
import { parseImageConfig } from "./image_config.ts";

const digest = `sha256:${"a".repeat(64)}`;
const image = {
  architecture: "amd64",
  os: "linux",
  config: {
    Env: ["A=1"],
    Entrypoint: null,
    Cmd: ["sh"],
    Volumes: null,
    Labels: { a: "b" },
    Healthcheck: { Test: ["CMD", "true"], Interval: 5e9, Retries: 3 },
  },
  rootfs: { type: "layers", diff_ids: [digest] },
  history: [{ created_by: "COPY", empty_layer: true }],
  "moby.buildkit.buildinfo.v1": "kept",
};

Deno.test("parseImageConfig() reads OCI's members and Docker's, drops nulls, keeps the rest", () => {
  const parsed = parseImageConfig(JSON.stringify(image));
  assertEquals(parsed.config, {
    Env: ["A=1"],
    Cmd: ["sh"],
    Labels: { a: "b" },
    Healthcheck: { Test: ["CMD", "true"], Interval: 5e9, Retries: 3 },
  });
  assertEquals(Object.hasOwn(parsed, "moby.buildkit.buildinfo.v1"), true);
  const scratch = { ...image, rootfs: { type: "layers", diff_ids: null } };
  assertEquals(parseImageConfig(JSON.stringify(scratch)).rootfs.diff_ids, []);
});

Deno.test("parseImageConfig() says where it is malformed", () => {
  const cases: [object, string][] = [
    [{ architecture: 1 }, '"architecture"'],
    [{ rootfs: undefined }, '"rootfs" must be an object'],
    [{ rootfs: { type: "tar", diff_ids: [] } }, '"rootfs.type"'],
    [{ rootfs: { type: "layers", diff_ids: ["x"] } }, '"rootfs.diff_ids[0]"'],
    [{ config: { Env: "A=1" } }, '"config.Env" must be a list'],
    [{ config: { Cmd: [1] } }, '"config.Cmd[0]"'],
    [{ config: { Labels: [] } }, '"config.Labels" must be an object'],
    [{ config: { Healthcheck: { Retries: "3" } } }, '"config.Healthcheck.Retries"'],
    [{ config: { ArgsEscaped: 1 } }, '"config.ArgsEscaped"'],
    [{ history: [1] }, '"history[0]"'],
  ];
  for (const [change, why] of cases) {
    const text = JSON.stringify({ ...image, ...change });
    assertThrows(() => parseImageConfig(text), InvalidArgumentError, why);
  }
});
