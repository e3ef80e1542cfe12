import { assertEquals, assertThrows } from "@std/assert";
import { Context } from "../core/context.ts";
import { InvalidArgumentError } from "../errors/errors.ts";
import { ImageBuilder } from "./builder.ts";

/** A context that no call must be made with. */
function noContext(): Context {
  return Object.create(Context.prototype) as Context;
}

function builder(): ImageBuilder {
  return ImageBuilder.of(noContext(), "alpine");
}

Deno.test("ImageBuilder.plan() gives every step as data, in order", () => {
  const plan = builder()
    .platform("linux/arm64")
    .workdir("/app").copy({ "a": "1" }, "data", { mode: 0o600, uid: 7 })
    .workdir("sub/").copy("./dist", "..")
    .env({ A: "1" }).user(1000).label({ l: "2" }).entrypoint("sh", "-c").command("true")
    .expose(80, "53/udp").volume("/v", "w").stopSignal("SIGINT")
    .annotation({ x: "y" }).tag("app").tag("ghcr.io/me/app:2").tag("app:latest")
    .plan();
  assertEquals(plan, {
    base: "alpine",
    platforms: [{ os: "linux", architecture: "arm64" }],
    annotations: { x: "y" },
    tags: ["docker.io/library/app:latest", "ghcr.io/me/app:2"],
    steps: [
      { kind: "workdir", path: "/app" },
      { kind: "copy", from: { a: "1" }, to: "/app/data", options: { mode: 0o600, uid: 7 } },
      { kind: "workdir", path: "/app/sub" },
      { kind: "copy", from: "./dist", to: "/app/", options: {} },
      { kind: "env", variables: { A: "1" } },
      { kind: "user", user: "1000" },
      { kind: "label", labels: { l: "2" } },
      { kind: "entrypoint", argv: ["sh", "-c"] },
      { kind: "command", argv: ["true"] },
      { kind: "expose", ports: ["80/tcp", "53/udp"] },
      { kind: "volume", paths: ["/v", "/app/sub/w"] },
      { kind: "stopSignal", signal: "SIGINT" },
    ],
  });
});

Deno.test("ImageBuilder.plan() has commands as they are run, with paths in full", () => {
  const stage = builder().as("tools").run("make", "all");
  const plan = builder().workdir("/src").run({ script: "make", cwd: "sub/", network: "none" })
    .sh`echo ${"it's"} > ${"a b"}`
    .copy("/out", "bin/", { from: stage })
    .add("a.tar.gz", "/").shell("/bin/bash", "-c")
    .healthcheck({ exec: "true", interval: "5s" }).healthcheck(false).plan();
  assertEquals(plan.steps.map((step) => step.kind === "copy" ? step.to : step).slice(1), [
    { kind: "run", run: { script: "make", cwd: "/src/sub", network: "none" } },
    { kind: "run", run: { script: "echo 'it'\\''s' > 'a b'" } },
    "/src/bin/",
    { kind: "add", from: "a.tar.gz", to: "/", options: {} },
    { kind: "shell", argv: ["/bin/bash", "-c"] },
    {
      kind: "healthcheck",
      check: {
        Test: ["CMD-SHELL", "true"],
        Interval: 5e9,
        Timeout: 3e10,
        StartPeriod: 0,
        StartInterval: 5e9,
        Retries: 3,
      },
    },
    { kind: "healthcheck", check: { Test: ["NONE"] } },
  ]);
  assertEquals(builder().from(stage).plan().base, "tools");
  assertEquals(builder().env({ A: "1" }).tag("x").from("scratch").plan(), {
    base: "scratch",
    platforms: [],
    steps: [],
    annotations: {},
    tags: ["docker.io/library/x:latest"],
  });
});

Deno.test("ImageBuilder methods do not change the builder that they are called on", () => {
  const base = builder().env({ A: "1" });
  const left = base.env({ B: "2" }).tag("left");
  const right = base.with((b) => b.user("app").tag("right"));
  assertEquals(base.plan().steps.length, 1);
  assertEquals(base.plan().tags, []);
  assertEquals(left.plan().tags, ["docker.io/library/left:latest"]);
  assertEquals(right.plan().steps.at(-1), { kind: "user", user: "app" });
});

Deno.test("ImageBuilder methods refuse what no image can have", () => {
  const b = builder();
  const cases: [() => unknown, string][] = [
    [() => b.copy("x", ""), "the path is empty"],
    [() => b.copy("", "/x"), "the path is empty"],
    [() => b.copy("x", "../x"), "it leads out of the image"],
    [() => b.copy("x", "/a/../../x"), "it leads out of the image"],
    [() => b.copy("x", "/a\0b"), "it has a NUL in it"],
    [() => b.copy(new Uint8Array(), "/a/"), "it is a folder; name the file too"],
    [() => b.copy(new URL("http://x/y"), "/a"), "only file: URLs"],
    [() => b.copy("x", "/x", { mode: 0o10000 }), "mode 4096"],
    [() => b.copy("x", "/x", { uid: -1 }), "uid -1"],
    [() => b.copy("x", "/x", { gid: 1.5 }), "gid 1.5"],
    [() => b.env({ "A=B": "1" }), "environment variable"],
    [() => b.env({ "": "1" }), "environment variable"],
    [() => b.user("a b"), "Cannot set user"],
    [() => b.user(""), "Cannot set user"],
    [() => b.expose(0), "Cannot expose 0"],
    [() => b.expose("70000"), "a port from 1 to 65535"],
    [() => b.expose("80/icmp"), "Cannot expose"],
    [() => b.stopSignal("kill me"), "Cannot set stop signal"],
    [() => b.run(), "without words"],
    [() => b.run({}), "either argv or script"],
    [() => b.run({ argv: ["a"], script: "b" }), "either argv or script"],
    [() => b.run("a", "b\0"), "it has a NUL"],
    [() => b.run({ script: "x", mounts: [{ cache: "a", to: "b" }] }), "an absolute path"],
    [() => b.run({ script: "x", mounts: [{ secret: "a b" }] }), "Cannot use secret"],
    [() => b.run({ script: "x", env: { "": "b" } }), "environment variable"],
    [() => b.add("https://example.com/x", "/x"), "give its checksum"],
    [() => b.add("https://example.com/x", "/x", { checksum: "md5:1" }), "Cannot parse digest"],
    [() => b.copy("x", "/x", { owner: "a b" }), "for owner"],
    [() => b.shell(), "without words"],
    [() => b.healthcheck({ tcp: 70000 }), "Cannot probe port"],
    [() => b.platform("not/a/platform/at all"), "Cannot parse platform"],
    [() => b.tag("Not A Name"), "Cannot parse image reference"],
    [() => b.tag(`x@sha256:${"0".repeat(64)}`), "its digest is not known yet"],
  ];
  for (const [call, message] of cases) assertThrows(call, InvalidArgumentError, message);
});
