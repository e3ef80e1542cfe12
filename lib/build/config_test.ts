import { assertEquals } from "@std/assert";
import type { Digest } from "../oci/digest.ts";
import type { ImageConfig } from "../oci/image_config.ts";
import { ConfigState, emptyConfig } from "./config.ts";
import { type BuildStep, makesLayer } from "./plan.ts";

const diffId = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
const AT = new Date(86_400_000);

function base(): ImageConfig {
  return {
    os: "linux",
    architecture: "amd64",
    created: "2020-02-02T02:02:02Z",
    config: { Env: ["PATH=/bin", "A=old"], Cmd: ["sh"], Labels: { z: "1" } },
    rootfs: { type: "layers", diff_ids: [diffId("1")] },
    history: [{ created: "2020-02-02T02:02:02Z", created_by: "ADD rootfs /" }],
  };
}

function applied(config: ImageConfig, ...steps: readonly BuildStep[]): ImageConfig {
  const state = new ConfigState(config, AT);
  for (const step of steps) state.apply(step, makesLayer(step) ? diffId("2") : undefined);
  return state.finish();
}

Deno.test("ConfigState.apply() changes a copy of the configuration and goes on with its history", () => {
  const before = base();
  const after = applied(
    before,
    { kind: "env", variables: { A: "new", B: "it's" } },
    { kind: "copy", from: "/home/me/dist/", to: "/app", options: {} },
    { kind: "label", labels: { a: "2" } },
    { kind: "expose", ports: ["80/tcp"] },
    { kind: "volume", paths: ["/data"] },
    { kind: "workdir", path: "/app" },
    { kind: "user", user: "1:2" },
    { kind: "stopSignal", signal: "SIGINT" },
  );
  assertEquals(before, base());
  assertEquals(after, {
    os: "linux",
    architecture: "amd64",
    created: "1970-01-02T00:00:00Z",
    config: {
      Env: ["PATH=/bin", "A=new", "B=it's"],
      Cmd: ["sh"],
      Labels: { a: "2", z: "1" },
      ExposedPorts: { "80/tcp": {} },
      Volumes: { "/data": {} },
      WorkingDir: "/app",
      User: "1:2",
      StopSignal: "SIGINT",
    },
    rootfs: { type: "layers", diff_ids: [diffId("1"), diffId("2")] },
    history: [
      { created: "2020-02-02T02:02:02Z", created_by: "ADD rootfs /" },
      ...[
        ['ENV A=new B="it\'s"', true],
        ["COPY dist /app", false],
        ["LABEL a=2", true],
        ["EXPOSE 80/tcp", true],
        ['VOLUME ["/data"]', true],
        ["WORKDIR /app", true],
        ["USER 1:2", true],
        ["STOPSIGNAL SIGINT", true],
      ].map(([line, empty]) => ({
        created: "1970-01-02T00:00:00Z",
        created_by: String(line),
        ...(empty ? { empty_layer: true } : {}),
      })),
    ],
  });
  assertEquals(Object.keys(after.config!.Labels!), ["a", "z"]);
});

Deno.test("ConfigState.apply() drops the base's command with a new entry point, not the builder's", () => {
  const commandOf = (...steps: readonly BuildStep[]) => applied(base(), ...steps).config?.Cmd;
  const entrypoint = { kind: "entrypoint", argv: ["e"] } as const;
  const command = { kind: "command", argv: ["c"] } as const;
  assertEquals(commandOf(entrypoint), undefined);
  assertEquals(commandOf(entrypoint, command), ["c"]);
  assertEquals(commandOf(command, entrypoint), ["c"]);
});

Deno.test("ConfigState fills in history that the base lacks, and drops its triggers", () => {
  const { history: _, ...bare } = base();
  const { history } = applied(bare, { kind: "user", user: "a" });
  assertEquals(history?.map(({ empty_layer: empty }) => empty ?? false), [false, true]);
  const scratch = applied(emptyConfig({ os: "linux", architecture: "amd64" }));
  assertEquals(scratch.history, []);
  const triggers = { ...base(), config: { OnBuild: ["RUN a"] } };
  assertEquals(applied(triggers).config, {});
  assertEquals(applied(triggers, { kind: "onbuild", instruction: "RUN b" }).config, {
    OnBuild: ["RUN b"],
  });
});
