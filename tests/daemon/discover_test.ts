import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UnavailableError } from "../../lib/errors/errors.ts";
import { discover, findAddress } from "../../lib/daemon/discover.ts";
import { startDaemon } from "../../lib/daemon/private_daemon.ts";
import { makePlace, testEach } from "./support.ts";

/** Runs `work` with other variables in the environment. */
async function withEnv(vars: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = Object.keys(vars).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(vars)) Deno.env.set(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

testEach("discover() lists a daemon with its version", async (place) => {
  await using daemon = await startDaemon(place.options);
  await withEnv({ CONTAINERD_ADDRESS: `unix://${daemon.address}` }, async () => {
    assertEquals((await discover())[0], {
      address: daemon.address,
      kind: "env",
      reachable: true,
      version: daemon.version,
    });
    assertEquals(await findAddress(), daemon.address);
  });
});

Deno.test("discover() lists sockets that nobody serves, and says why", async () => {
  await using place = await makePlace("2.1");
  const folder = `${place.dir}/me/sock`;
  await Deno.mkdir(folder, { recursive: true });
  const stale = `${folder}/containerd.sock`;
  // Deno removes a listener's file when it closes it, so move it away from there before.
  const listener = Deno.listen({ transport: "unix", path: `${stale}.new` });
  await Deno.rename(`${stale}.new`, stale);
  listener.close();
  await withEnv({ LIMA_HOME: place.dir, CONTAINERD_ADDRESS: "/nowhere/x.sock" }, async () => {
    const found = await discover();
    assertEquals(found[0], {
      address: "/nowhere/x.sock",
      kind: "env",
      reachable: false,
      error: "no such file",
    });
    assertEquals(found.find(({ address }) => address === stale), {
      address: stale,
      kind: "lima",
      reachable: false,
      error: "nobody listens: its daemon is gone",
    });
  });
});

Deno.test("discover() does not wait for a daemon that does not answer", async () => {
  await using place = await makePlace("2.1");
  const path = `${place.dir}/silent.sock`;
  using _listener = Deno.listen({ transport: "unix", path });
  await withEnv({ CONTAINERD_ADDRESS: path }, async () => {
    const [silent] = await discover({ timeoutMs: 100 });
    assertEquals([silent?.address, silent?.reachable], [path, false]);
  });
});

Deno.test("findAddress() lists what it tried", async () => {
  await using place = await makePlace("2.1");
  const vars = { CONTAINERD_ADDRESS: "", XDG_RUNTIME_DIR: place.dir, HOME: place.dir };
  await withEnv(vars, async () => {
    if ((await discover()).some(({ reachable }) => reachable)) return; // this machine has one
    const error = await assertRejects(() => findAddress(), UnavailableError);
    assertStringIncludes(error.message, "/run/containerd/containerd.sock");
    assertStringIncludes(error.message, `${place.dir}/containerd/containerd.sock`);
    assertStringIncludes(error.message, "no such file");
  });
});

Deno.test("findAddress() takes the user's daemon, and prefers what was named", async () => {
  await using place = await makePlace("2.1");
  await Deno.mkdir(`${place.dir}/containerd`);
  const rootless = `${place.dir}/containerd/containerd.sock`;
  using _listener = Deno.listen({ transport: "unix", path: rootless });
  await withEnv({ CONTAINERD_ADDRESS: "", XDG_RUNTIME_DIR: place.dir }, async () => {
    const rootful = await Deno.lstat("/run/containerd/containerd.sock").then(
      () => true,
      () => false,
    );
    if (!rootful) assertEquals(await findAddress(), rootless);
    assertEquals(await findAddress({ address: "/x" }), "/x");
  });
});
