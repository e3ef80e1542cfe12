import { assert, assertEquals } from "@std/assert";
import { findExamples } from "../../.ci/ok/examples.ts";
import { containerdBin, containerdDir, HELLO_BIN, ROOT, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { clientOf } from "../harness/daemons.ts";
import { loadBusybox } from "../harness/images.ts";

/** What the documentation takes for granted: an image that a stranger has pulled. */
const IMAGE = "docker.io/library/alpine:3.20";

const PAGES = [
  "README.md",
  ...[...Deno.readDirSync(`${ROOT}/docs`)].map(({ name }) => `docs/${name}`),
]
  .filter((path) => path.endsWith(".md")).sort();

/** Gives the namespaces that the documentation speaks of its image. */
async function addImages(address: string): Promise<void> {
  await using client = clientOf(address);
  for (const name of ["default", "ci"]) {
    const ns = client.namespace(name);
    const { target } = await loadBusybox(ns);
    const { mediaType, digest, size } = target;
    await ns.api.images.create({
      image: { name: IMAGE, target: { mediaType, digest, size: BigInt(size) } },
    });
  }
}

/** Runs a block as a script of the project's own. */
async function runBlock(code: string, dir: string, address: string): Promise<void> {
  const path = `${ROOT}/.cache/docs-${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(path, code);
  try {
    const { code: exitCode, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `--config=${ROOT}/deno.json`, path],
      cwd: dir,
      env: {
        CONTAINERD_ADDRESS: address,
        PATH: `${HELLO_BIN}:${TOOLS_BIN}:${Deno.env.get("PATH")}`,
        NO_COLOR: "1",
      },
      stdin: "null",
      signal: AbortSignal.timeout(60_000),
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(exitCode, 0, `${text(stdout)}\n${text(stderr)}`);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name: "the documentation's blocks that are marked so run as they are",
  ignore: Deno.uid() !== 0,
  async fn(t) {
    const dir = await Deno.makeTempDir({ prefix: "davit-docs-" });
    await using daemon = await startDaemon({
      dir: `${dir}/daemon`,
      containerd: containerdBin("2.1"),
      path: [containerdDir("2.1"), TOOLS_BIN],
      ephemeral: true,
    });
    let count = 0;
    try {
      await addImages(daemon.address);
      for (const page of PAGES) {
        const blocks = findExamples(Deno.readTextFileSync(`${ROOT}/${page}`), false);
        for (const { line, code } of blocks.filter(({ run }) => run)) {
          count++;
          await t.step(`${page}:${line}`, () => runBlock(code, dir, daemon.address));
        }
      }
      assert(count > 0, "some blocks are marked");
    } finally {
      await daemon.stop();
      await Deno.remove(dir, { recursive: true }).catch(() => {/* the daemon may have done it */});
    }
  },
});
