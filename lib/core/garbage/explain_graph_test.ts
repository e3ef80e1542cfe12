import { assertEquals } from "@std/assert";
import { Graph, type GraphRecord, keyOf, type Resource } from "./explain_graph.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const image = (name: string): Resource => ({ kind: "image", name });
const blob = (name: string): Resource => ({ kind: "content", name });
const layer = (name: string): Resource => ({ kind: "snapshot", name, snapshotter: "overlayfs" });
const lease = (name: string): Resource => ({ kind: "lease", name });

function record(
  resource: Resource,
  labels: Record<string, string> = {},
  ...refers: Resource[]
): GraphRecord {
  return { resource, labels, refers: refers.map((to) => ({ to, via: "field" })) };
}

function alive(...records: GraphRecord[]): string[] {
  const graph = new Graph(records, NOW);
  return [...graph.reachable(graph.roots.keys())].sort();
}

Deno.test("Graph follows labels of content and snapshots, as containerd spells them", () => {
  const labels = {
    "containerd.io/gc.ref.content": "a",
    "containerd.io/gc.ref.content.l.0": "b",
    "containerd.io/gc.ref.content/x": "c",
    "containerd.io/gc.ref.contents": "not this",
    "containerd.io/gc.ref.snapshot.overlayfs": "d",
    "containerd.io/gc.ref.snapshot.overlayfs/more": "e",
    "containerd.io/gc.ref.snapshot": "no snapshotter",
  };
  const names = ["a", "b", "c", "not this"].map((name) => record(blob(name)));
  const layers = ["d", "e", "no snapshotter"].map((name) => record(layer(name)));
  assertEquals(
    alive(record(image("i"), {}, blob("m")), record(blob("m"), labels), ...names, ...layers),
    [
      "content a",
      "content b",
      "content c",
      "content m",
      "image i",
      "snapshot overlayfs/d",
      "snapshot overlayfs/e",
    ],
  );
});

Deno.test("Graph knows roots by label, and what expires when", () => {
  const past = { "containerd.io/gc.expire": "2025-12-31T00:00:00Z" };
  const future = { "containerd.io/gc.expire": "2026-01-02T00:00:00Z" };
  assertEquals(
    alive(
      record(image("old"), past),
      record(image("young"), future),
      record(lease("old"), past),
      record(lease("young"), future),
      record(blob("root"), { "containerd.io/gc.root": "" }),
      record(blob("old"), past),
      record(blob("young"), future),
      record(blob("none")),
    ),
    ["content root", "content young", "image young", "lease young"],
  );
});

Deno.test("Graph ends at what a flat lease has, unless something else goes on", () => {
  const flat = { "containerd.io/gc.flat": "" };
  const parts = [
    record(blob("m"), { "containerd.io/gc.ref.content.l.0": "l" }),
    record(blob("l")),
  ];
  assertEquals(alive(record(lease("f"), flat, blob("m")), ...parts), ["content m", "lease f"]);
  assertEquals(
    alive(record(lease("f"), flat, blob("m")), record(lease("g"), {}, blob("m")), ...parts),
    ["content l", "content m", "lease f", "lease g"],
  );
  const graph = new Graph([record(lease("f"), flat, blob("m")), ...parts], NOW);
  assertEquals([...graph.pathsTo("content l").keys()], []);
  assertEquals([...graph.pathsTo("content m").keys()], ["lease f"]);
});

Deno.test("Graph turns back-references around, and ends in circles", () => {
  assertEquals(
    alive(
      record(image("i"), {}, blob("m")),
      record(blob("m")),
      record(blob("referrer"), { "containerd.io/gc.bref.content.x": "m" }),
    ),
    ["content m", "content referrer", "image i"],
  );
  const circle = [
    record(blob("a"), { "containerd.io/gc.ref.content.0": "b" }),
    record(blob("b"), { "containerd.io/gc.ref.content.0": "a" }),
  ];
  assertEquals(alive(...circle), []);
  assertEquals(alive(record(image("i"), {}, blob("a")), ...circle).length, 3);
});

Deno.test("pathsTo() gives the shortest way from each root", () => {
  const graph = new Graph([
    record(image("i"), {}, blob("index")),
    record(blob("index"), { "containerd.io/gc.ref.content.m.0": "m" }),
    record(blob("m"), { "containerd.io/gc.ref.content.config": "c" }),
    record(blob("c"), { "containerd.io/gc.ref.snapshot.overlayfs": "s" }),
    record(layer("s")),
    record({ kind: "container", name: "web" }, {}, layer("top")),
    record(layer("top"), {}, layer("s")),
  ], NOW);
  const ways = graph.pathsTo(keyOf(layer("s")));
  assertEquals(
    [...ways].map(([root, edges]) => [root, edges.map(({ via, to }) => `${via} → ${to}`)]),
    [
      ["container web", ["field → snapshot overlayfs/top", "field → snapshot overlayfs/s"]],
      ["image i", [
        "field → content index",
        "containerd.io/gc.ref.content.m.0 → content m",
        "containerd.io/gc.ref.content.config → content c",
        "containerd.io/gc.ref.snapshot.overlayfs → snapshot overlayfs/s",
      ]],
    ],
  );
});
