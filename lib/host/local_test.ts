import { assertEquals, assertRejects } from "@std/assert";
import { LocalHost } from "./local.ts";

Deno.test("LocalHost.lockDir() keeps others out until it is disposed of", async () => {
  const host = new LocalHost();
  const folder = await host.makeTempDir("davit-lock-");
  try {
    const order: string[] = [];
    const first = await host.lockDir(folder);
    const second = host.lockDir(folder).then((lock) => {
      order.push("second");
      lock[Symbol.dispose]();
    });
    await assertRejects(
      () => host.lockDir(folder, AbortSignal.abort(new Error("enough"))),
      Error,
      "enough",
    );
    order.push("first");
    first[Symbol.dispose]();
    await second;
    assertEquals(order, ["first", "second"]);
  } finally {
    await host.remove(folder);
  }
});

Deno.test("LocalHost.makeDir() gives the mode that was asked for, whatever the umask", async () => {
  const host = new LocalHost();
  const folder = await host.makeTempDir("davit-dirs-");
  const umask = Deno.umask(0o077);
  try {
    await host.makeDir(`${folder}/open`, 0o755);
    await host.makeDir(`${folder}/closed`);
    const mode = (name: string) => Deno.statSync(`${folder}/${name}`).mode! & 0o777;
    assertEquals([mode("open"), mode("closed")], [0o755, 0o700]);
    assertEquals(await host.readDir(folder), ["closed", "open"]);
  } finally {
    Deno.umask(umask);
    await host.remove(folder);
  }
});

Deno.test("LocalHost.remove() takes away a folder that is still being written to", async () => {
  const host = new LocalHost();
  const folder = await host.makeTempDir("davit-remove-");
  for (let round = 0; round < 50; round++) {
    const busy = `${folder}/${round}`;
    await host.makeDir(busy);
    // It ends when it cannot write there any more.
    const writer = new Deno.Command("/bin/sh", {
      args: ["-c", "cd $0; echo; while : >a && : >b && : >c; do :; done", busy],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = writer.stdout.getReader();
    await reader.read();
    await host.remove(busy);
    await writer.status;
    await reader.cancel();
    assertEquals(await host.lstat(busy), undefined);
  }
  await host.remove(folder);
});
