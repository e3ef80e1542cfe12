import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DEBIAN_IMAGE, toolPath } from "../../.ci/setup/paths.ts";
import type { DockerfileOptions } from "../../lib/build/dockerfile/build.ts";
import { InvalidArgumentError, UnsupportedError } from "../../lib/errors/errors.ts";
import { BuildError } from "../../lib/errors/image_errors.ts";
import type { DaemonTestEnv } from "../harness/daemons.ts";
import { gzip, makeTar } from "../harness/archives.ts";
import { buildTest, runIn, withFolder } from "./support.ts";

const FILES = new URL("dockerfiles/", import.meta.url).pathname;

/** A Dockerfile, and what its image prints. */
interface Sample {
  readonly options?: Partial<DockerfileOptions>;
  readonly prints: string;
  readonly config?: Record<string, unknown>;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  web: {
    prints: "www\n<h1>hello</h1>\n",
    config: {
      User: "www",
      ExposedPorts: { "8080/tcp": {} },
      StopSignal: "SIGINT",
      WorkingDir: "/srv/www",
      Healthcheck: {
        Test: ["CMD-SHELL", "test -r /srv/www/index.html || exit 1"],
        Interval: 30e9,
        Timeout: 90e9,
        Retries: 2,
      },
    },
  },
  stages: { prints: "ONE\nTWO\nmanual of /opt/app\n5:60\n" },
  package: { prints: "installed\n" },
  heredoc: {
    options: { args: { NAME: "moon" } },
    prints: "greeting = hello moon\nprice = $5\nliteral $NAME\n" +
      "made by a script for moon\nexpanded moon\nmade by perl\nnot expanded $NAME\n" +
      "/opt/files/one.sh says yes\n",
  },
  args: {
    options: { args: { SUFFIX: "rc", VERSION: "2.5.1" }, target: "app" },
    prints: "2.5.1|a b c|two words/2|$literal|rc 2.5.1 ARCH|/a/b/two words\n",
    config: { Labels: { version: "2.5.1", "with space": "two words/2" }, User: "1000:100" },
  },
  onbuild: { options: { args: { MODE: "prod" } }, prints: "prod\nDockerfile\nfiles.txt\nmode\n" },
  shell: { prints: "pipefail=on default\n" },
  archive: {
    prints: "tool\nplain\n7:8 644\nrootfs.tar.gz\n",
    config: { Volumes: { "/data": {}, "/more": {}, "/var/lib/data": {} } },
  },
  mounts: {
    options: { secrets: { token: "12345", key: "abc" } },
    prints: "5\n3\nfrom-stage\nfrom-context\n1\n0\n",
  },
  scratch: {
    prints: "README.md\n",
    config: { ExposedPorts: { "53/udp": {}, "80-81/tcp": {} } },
  },
};

/** What the samples need that is not kept with them. */
async function complete(dir: string): Promise<void> {
  for (const { name } of Deno.readDirSync(FILES)) {
    await new Deno.Command("cp", { args: ["-r", `${FILES}${name}`, dir] }).output();
  }
  await Deno.copyFile(toolPath("busybox"), `${dir}/scratch/busybox`);
  const tar = await makeTar({
    "pkg/bin/tool": "tool\n",
    "pkg/bin/link": { type: "symlink", linkname: "tool" },
  });
  await Deno.writeFile(`${dir}/archive/rootfs.tar.gz`, await gzip(tar));
  await Deno.mkdir(`${dir}/package/debs`);
  await makePackage(`${dir}/package`);
}

/** A Debian package with a static busybox, made by dpkg-deb. */
async function makePackage(dir: string): Promise<void> {
  await Deno.mkdir(`${dir}/tree/DEBIAN`, { recursive: true });
  await Deno.mkdir(`${dir}/tree/usr/bin`, { recursive: true });
  await Deno.copyFile(toolPath("busybox"), `${dir}/tree/usr/bin/busybox`);
  await Deno.chmod(`${dir}/tree/usr/bin/busybox`, 0o755);
  const fields = "Package: busybox-test\nVersion: 1.0-1\nArchitecture: all\n" +
    "Maintainer: Davit <davit@example.com>\nDescription: a test\n";
  await Deno.writeTextFile(`${dir}/tree/DEBIAN/control`, fields);
  const made = await new Deno.Command("dpkg-deb", {
    args: ["--build", "--root-owner-group", "-Zgzip", `${dir}/tree`, `${dir}/debs/test.deb`],
  }).output();
  assertEquals(made.code, 0, new TextDecoder().decode(made.stderr));
  await Deno.remove(`${dir}/tree`, { recursive: true });
}

