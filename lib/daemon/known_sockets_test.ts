import { assertEquals } from "@std/assert";
import { knownSockets, type Surroundings } from "./known_sockets.ts";

function surroundings(given: Partial<Surroundings>): Surroundings {
  return { env: {}, uid: 1000, readTextFile: () => undefined, readDir: () => [], ...given };
}

Deno.test("knownSockets() begins with the system's, then the user's", () => {
  const [first, second, third] = knownSockets(surroundings({}));
  assertEquals(first, { kind: "rootful", address: "/run/containerd/containerd.sock" });
  assertEquals(second, { kind: "rootless", address: "/run/user/1000/containerd/containerd.sock" });
  assertEquals(third, { kind: "davit", address: "/run/davit/containerd.sock" });
});

Deno.test("knownSockets() follows XDG_RUNTIME_DIR and RootlessKit's child", () => {
  const rootless = knownSockets(surroundings({
    env: { XDG_RUNTIME_DIR: "/x" },
    readTextFile: (path) => path === "/x/containerd-rootless/child_pid" ? "42\n" : undefined,
  })).filter((known) => known.kind === "rootless").map((known) => known.address);
  assertEquals(rootless, [
    "/x/containerd/containerd.sock",
    "/proc/42/root/run/containerd/containerd.sock",
  ]);
});

Deno.test("knownSockets() takes no child_pid that is not a number", () => {
  const sockets = knownSockets(surroundings({ readTextFile: () => "../../etc" }));
  assertEquals(sockets.some(({ address }) => address.startsWith("/proc/")), false);
});

Deno.test("knownSockets() lists instances of Lima and profiles of Colima", () => {
  const folders: Record<string, string[]> = {
    "/home/me/.lima": ["_config", "default"],
    "/home/me/.colima": ["_lima", "default"],
  };
  const sockets = knownSockets(surroundings({
    env: { HOME: "/home/me" },
    readDir: (path) => folders[path] ?? [],
  }));
  assertEquals(sockets.filter(({ kind }) => kind === "lima" || kind === "colima"), [
    { kind: "lima", address: "/home/me/.lima/default/sock/containerd.sock" },
    { kind: "colima", address: "/home/me/.colima/default/containerd.sock" },
  ]);
});

Deno.test("knownSockets() puts Docker's own last", () => {
  assertEquals(knownSockets(surroundings({})).at(-1)?.kind, "docker");
});
