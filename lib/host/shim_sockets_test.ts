import { assertEquals } from "@std/assert";
import { removeDeadSocket, shimSocket } from "./shim_sockets.ts";

Deno.test("shimSocket() is containerd's name", async () => {
  const path = await shimSocket("/run/containerd/containerd.sock", "default", "web");
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "printf %s /run/containerd/containerd.sock/default/web | sha256sum"],
  }).output();
  assertEquals(path, `/run/containerd/s/${new TextDecoder().decode(stdout).split(" ")[0]}`);
});

Deno.test("removeDeadSocket() leaves what is alive, and what is no socket", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "davit-sockets-" });
  const isThere = (path: string) => Deno.lstat(path).then(() => true, () => false);
  try {
    const live = `${folder}/live`, file = `${folder}/file`, dead = `${folder}/dead`;
    using listener = Deno.listen({ transport: "unix", path: live });
    const accepted = listener.accept();
    Deno.writeTextFileSync(file, "");
    // Deno removes its own socket when it closes it; a renamed one stays.
    const other = Deno.listen({ transport: "unix", path: `${folder}/other` });
    Deno.renameSync(`${folder}/other`, dead);
    other.close();
    assertEquals(await isThere(dead), true);
    const listens: boolean[] = [];
    for (const path of [live, file, dead, `${folder}/none`]) {
      listens.push(await removeDeadSocket(path));
    }
    assertEquals(listens, [true, false, false, false]);
    assertEquals([await isThere(live), await isThere(file), await isThere(dead)], [
      true,
      true,
      false,
    ]);
    (await accepted).close();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