async function importDebian(t: DaemonTestEnv): Promise<void> {
  await t.ns.images.import(DEBIAN_IMAGE, { name: "debian:bookworm" });
}

buildTest(
  "Namespace.buildDockerfile() builds ten Dockerfiles like those of real projects",
  async (t) => {
    await importDebian(t);
    await withFolder(async (dir) => {
      await complete(dir);
      for (const [name, { options, prints, config = {} }] of Object.entries(SAMPLES)) {
        const all = { compression: "none", ...options, tags: name } as const;
        const image = await t.ns.buildDockerfile(`${dir}/${name}`, all);
        const resolved = await image.resolve();
        const expected = prints.replace("ARCH", resolved.config.architecture);
        assertEquals(await runIn(t, image), expected, name);
        const found = resolved.config.config as Record<string, unknown>;
        for (const [key, value] of Object.entries(config)) assertEquals(found[key], value, name);
        // Again, from another folder and with nothing but the cache.
        const { checked } = await t.ns.planDockerfile(`${dir}/${name}`, all);
        assertEquals(checked.filter(({ state }) => state === "run"), [], name);
      }
      await t.ns.pruneBuilds();
    });
  },
  { versions: ["2.1"], timeoutMs: 300_000 },
);

buildTest("Namespace.buildDockerfile() says on which line something is wrong", async (t) => {
  await t.image();
  await withFolder(async (dir) => {
    const base = "FROM davit.test/busybox:latest AS first\n";
    const build = (text: string) =>
      t.ns.buildDockerfile(dir, { tags: "x", file: { text: base + text }, pull: "never" });
    const wrong: [text: string, why: string][] = [
      ["RUN --mount=type=ssh true", "Dockerfile:2: --mount=type=ssh is not supported"],
      [
        "\n\nRUN --security=insecure true",
        "Dockerfile:4: RUN --security=insecure is not supported",
      ],
      ["COPY --parents a /", "Dockerfile:2: COPY --parents is not supported"],
      ["COPY --chmod=u+x a /", "Dockerfile:2: --chmod=u+x is not supported"],
      ["ADD https://example.com/x /", "Dockerfile:2: ADD https://example.com/x needs --checksum"],
      ["ADD git@example.com:x.git /", "Dockerfile:2: ADD of a git repository"],
      ["ENV A", 'Dockerfile:2: "A" needs a value'],
      ['ENV A="${B:?must be set}"', "Dockerfile:2: B: must be set"],
      ["COPY a b /c", 'Dockerfile:2: end /c with "/"'],
      ["COPY ../a /../b", "Dockerfile:2: cannot copy to"],
      ["SHELL sh", "Dockerfile:2: SHELL takes"],
      ["EXPOSE 70000", "Dockerfile:2: EXPOSE 70000"],
      ["HEALTHCHECK --interval=5 CMD x", 'Dockerfile:2: cannot use "5" as interval'],
      ["COPY --from=later a /\nFROM scratch AS later\nFROM first", "does not come before"],
    ];
    for (const [text, why] of wrong) {
      await assertRejects(() => build(text), InvalidArgumentError, why, text);
    }
    const error = await assertRejects(() => build("RUN true\nRUN echo oh; exit 9"), BuildError);
    assertEquals([error.origin, error.exitCode], [{ file: "Dockerfile", line: 3 }, 9]);
    assertStringIncludes(error.message, "Dockerfile:3: ");
    await t.ns.pruneBuilds();
    const path = Deno.env.get("PATH");
    try {
      Deno.env.set("PATH", "/nowhere");
      await Deno.writeTextFile(`${dir}/Dockerfile`, base);
      await assertRejects(
        () => t.ns.buildDockerfile(dir, { tags: "x", with: "buildctl" }),
        UnsupportedError,
        "there is none on PATH",
      );
    } finally {
      Deno.env.set("PATH", path!);
    }
  });
}, { versions: ["2.1"] });
