import { assertEquals, assertThrows } from "@std/assert";
import { PathProblem } from "./errors.ts";
import type { FileKind } from "../../host/root.ts";
import type { LayerIndex, LayerItem } from "./layer_index.ts";
import { joinPath, splitPath } from "./path.ts";
import { FileTree } from "./tree.ts";

let offset = 0;

function item(path: string, kind: FileKind, more: { linkTo?: string; hard?: string } = {}) {
  const { linkTo, hard } = more;
  const attributes = { kind, size: 0, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), linkTo };
  return {
    names: splitPath(path),
    hardLink: hard === undefined ? undefined : splitPath(hard),
    attributes,
    data: { digest: "", plain: true, offset: offset++, segments: undefined },
  } satisfies LayerItem;
}

const dir = (path: string) => item(path, "directory");
const file = (path: string) => item(path, "file");
const link = (path: string, linkTo: string) => item(path, "symlink", { linkTo });
const hard = (path: string, target: string) => item(path, "file", { hard: target });
const layer = (...items: LayerItem[]): LayerIndex => ({ items, digest: "" });

function paths(tree: FileTree): string {
  const from = { node: tree.root, names: [] };
  return [...tree.walk(from)].map(({ names }) => joinPath(names)).join(" ");
}

Deno.test("FileTree.of() obeys whiteouts and opaque folders", () => {
  const base = layer(dir("a"), file("a/x"), file("a/y"), dir("b"), file("b/z"), file("c"));
  const of = (...items: LayerItem[]) => paths(FileTree.of([base, layer(...items)]));
  assertEquals(of(), "/ /a /a/x /a/y /b /b/z /c");
  assertEquals(of(file("a/.wh.x"), file(".wh.b")), "/ /a /a/y /c");
  // Wherever it stands, a deletion is of what is below.
  assertEquals(of(file("a/new"), file("a/.wh..wh..opq")), "/ /a /a/new /b /b/z /c");
  assertEquals(of(file(".wh.a"), dir("a"), file("a/n")), "/ /a /a/n /b /b/z /c");
  assertEquals(of(file("a")), "/ /a /b /b/z /c");
  assertEquals(of(file("c/d")), "/ /a /a/x /a/y /b /b/z /c /c/d");
});

Deno.test("FileTree.of() puts a folder in the place of a lower layer's link, and follows its own", () => {
  const base = layer(dir("usr"), dir("usr/bin"), link("bin", "usr/bin"));
  assertEquals(paths(FileTree.of([base, layer(file("bin/t"))])), "/ /bin /bin/t /usr /usr/bin");
  assertEquals(
    paths(FileTree.of([layer(link("bin", "/usr/bin"), file("bin/t"))])),
    "/ /bin /usr /usr/bin /usr/bin/t",
  );
  // Links that lead in circles, and out.
  assertEquals(paths(FileTree.of([layer(link("l", "l"), file("l/t"))])), "/ /l");
  assertEquals(
    paths(FileTree.of([layer(link("l", "../../../etc"), file("l/t"))])),
    "/ /etc /etc/t /l",
  );
});

Deno.test("FileTree.find() resolves inside of the root", () => {
  const tree = FileTree.of([layer(
    dir("a"),
    file("a/f"),
    hard("h", "a/f"),
    link("abs", "/a"),
    link("up", "../../../a/f"),
    link("a/back", ".."),
    link("loop", "/loop2"),
    link("loop2", "loop"),
    link("dangling", "nowhere"),
    link("slash", "a/f/"),
    link("dot", "."),
  )]);
  const at = (path: string, follow = true) => joinPath(tree.find(path.split("/"), follow).names);
  assertEquals(at("/abs/f"), "/a/f");
  assertEquals(at("abs"), "/a");
  assertEquals(at("abs", false), "/abs");
  assertEquals(at("up"), "/a/f");
  assertEquals(at("../../a/../h"), "/h");
  assertEquals(at("abs/back/abs/back/h"), "/h");
  assertEquals(at("abs/.."), "/");
  assertEquals(at("dot/dot/dot/a"), "/a");
  assertEquals(at(""), "/");
  assertEquals(tree.find(["h"], true).node, tree.find(["a", "f"], true).node);
  for (
    const [path, code] of [
      ["loop", "ELOOP"],
      ["loop/x", "ELOOP"],
      ["nowhere", "ENOENT"],
      ["nowhere/..", "ENOENT"],
      ["dangling", "ENOENT"],
      ["a/f/x", "ENOTDIR"],
      ["a/f/..", "ENOTDIR"],
      ["slash", "ENOTDIR"],
    ] as const
  ) {
    assertEquals(assertThrows(() => at(path), PathProblem).code, code, path);
  }
  assertEquals(at("loop", false), "/loop");
});
