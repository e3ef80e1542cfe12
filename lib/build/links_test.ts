import { assertEquals } from "@std/assert";
import type { LayerEntry } from "./copy_files.ts";
import { Links } from "./links.ts";

function entry(path: string, kind: LayerEntry["kind"] = "file", linkTo?: string): LayerEntry {
  async function* read(): AsyncGenerator<Uint8Array> {}
  const rest = { mode: 0o644, uid: 0, gid: 0, size: 0, read };
  return { path, kind, ...rest, ...(linkTo === undefined ? {} : { linkTo }) };
}

const LINKS = new Links(
  new Map([
    ["/bin", "usr/bin"],
    ["/usr/lib64", "../lib"],
    ["/lib", "/usr/lib"],
    ["/loop", "loop/x"],
    ["/up", "../../.."],
  ]),
);

Deno.test("Links.resolve() follows links anywhere in a path, inside the root only", () => {
  const cases = [
    ["/bin/sh", "/usr/bin/sh"],
    ["/usr/lib64/a/b", "/usr/lib/a/b"],
    ["/etc/x", "/etc/x"],
    ["/up/etc", "/etc"],
    ["/loop/a", "/loop/a"],
    ["", "/"],
  ] as const;
  for (const [path, expected] of cases) assertEquals(LINKS.resolve(path), expected);
});

Deno.test("Links.follow() moves what lies behind links and leaves out folders that are links", () => {
  const followed = LINKS.follow([
    entry("/bin", "directory"),
    entry("/bin/tool"),
    entry("/top"),
    entry("/usr/lib64/deep", "directory"),
    entry("/lib"),
  ]);
  assertEquals(followed.map(({ path }) => path), [
    "/usr/bin/tool",
    "/top",
    "/usr/lib/deep",
    "/lib",
  ]);
});

Deno.test("Links.add() lets further layers make and replace links", () => {
  const links = LINKS.copy();
  links.add([entry("/bin", "directory"), entry("/new", "symlink", "/opt")]);
  assertEquals(links.resolve("/bin/x"), "/bin/x");
  assertEquals(links.resolve("/new/x"), "/opt/x");
  assertEquals(LINKS.resolve("/bin/x"), "/usr/bin/x");
});
