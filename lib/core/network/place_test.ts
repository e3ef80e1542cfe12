import { assertEquals } from "@std/assert";
import { folders } from "./place.ts";

const none = () => undefined;

Deno.test("folders() are nerdctl's for the system's daemon and for rootless ones", () => {
  const system = folders("/run/containerd/containerd.sock", none, {});
  assertEquals([system.confDir, system.dataDir], ["/etc/cni/net.d", undefined]);
  assertEquals(system.pluginDirs[0], "/opt/cni/bin");
  const home = (name: string) => ({ HOME: "/home/me" })[name];
  const rootless = folders("/run/user/1000/containerd/containerd.sock", home, {});
  assertEquals(rootless.confDir, "/home/me/.config/cni/net.d");
  assertEquals(rootless.pluginDirs[0], "/home/me/.local/libexec/cni");
});

Deno.test("folders() of a private daemon are its own", () => {
  const own = folders("/tmp/x/containerd.sock", none, {});
  assertEquals(own.confDir, "/tmp/x/nerdctl/cni/net.d");
  assertEquals(own.dataDir, "/tmp/x/nerdctl/cni/networks");
});

Deno.test("folders() heeds the environment, then nerdctl.toml", () => {
  const address = "/run/containerd/containerd.sock";
  const config = { cni_path: "/cni/bin", cni_netconfpath: "/cni/conf" };
  const configured = folders(address, none, config);
  assertEquals([configured.confDir, configured.pluginDirs], ["/cni/conf", ["/cni/bin"]]);
  const values: Record<string, string> = { CNI_PATH: "/a:/b:c", NETCONFPATH: "/n" };
  const told = folders(address, (name) => values[name], config);
  assertEquals([told.confDir, told.pluginDirs], ["/n", ["/a", "/b"]]);
  assertEquals(told.path.endsWith("/bin:/a:/b"), true);
});
