import { assertEquals } from "@std/assert";
import type { SnapshotInfo, SnapshotKind } from "./snapshot.ts";
import { SnapshotTree } from "./tree.ts";

function info(key: string, parent?: string, age = 0, kind: SnapshotKind = "committed") {
  return { key, parent, kind, labels: {}, createdAt: new Date(age), updatedAt: undefined };
}

Deno.test("SnapshotTree draws what is built on what, the oldest first", () => {
  const digest = `sha256:${"0123456789ab".padEnd(64, "0")}`;
  const list: SnapshotInfo[] = [
    info("b", digest, 3),
    info("work", "b", 5, "active"),
    info("look", "b", 4, "view"),
    info(digest, undefined, 1),
    info("a", digest, 2),
    info("other", undefined, 9),
    info("leaf", "a", 9),
  ];
  assertEquals(
    String(new SnapshotTree(list)),
    `sha256:0123456789ab
├─ a
│  └─ leaf
└─ b
   ├─ look  (view)
   └─ work  (active)
other`,
  );
  assertEquals(String(new SnapshotTree([])), "");
});

Deno.test("SnapshotTree keeps a snapshot whose parent went while they were listed", () => {
  const tree = new SnapshotTree([info("child", "gone")]);
  assertEquals(tree.roots.map((node) => node.info.key), ["child"]);
});
