import { assertEquals } from "@std/assert";
import { addressHash, dataRootOf } from "./place.ts";

Deno.test("dataRootOf() is nerdctl's for daemons of the system, else beside the socket", () => {
  const env = (name: string) => name === "HOME" ? "/home/me" : undefined;
  const roots = {
    "/run/containerd/containerd.sock": "/var/lib/nerdctl",
    "/var/run/docker/containerd/containerd.sock": "/var/lib/nerdctl",
    "/run/user/1000/containerd/containerd.sock": "/home/me/.local/share/nerdctl",
    "/run/davit/containerd.sock": "/var/lib/davit/nerdctl",
    "/tmp/private/containerd.sock": "/tmp/private/nerdctl",
  };
  for (const [address, root] of Object.entries(roots)) assertEquals(dataRootOf(address, env), root);
  const data = (name: string) => name === "XDG_DATA_HOME" ? "/data" : undefined;
  assertEquals(dataRootOf("/run/user/1/c.sock", data), "/data/nerdctl");
});

Deno.test("addressHash() is nerdctl's", async () => {
  assertEquals(await addressHash("/run/containerd/containerd.sock"), "1935db59");
});
