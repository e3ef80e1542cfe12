import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { History } from "../../oci/image_config.ts";
import { renderCard } from "../card.ts";
import { cardHtml } from "../html.ts";
import { PLAIN } from "../ink.ts";
import { textWidth } from "../width.ts";
import { layerTree, madeBy } from "./image.ts";

const digest = (index: number) =>
  `sha256:${index.toString(16).padStart(4, "0")}${"a".repeat(60)}` as const;

function imageOf(sizes: readonly number[], history: History[]) {
  const layers = sizes.map((size, index) => ({
    ...{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digest(index), size },
  }));
  const diff_ids = layers.map(({ digest }) => digest);
  return {
    config: {
      ...{ os: "linux", architecture: "amd64", history },
      rootfs: { type: "layers" as const, diff_ids },
    },
    manifest: { schemaVersion: 2 as const, config: layers[0]!, layers },
  };
}

const STEPS: History[] = [
  { created_by: "/bin/sh -c #(nop) ADD file:abc in / " },
  { created_by: '/bin/sh -c #(nop)  CMD ["sh"]', empty_layer: true },
  { created_by: "RUN /bin/sh -c apk add \t nodejs # buildkit" },
];

Deno.test("layerTree() shows each layer with its size and what made it, from the base on", () => {
  const { rows } = layerTree(imageOf([512, 3_400_000, 7], STEPS));
  assertEquals(rows, [
    ["├─ 0000aaaaaaaa", "   512 B", ""],
    ["├─ 0001aaaaaaaa", "3.24 MiB", "ADD file:abc in /"],
    ["└─ 0002aaaaaaaa", "     7 B", "RUN apk add nodejs"],
  ]);
  assertEquals(layerTree(imageOf([], STEPS)).rows, []);
});

Deno.test("layerTree() leaves out the middle of many layers", () => {
  const { rows } = layerTree(imageOf(Array(100).fill(1), []));
  assertEquals(rows.length, 25);
  assertEquals(rows[12], ["│", "", "… 76 more layers"]);
  assertEquals([rows[11]![0], rows[13]![0]], ["├─ 000baaaaaaaa", "├─ 0058aaaaaaaa"]);
  assertEquals(layerTree(imageOf(Array(25).fill(1), [])).rows.length, 25);
});

Deno.test("layers of a card are a line each, whatever the terminal's width", () => {
  const long = [{ created_by: `COPY ${"x".repeat(300)} \u001b[31m\nhere` }, ...STEPS.slice(1)];
  const layers = layerTree(imageOf([1, 2, 3], [STEPS[0]!, ...long]));
  const card = { kind: "image", title: "a", facts: [["layers", layers]] as const };
  for (const width of [24, 40, 80, 200]) {
    const lines = renderCard(card, { width, ink: PLAIN }).split("\n");
    assertEquals(lines.length, 4, `${width} columns`);
    for (const line of lines) assert(textWidth(line) <= width, `${width} columns: ${line}`);
    assert(!lines.join("").includes("\x1b"));
  }
  const html = cardHtml(card);
  assertStringIncludes(html, "└─ 0002aaaaaaaa</td>");
  assertEquals(html.match(/<tr>/g)?.length, 4);
});

Deno.test("madeBy() tells commands without what builders put around them", () => {
  const cases: Record<string, string> = {
    "/bin/sh -c apt-get update": "RUN apt-get update",
    "RUN |2 A=1 B=2 /bin/sh -c make # buildkit": "RUN make",
    "|1 A=1 /bin/sh -c make": "RUN make",
    "COPY /a /b # buildkit": "COPY /a /b",
    "bazel build": "bazel build",
    "": "",
  };
  for (const [command, told] of Object.entries(cases)) assertEquals(madeBy(command), told);
});
