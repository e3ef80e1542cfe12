import { assertEquals, assertRejects } from "@std/assert";
import { makeFolders } from "./folders.ts";
import { LocalHost } from "./local.ts";

Deno.test("makeFolders() makes what is missing, with the mode, and leaves the rest", async () => {
  const host = new LocalHost();
  const root = await host.makeTempDir("davit-folders-");
  try {
    const mode = (path: string) => Deno.statSync(`${root}/${path}`).mode! & 0o777;
    await Promise.all([
      makeFolders(host, `${root}/a/b/c`, 0o755),
      makeFolders(host, `${root}/a/b/d`, 0o755),
    ]);
    assertEquals(await host.readDir(`${root}/a/b`), ["c", "d"]);
    await makeFolders(host, `${root}/a/x/y`);
    assertEquals([mode("a/b"), mode("a/x"), mode("a/x/y")], [0o755, 0o700, 0o700]);
    await makeFolders(host, `${root}/a`);
    assertEquals(mode("a"), 0o755);
    await host.createFile(`${root}/file`);
    await assertRejects(() => makeFolders(host, `${root}/file/a`));
  } finally {
    await host.remove(root);
  }
});
