import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { containerdBin, containerdDir, HELLO_BIN, TOOLS_BIN } from "../../.ci/setup/paths.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { Kernel, type Output } from "./kernel.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;

/** Where a page with what the notebook shows goes, if anywhere: to be looked at. */
const PICTURES = Deno.env.get("DAVIT_TEST_PICTURES");

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
}

Deno.test({
  name: "examples/notebook.ipynb runs in Deno's kernel, and shows tables and charts",
  ignore: Deno.uid() !== 0,
  async fn() {
    const dir = await Deno.makeTempDir({ prefix: "davit-nb-" });
    await using daemon = await startDaemon({
      dir,
      containerd: containerdBin("2.1"),
      path: [containerdDir("2.1"), TOOLS_BIN],
      ephemeral: true,
    });
    const shown = new Map<string, Output[]>();
    {
      await using kernel = await Kernel.start({
        cwd: EXAMPLES,
        env: {
          CONTAINERD_ADDRESS: daemon.address,
          PATH: `${HELLO_BIN}:${TOOLS_BIN}:${Deno.env.get("PATH")}`,
        },
        signal: AbortSignal.timeout(120_000),
      });
      const { cells } = JSON.parse(await Deno.readTextFile(`${EXAMPLES}notebook.ipynb`));
      for (const { source } of (cells as Cell[]).filter((cell) => cell.cell_type === "code")) {
        const code = source.join("");
        const outputs = await kernel.execute(code);
        const wrong = outputs.filter(({ output_type }) => output_type === "error");
        assertEquals(wrong.map(({ evalue }) => evalue), [], code);
        // The formatter puts semicolons into notebooks too.
        shown.set(code.trim().split("\n").at(-1)!.replace(/;$/, ""), outputs);
      }
    }
    await daemon.stop();
    await Deno.remove(dir, { recursive: true }).catch(() => {/* the daemon's end removed it */});

    const last = (line: string): Readonly<Record<string, string>> =>
      shown.get(line)?.at(-1)?.data ?? {};
    const text = (line: string) => last(line)["text/plain"] ?? "";
    const html = (line: string) => last(line)["text/html"] ?? "";
    const svg = (line: string) => last(line)["image/svg+xml"] ?? "";
    if (PICTURES) await Deno.writeTextFile(`${PICTURES}/notebook.html`, pageOf(shown));

    assertMatch(text("davit"), /^client /);
    assertMatch(svg("timeline"), /^<svg [^]*layer[^]*<rect [^]*<\/svg>$/);
    const images = "await ns.images.list()";
    assertMatch(html(images), /<table [^]*NAME[^]*notebook\/busybox:1[^]*1 image/);
    assertMatch(text(images), /^NAME +SIZE[^]*notebook\/busybox:1/);
    assertMatch(html('await ns.images.get("notebook/busybox:1")'), /<b>notebook\/busybox:1<\/b>/);
    const run = [...shown.keys()].find((line) => line.startsWith("await ns.run("))!;
    assertStringIncludes(html(run), "Hello from an image");
    assertMatch(html("web"), /running/);
    const chart = [...shown.keys()].find((line) => line.startsWith("await statsChart("))!;
    assertMatch(svg(chart), /CPU, percent of a core[^]*Memory/);
    assertEquals(text(chart), "10 samples of web");
    assertMatch(html("await ns.containers.list()"), /<table [^]*web[^]*running/);
    assertMatch(html("await web.top()"), /<table [^]*PID/);
    assert(text("await ns.snapshots.tree()").includes("sha256:"));
  },
});

/** What the cells showed, as a page. */
function pageOf(shown: ReadonlyMap<string, readonly Output[]>): string {
  const parts = [...shown].map(([code, outputs]) => {
    const escaped = code.replace(/[&<]/g, (one) => `&#${one.charCodeAt(0)};`);
    const data = outputs.at(-1)?.data ?? {};
    return `<pre style="opacity:.5">${escaped}</pre>${
      data["image/svg+xml"] ?? data["text/html"] ?? data["text/plain"] ?? ""
    }`;
  });
  return `<meta charset="utf-8"><meta name="color-scheme" content="light dark">` +
    `<body style="font:14px system-ui;margin:20px;color-scheme:light dark">${parts.join("")}`;
}
